package commands

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func (d *desk) home(t *testing.T, by incident.Actor) Home {
	t.Helper()
	home, err := New(d, func() time.Time { return d.now }).Home(t.Context(), by, "slack")
	if err != nil {
		t.Fatal(err)
	}
	return home
}

func TestHomes(t *testing.T) {
	d := newDesk(t)
	one, two := d.fire(t, "platform", 1, "Disk full"), d.fire(t, "platform", 2, "Queue stuck")
	d.do(t, time.Minute, incident.Acked{ID: one, By: incident.By("ana")})
	d.do(t, time.Minute, incident.Escalated{ID: two, By: incident.By("ana")})
	for name, by := range map[string]incident.Actor{"ana": incident.By("ana"), "hal": incident.By("hal"), "stranger": {Name: "eve"}} {
		got, err := json.MarshalIndent(d.home(t, by), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "home_"+name+".json")
		if *update {
			if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got)+"\n" != string(want) {
			t.Errorf("the home of %s is\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestAHomeChangesWithWhatItShowsAlone(t *testing.T) {
	d := newDesk(t)
	id := d.fire(t, "platform", 1, "Disk full")
	text := func() string {
		b, err := json.Marshal(d.home(t, incident.By("ana")))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	before := text()
	if d.now = d.now.Add(time.Minute); text() != before {
		t.Errorf("a minute later it is\n%s\nnot\n%s", text(), before)
	}
	d.do(t, time.Second, incident.Acked{ID: id, By: incident.By("ana")})
	if text() == before {
		t.Error("it shows nothing of the acknowledgement")
	}
}

// TestTheButtonsOfAHomeSayWordsThatAreUnderstood presses each of them.
func TestTheButtonsOfAHomeSayWordsThatAreUnderstood(t *testing.T) {
	d := newDesk(t)
	d.fire(t, "platform", 1, "Disk full")
	for _, part := range d.home(t, incident.By("ana")).Parts {
		for _, item := range part.Items {
			for _, offer := range item.Offers {
				own := newDesk(t)
				own.fire(t, "platform", 1, "Disk full")
				got := own.run(t, Request{Text: offer.Words, By: incident.By("ana"), Source: "slack"})
				if !got.OK && got.Form == nil {
					t.Errorf("%q (%s) is answered by %s", offer.Words, offer.Label, got)
				}
				if strings.HasPrefix(offer.Words, "swap") && (got.Form == nil || got.Form.Fields[1].Value == "") {
					t.Errorf("%q leaves the shift open: %+v", offer.Words, got.Form)
				}
			}
		}
	}
}

func TestInDiscordMeIsTheHome(t *testing.T) {
	d := newDesk(t)
	d.fire(t, "platform", 1, "Disk full")
	got := d.run(t, Request{Text: "me", By: incident.By("ana"), Source: "discord"})
	for _, want := range []string{"Your open incidents:", "On call:", "Your shifts:", "How you are paged:"} {
		if !slices.Contains(got.Lines, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	for i, line := range got.Lines {
		if slices.Contains(got.Lines[:i], line) || strings.HasPrefix(line, "Shift ") {
			t.Errorf("%q is said twice in %s", line, got)
		}
	}
	if !slices.Contains(got.Offers, oncall.Offer{Label: "Acknowledge", Words: "ack PLATFORM-1", Style: "primary"}) {
		t.Errorf("offers = %+v", got.Offers)
	}
	if got := d.run(t, Request{Text: "me", By: incident.By("ana"), Source: "slack"}); len(got.Offers) > 0 {
		t.Errorf("in Slack me offers %+v", got.Offers)
	}
	d.broken = errStore
	if got := d.run(t, Request{Text: "me", By: incident.By("ana"), Source: "discord"}); got.OK {
		t.Error("a home without a store")
	}
}

func TestALongHomeIsCut(t *testing.T) {
	d := newDesk(t)
	for n := range int64(30) {
		d.fire(t, "platform", n+1, "Disk full")
	}
	part := d.home(t, incident.By("ana")).Parts[0]
	if last := part.Items[len(part.Items)-1]; len(part.Items) != homeIncidents+1 || last.Text != "and 20 more" || last.Offers != nil {
		t.Errorf("%d lines, the last %+v", len(part.Items), last)
	}
}
