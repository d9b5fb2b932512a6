package twilio

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// disowns fails the test unless Hal's number, and nothing else, is marked as wrong.
func (s *stage) disowns(t *testing.T, via oncall.Method) {
	t.Helper()
	got := s.desk.troublesOf("hal")
	if len(got) != 1 || got[0].Kind != oncall.Wrong || got[0].Via != via || number(string(got[0].Phone)) != hal || got[0].Since.IsZero() {
		t.Errorf("troubles of hal: %+v", got)
	}
	if others := s.desk.troublesOf("ana"); len(others) > 0 {
		t.Errorf("troubles of ana: %+v", others)
	}
	if s.acted() {
		t.Errorf("events %v", s.desk.did())
	}
}

func TestF62AStrangerRepliesWrong(t *testing.T) {
	for _, words := range []string{"WRONG", " wrong. ", "'Wrong number!'", "🙄 wrong  number"} {
		t.Run(words, func(t *testing.T) {
			s := newStage(t)
			s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
			if got := s.answers(t, hal, words); got != disownedSMS {
				t.Errorf("answered %q", got)
			}
			s.disowns(t, oncall.SMS)
			if got := s.answers(t, hal, "14"); got != "" || s.acted() {
				t.Errorf("a stranger's code is answered %q; events %v", got, s.desk.did())
			}
		})
	}
}

func TestWordsAboutWrongThingsAreNoWrongNumber(t *testing.T) {
	s := newStage(t)
	s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	for _, words := range []string{"what is wrong", "wrong code?", "note 1 wrong number of replicas"} {
		if got := s.answers(t, hal, words); got == disownedSMS || len(s.desk.troublesOf("hal")) > 0 {
			t.Errorf("%q is answered %q", words, got)
		}
	}
}

func TestF62AStrangerPressesTwoKeys(t *testing.T) {
	tests := []struct {
		name    string
		keys    string
		rejects bool
		says    string
	}{
		{"9, then 3", "93", true, disownedVoice},
		{"9 after two missed keys", "7893", true, disownedVoice},
		{"9 alone marks nothing", "9", false, "No key was pressed."},
		{"3 alone marks nothing", "3", false, "Sorry, that key means nothing here."},
		{"9 twice marks nothing", "993", false, "Sorry, that key means nothing here."},
		{"star goes back", "9*3", false, "Sorry, that key means nothing here."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			page := incident.PageID("PLATFORM-42/p3")
			c := s.call(t, twiliofake.Presses(tt.keys), page, "PLATFORM-42")
			if words := strings.Join(c.Spoken, " "); !strings.Contains(words, tt.says) || !strings.HasSuffix(words, "Goodbye.") {
				t.Errorf("said %q", words)
			}
			if tt.rejects {
				s.disowns(t, oncall.Voice)
				if failed := (incident.PageFailed{Page: page, Reason: disownedReason, Astray: true}); !s.heard(failed)() {
					t.Errorf("%v is missing in %v", failed, s.desk.did())
				}
				return
			}
			if got := s.desk.troublesOf("hal"); len(got) > 0 {
				t.Errorf("troubles of hal: %+v", got)
			}
			s.until(t, "it counts as unanswered", s.heard(incident.PageFailed{Page: page, Reason: "ended without a key", Missed: true}))
		})
	}
}

func TestF62AWrongNumberIsOfferedToThoseWhoMissedAKey(t *testing.T) {
	s := newStage(t)
	c := s.call(t, twiliofake.Presses("7"), "PLATFORM-42/p3", "PLATFORM-42")
	menus := slices.DeleteFunc(c.Spoken, func(words string) bool { return !strings.HasPrefix(words, "To acknowledge") })
	if len(menus) != 3 || strings.Contains(menus[0], "9") || !strings.HasSuffix(menus[1], strangerOffer) || !strings.HasSuffix(menus[2], strangerOffer) {
		t.Errorf("menus %q", menus)
	}
}

func TestF60VoicemailNeverAcknowledges(t *testing.T) {
	for _, by := range []string{"", "human", "unknown", "fax", "machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other"} {
		t.Run("answered by "+by, func(t *testing.T) {
			s := newStage(t)
			page := incident.PageID("PLATFORM-42/p3")
			form := url.Values{"AccountSid": {s.fake.Options().AccountSID}, "CallSid": {"CA1"}, "AnsweredBy": {by}}
			post := func(path string, more url.Values) {
				t.Helper()
				status, _, err := s.fake.Post(s.client.address(path, page, more), form)
				if err != nil || status/100 != 2 {
					t.Fatalf("%s answered %d, %v", path, status, err)
				}
			}
			post(pathVoice, url.Values{"to": {"hal"}})
			for _, missed := range []string{"0", "1", "2"} {
				post(pathKey, url.Values{"to": {"hal"}, "missed": {missed}})
			}
			form.Set("CallStatus", "completed")
			post(pathCallStatus, nil)
			if s.acted() || s.desk.state("PLATFORM-42") != incident.Triggered {
				t.Errorf("something was done: %v", s.desk.did())
			}
			if !s.heard(incident.PageFailed{Page: page, Reason: "ended without a key", Missed: true})() {
				t.Errorf("the next step does not run: %v", s.desk.did())
			}
		})
	}
}

// TestS30AKeyIsNeeded walks through a call: before a key nothing is done, and no more
// is read than severity, team, summary and id.
func TestS30AKeyIsNeeded(t *testing.T) {
	s := newStage(t)
	s.desk.settle("PLATFORM-42", func(in *incident.Incident) {
		in.Title = strings.Repeat("customer data of db1 ", 50)
		in.Timeline = []incident.Entry{{Text: "a canary that is nobody's business"}}
	})
	s.fake.Phone(hal).OnCall(twiliofake.PicksUp())
	s.page(t, s.notice(oncall.Voice, "PLATFORM-42/p3", "PLATFORM-42"))
	call := s.fake.Phone(hal).Call()
	s.until(t, "the menu", func() bool { return call.State().Listening })
	if s.acted() {
		t.Errorf("done without a key: %v", s.desk.did())
	}
	spoken := strings.Join(call.State().Spoken, " ")
	if len(spoken) > spokenSummary+200 || strings.Contains(spoken, "canary") || strings.Contains(spoken, "Hal") {
		t.Errorf("%d bytes are read: %q", len(spoken), spoken)
	}
	if err := call.Press("4"); err != nil {
		t.Fatal(err)
	}
	s.over(t)
	if s.desk.state("PLATFORM-42") != incident.Acknowledged {
		t.Errorf("a key did nothing: %v", s.desk.did())
	}
}
