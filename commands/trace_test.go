package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// TestS58EveryWordThatChangesLeavesOneRow says the example of every word and counts what
// the audit, or the timeline of the incident, holds of it afterwards.
func TestS58EveryWordThatChangesLeavesOneRow(t *testing.T) {
	says := map[string]string{
		"ack": "ack PLATFORM-1", "unack": "unack PLATFORM-1", "resolve": "resolve PLATFORM-1 secret words", "escalate": "escalate PLATFORM-1",
		"snooze": "snooze PLATFORM-1 1h", "reassign": "reassign PLATFORM-1 @hal", "add": "add PLATFORM-1 @hal", "note": "note PLATFORM-1 secret words",
		"takeover": "takeover PLATFORM-1", "page": "page platform secret words", "override": "override platform @ben for 2h", "take": "take platform for 3h",
		"maintenance": "maintenance platform for 2h", "me": "me lead 2h",
	}
	for word, text := range says {
		t.Run(word, func(t *testing.T) {
			d := newDesk(t)
			d.fire(t, "platform", 1, "Disk full")
			switch word {
			case "unack", "takeover":
				d.do(t, time.Minute, incident.Acked{ID: "PLATFORM-1", By: incident.By("ana")})
			}
			d.now = d.now.Add(2 * time.Minute)
			got := d.run(t, Request{Text: text, By: incident.By("ben"), Source: "slack", Team: "platform"})
			if !got.OK {
				t.Fatal(got)
			}
			rows := append(d.recorded, d.rows...)
			if len(rows) != 1 {
				t.Fatalf("rows = %+v, want one", rows)
			}
			if r := rows[0]; r.By != "ben" || r.From != "slack" || r.At.IsZero() || !strings.Contains(r.What, word) || r.After == "" {
				t.Errorf("row = %+v", r)
			}
			if strings.Contains(rows[0].What+rows[0].After, "secret") {
				t.Errorf("the audit repeats what was written: %+v", rows[0])
			}
		})
	}
	for _, w := range words() {
		if _, said := says[w.name]; w.changes && !said && w.name != "room" && w.name != "status" && w.name != "mark" {
			t.Errorf("no row says %q", w.name)
		}
	}
}

func TestS58RefusalsAreKeptAndQuestionsAreNot(t *testing.T) {
	tests := []struct {
		name string
		said Request
		want string // what the one row says; empty: none
		by   string
	}{
		{"a stranger's ack", Request{Text: "ack WEB-1", By: incident.Actor{Name: "mallory"}, Source: "slack"}, "refused: ack WEB-1", "mallory"},
		{"an override of another team's member", from("wes", "override platform @ben for 2h"), "refused: override", "wes"},
		{"a guest", Request{Text: "ack WEB-1", By: incident.By("wes"), Guest: true}, "refused: ack", "wes"},
		{"a question", from("ben", "who"), "", ""},
		{"a list", from("ben", "override list"), "", ""},
		{"words that mean nothing", from("ben", "ack PLATFORM-9"), "", ""},
		{"a form that is not filled in", from("ben", "override"), "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.fire(t, "web", 1, "Shop down")
			d.run(t, tt.said)
			if tt.want == "" {
				if len(d.recorded)+len(d.rows) > 0 {
					t.Errorf("rows = %+v %+v", d.recorded, d.rows)
				}
				return
			}
			if len(d.recorded) != 1 || d.recorded[0].What != tt.want || string(d.recorded[0].By)+d.recorded[0].Name != tt.by || d.recorded[0].After == "" {
				t.Errorf("rows = %+v, want %q by %s", d.recorded, tt.want, tt.by)
			}
		})
	}
}

func TestS58TheAuditNamesWhoeverIsInNoFile(t *testing.T) {
	d := newDesk(t)
	d.rows = []oncall.Row{{At: d.now, Name: "mallory", From: "slack", What: "refused: ack WEB-1", After: "Only Web's members may."}}
	if got := d.run(t, from("ben", "audit")); len(got.Lines) != 1 || !strings.HasSuffix(got.Lines[0], "mallory (slack): refused: ack WEB-1: Only Web's members may.") {
		t.Errorf("audit = %q", got.Lines)
	}
}

func TestS59WhoeverAsksTooMuchWaitsAndAcksAllTheSame(t *testing.T) {
	d := newDesk(t)
	d.fire(t, "platform", 1, "Disk full")
	d.pace = 4500 * time.Millisecond
	if got := d.run(t, from("ben", "who")); got.OK || got.Text != "That is more than anybody can read. Again in 5s, please." {
		t.Errorf("reply = %v %s", got.OK, got)
	}
	if got := d.run(t, from("ben", "ack PLATFORM-1")); !got.OK {
		t.Errorf("reply = %s, want it done", got)
	}
	if got := d.run(t, Request{Text: "help", By: incident.By("hal"), Source: "sms", Slots: map[int]incident.ID{}}); !got.OK {
		t.Errorf("by SMS: %s", got)
	}
}

func TestS51AndS60NoWordMakesOrUnmakesAnAdmin(t *testing.T) {
	for _, w := range words() {
		d := newDesk(t)
		d.fire(t, "platform", 1, "Disk full")
		for _, by := range []oncall.PersonID{"paul", "ben"} {
			d.run(t, from(by, w.example))
			if roster := d.Roster(); len(roster.Admins) != 1 || !roster.Admin("paul") {
				t.Fatalf("%q by %s: admins = %v; they stand in the file alone", w.example, by, roster.Admins)
			}
		}
	}
}
