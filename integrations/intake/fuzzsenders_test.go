package intake

import (
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func FuzzPagerDuty(f *testing.F) {
	fuzzDecoder(f, decodePagerDuty, "pagerduty-alertmanager-trigger", "pagerduty-alertmanager-resolve", "pagerduty-numbers", "pagerduty-text")
}

func FuzzPagerDutyChange(f *testing.F) {
	fuzzDecoder(f, decodePagerDutyChange, "pagerduty-change", "pagerduty-numbers")
}

func FuzzOpsgenie(f *testing.F) {
	fuzzDecoder(f, decodeOpsgenie, "opsgenie-full", "opsgenie-alertmanager-create")
}

func FuzzOpsgenieAlert(f *testing.F) {
	all := []func(Integration, call, []byte) (said, error){
		opsgenieClose, opsgenieAcknowledge, opsgenieUnacknowledge, opsgenieSnooze, opsgenieNote, opsgenieMessage, opsgenieDescription,
	}
	fuzzDecoder(f, func(from Integration, c call, body []byte) (words said, err error) {
		c.parts = map[string]string{"alias": string(body[:min(len(body), 9)]) + "x"}
		for _, decode := range all {
			one, wrong := decode(from, c, body)
			if wrong != nil {
				err = wrong
				continue
			}
			words.key = one.key
			words.events = append(words.events, one.events...)
		}
		if len(words.events) > 0 {
			err = nil
		}
		return words, err
	}, "opsgenie-full", "opsgenie-alertmanager-close", "opsgenie-alertmanager-message", "opsgenie-alertmanager-description")
}

func FuzzIncidentIO(f *testing.F) {
	fuzzDecoder(f, decodeIncidentIO, "incidentio-firing")
}

// fuzzDecoder feeds a decoder alone: what it takes says something, under a key that
// can be kept, in words that can be shown.
func fuzzDecoder(f *testing.F, decode func(Integration, call, []byte) (said, error), seeds ...string) {
	for _, name := range seeds {
		f.Add(string(payload(f, name+".json")))
	}
	for _, body := range nasty {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got, err := decode(sender, call{}, []byte(body))
		if err != nil {
			return
		}
		if len(got.events) == 0 && got.change == nil {
			t.Error("a success that says nothing")
		}
		if got.change != nil && (got.change.words == "" || len(got.change.words) > maxNote || visible(got.change.words) != got.change.words) {
			t.Errorf("a change in the words %q", got.change.words)
		}
		for _, ev := range got.events {
			if fired, ok := ev.(incident.AlertFired); ok {
				shown(t, fired.Alert)
			}
			if note, ok := ev.(incident.AlertNoted); ok && (len(note.Text) > maxNote || visible(note.Text) != note.Text) {
				t.Errorf("a note %q", note.Text)
			}
			kept(t, ev.Subject().Key.Dedup)
		}
	})
}
