package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestWhatIsTypedIsCompleted(t *testing.T) {
	d := newDesk(t)
	d.fire(t, "platform", 41, "Disk full on db1")
	d.fire(t, "platform", 42, "Queue is stuck")
	d.fire(t, "web", 7, "Replica is behind")
	d.do(t, 0, incident.Closed{ID: "PLATFORM-41", By: incident.By("ana")})
	commands := New(d, func() time.Time { return d.now })
	tests := []struct {
		name string
		p    Partial
		want []string // the first values
		says string   // in the first label
	}{
		{"the newest of the channel's team, then of all", Partial{Word: "ack", Part: ID, Team: "platform"}, []string{"PLATFORM-42", "WEB-7"}, "PLATFORM-42 critical, triggered: Queue is stuck"},
		{"an incident by a word of its title", Partial{Word: "ack", Part: ID, Typed: "replica"}, []string{"WEB-7"}, "Replica"},
		{"nothing that is over", Partial{Word: "ack", Part: ID, Typed: "PLATFORM-41"}, nil, ""},
		{"a team", Partial{Word: "who", Part: Team, Typed: "plat"}, []string{"platform"}, "Platform"},
		{"a schedule where the word takes one", Partial{Word: "override", Part: Team, Typed: "platform/"}, []string{"platform/"}, "Platform: "},
		{"a person by handle", Partial{Word: "add", Part: Person, Typed: "@an"}, []string{"@ana"}, "Ana Ortiz"},
		{"a person by name", Partial{Word: "add", Part: Person, Typed: "byrne"}, []string{"@hal"}, "Hal Byrne"},
		{"a moment, echoed", Partial{Word: "who", Part: At, Typed: "18:00"}, []string{"18:00"}, "18:00: Sun 11 Jan 18:00"},
		{"a moment that is none", Partial{Word: "who", Part: At, Typed: "5"}, []string{"5"}, "5am or 5pm"},
		{"a length, echoed as a span", Partial{Word: "take", Part: For, Typed: "2h"}, []string{"2h"}, "2h: Sun 11 Jan 02:00 - 04:00"},
		{"a span, echoed", Partial{Word: "override", Part: For, Typed: "fri 18:00 - sat 9:00"}, []string{"fri 18:00 - sat 9:00"}, "Fri 16 Jan 18:00 - Sat 17 Jan 09:00"},
		{"examples where nothing is typed", Partial{Word: "snooze", Part: For}, []string{"1h", "2h"}, "1h: "},
		{"nothing for free text", Partial{Word: "note", Part: Text, Typed: "x"}, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.p.By = incident.By("paul")
			got := commands.Complete(t.Context(), tt.p)
			if len(tt.want) == 0 && len(got) != 0 || len(got) < len(tt.want) {
				t.Fatalf("offered %+v, want %q", got, tt.want)
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(got[i].Value, want) {
					t.Errorf("value %d is %q, want %q", i, got[i].Value, want)
				}
			}
			if len(tt.want) > 0 && !strings.Contains(got[0].Label, tt.says) {
				t.Errorf("label %q, want %q in it", got[0].Label, tt.says)
			}
		})
	}
}

func TestCompletionStaysWithinThePlatformsLimits(t *testing.T) {
	d := newDesk(t)
	for i := range 60 {
		d.fire(t, "platform", int64(i+1), strings.Repeat("x", 300))
	}
	long := oncall.Person{ID: oncall.PersonID(strings.Repeat("k", 200)), Name: strings.Repeat("n", 300)}
	d.roster.People[long.ID] = long
	commands := New(d, func() time.Time { return d.now })
	for _, p := range []Partial{
		{Word: "ack", Part: ID}, {Word: "add", Part: Person}, {Word: "override", Part: Team},
		{Word: "take", Part: For, Typed: strings.Repeat("9", 300)}, {Word: "who", Part: At, Typed: strings.Repeat("ж", 300)},
	} {
		got := commands.Complete(t.Context(), p)
		if len(got) == 0 || len(got) > 25 {
			t.Errorf("%+v: %d choices", p, len(got))
		}
		for _, o := range got {
			if n := len([]rune(o.Value)); n == 0 || n > 100 || len([]rune(o.Label)) > 100 {
				t.Errorf("%+v: value of %d, label of %d characters", p.Part, n, len([]rune(o.Label)))
			}
		}
	}
	d.broken = errStore
	if got := commands.Complete(t.Context(), Partial{Word: "ack", Part: ID}); len(got) != 0 {
		t.Errorf("with the store away: %+v", got)
	}
}

// TestWhatIsMissingOfAnIncidentsWordsIsAskedFor fills each form in.
func TestWhatIsMissingOfAnIncidentsWordsIsAskedFor(t *testing.T) {
	tests := []struct{ verb, field, value, want string }{
		{"snooze", "for", "2h", "PLATFORM-42 snoozed until"},
		{"note", "text", "disk is on its way", "Noted on PLATFORM-42."},
		{"add", "person", "@hal", "Hal Byrne is paged for PLATFORM-42 too."},
		{"reassign", "to", "web", "PLATFORM-42 is now with team"},
	}
	for _, tt := range tests {
		t.Run(tt.verb, func(t *testing.T) {
			d := newDesk(t)
			d.fire(t, "platform", 42, "Disk full on db1")
			asked := d.run(t, Request{Verb: tt.verb, Incident: "PLATFORM-42", By: incident.By("ana"), Team: "platform"})
			if asked.OK || asked.Form == nil || len(asked.Form.Fields) != 1 || asked.Form.Fields[0].Name != tt.field || len(asked.Form.Title) > 24 {
				t.Fatalf("asked %+v", asked)
			}
			if field := asked.Form.Fields[0]; field.Kind == Choice {
				found := false
				for _, o := range field.Options {
					found = found || o.Value == tt.value
				}
				if !found {
					t.Errorf("%q is not among %+v", tt.value, field.Options)
				}
			}
			words := strings.ReplaceAll(asked.Form.Words, "{"+tt.field+"}", tt.value)
			told := d.run(t, Request{Text: words, Form: true, By: incident.By("ana"), Team: "platform"})
			if !told.OK || !strings.Contains(told.Text, tt.want) {
				t.Errorf("%q answers %+v, want %q", words, told, tt.want)
			}
			empty := d.run(t, Request{Text: strings.TrimSpace(strings.ReplaceAll(asked.Form.Words, "{"+tt.field+"}", "")), Form: true, By: incident.By("ana")})
			if empty.OK || empty.Field != tt.field {
				t.Errorf("an empty form answers %+v, want a problem at %s", empty, tt.field)
			}
		})
	}
}
