package commands

import (
	"reflect"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// TestFormsOpenWhateverTheStoreDoes compares what the roster alone is enough for with
// the form that the word itself asks with. A note says more where the store answers.
func TestFormsOpenWhateverTheStoreDoes(t *testing.T) {
	said := func(text string) Request { return Request{Text: text} }
	tests := []struct {
		name string
		said Request
	}{
		{"snooze", Request{Verb: "snooze", Incident: "PLATFORM-1", Focus: "PLATFORM-1"}},
		{"reassign", Request{Verb: "reassign", Incident: "PLATFORM-1"}},
		{"add", said("add platform-1")},
		{"note in a thread", Request{Text: "note", Focus: "PLATFORM-1"}},
		{"status", said("status PLATFORM-1")},
		{"page", said("page")},
		{"page somebody", said("page @ben")},
		{"override", said("override platform")},
		{"take", said("take")},
		{"swap", said("swap")},
		{"a step", said("me paging add")},
		{"a step's time", said("me paging move 1")},
		{"a phone", said("phone link")},
		{"a code", said("verify")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			team := d.roster.Teams["platform"]
			team.Stakeholders.Slack = "C0BOSSES"
			d.roster.Teams["platform"] = team
			d.fire(t, "platform", 1, "Disk full")
			tt.said.By, tt.said.Source, tt.said.Team = incident.By("ben"), "slack", "platform"
			want := d.run(t, tt.said)
			if want.Form == nil {
				t.Fatalf("no form is asked with: %s", want)
			}
			got, ok := Blank(tt.said, d.roster, d.now)
			if !ok {
				t.Fatal("there is no form without the store")
			}
			want.Form.Note, got.Note = "", ""
			if !reflect.DeepEqual(got, *want.Form) {
				t.Errorf("form = %+v\nwant   %+v", got, *want.Form)
			}
		})
	}
}

func TestWhatNeedsNoFormOpensNone(t *testing.T) {
	d := newDesk(t)
	for _, text := range []string{
		"", "who", "nonsense", "ack PLATFORM-1", "note PLATFORM-1 words", "snooze PLATFORM-1 1h", "snooze", "snooze NOBODY-1", "page platform it burns",
		"page nobody", "override list", "override cancel 2", "override platform @ben for 2h", "take platform for 2h", "swap @ana fri", "me", "me paging",
		"phone", "phone +16175550199", "verify 123456",
	} {
		if f, ok := Blank(Request{Text: text, By: incident.By("ben"), Source: "slack", Team: "platform"}, d.roster, time.Now()); ok {
			t.Errorf("%q opens %+v", text, f)
		}
	}
	for name, r := range map[string]Request{
		"a guest":       {Text: "note PLATFORM-1", Guest: true},
		"a form":        {Text: "note PLATFORM-1", Form: true},
		"an SMS":        {Text: "note PLATFORM-1", Slots: map[int]incident.ID{}},
		"a stranger":    {Text: "override platform"},
		"no own shifts": {Text: "swap"},
	} {
		if f, ok := Blank(r, d.roster, d.now); ok {
			t.Errorf("%s opens %+v", name, f)
		}
	}
}
