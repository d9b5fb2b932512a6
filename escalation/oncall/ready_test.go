package oncall

import (
	"testing"
	"time"
)

func TestReadinessInOneLine(t *testing.T) {
	now := drilled
	both := Person{ID: "ana", Slack: "U0ANA", Phone: "+16175550101"}
	filed := both
	filed.Phone = "+16175550155"
	linked := both
	linked.filed = &filed
	failed := newDrill(SMS)
	failed.Ways[0] = DrillWay{SMS, DrillFailed, now.Add(-time.Hour), "SMS refused: unregistered sender (30034)"}
	tests := []struct {
		name    string
		person  Person
		reach   Reach
		drill   Drill
		want    string
		warning string
	}{
		{"nothing is known yet, which is no warning", both, Reach{}, Drill{},
			"Slack from the file, phone +1617…01 from the file; delivered: chat never, SMS never, call never; never acknowledged anything", ""},
		{"a number of their own", linked, Reach{}, Drill{},
			"Slack from the file, phone +1617…01 linked in chat; delivered: chat never, SMS never, call never; never acknowledged anything", ""},
		{"seen lately", Person{Phone: "+16175550108"}, Reach{
			Delivered: map[Method]time.Time{SMS: now.Add(-90 * time.Minute), Voice: now.Add(-50 * time.Hour)}, Acked: now.Add(-30 * time.Second),
		}, Drill{}, "phone +1617…08 from the file; delivered: SMS 1h ago, call 2d ago; acknowledged just now", ""},
		{"STOP", both, Reach{Troubles: []Trouble{{Kind: Stopped, Via: SMS, Phone: both.Phone, Words: "the phone replied STOP"}}}, Drill{},
			"Slack from the file, phone +1617…01 from the file; delivered: chat never, SMS never, call never; never acknowledged anything; ⚠ the phone replied STOP",
			"⚠ the phone replied STOP"},
		{"a trouble of the number before", both, Reach{Troubles: []Trouble{{Kind: Stopped, Via: SMS, Phone: "+16175550199", Words: "the phone replied STOP"}}}, Drill{},
			"Slack from the file, phone +1617…01 from the file; delivered: chat never, SMS never, call never; never acknowledged anything", ""},
		{"a test that failed", Person{Phone: "+16175550108", Paging: []Step{{Via: SMS}}}, Reach{}, failed,
			"phone +1617…08 from the file; delivered: SMS never; never acknowledged anything; ⚠ test of 1h ago: SMS refused: unregistered sender (30034)",
			"⚠ test of 1h ago: SMS refused: unregistered sender (30034)"},
		{"a page that arrived after the test that failed", Person{Phone: "+16175550108", Paging: []Step{{Via: SMS}}},
			Reach{Delivered: map[Method]time.Time{SMS: now.Add(-time.Minute)}}, failed,
			"phone +1617…08 from the file; delivered: SMS 1m ago; never acknowledged anything", ""},
		{"a trouble and a test say one thing once", Person{Phone: "+16175550108", Paging: []Step{{Via: SMS}}},
			Reach{Troubles: []Trouble{{Kind: Refused, Via: SMS, Phone: "+16175550108", Words: "SMS refused"}}}, failed,
			"phone +1617…08 from the file; delivered: SMS never; never acknowledged anything; ⚠ SMS refused", "⚠ SMS refused"},
		{"a step that nothing can send", Person{Slack: "U1", Paging: []Step{{Via: Chat}, {Via: Voice}}}, Reach{}, Drill{},
			"Slack from the file; delivered: chat never; never acknowledged anything; ⚠ a step pages by call, which nothing can send",
			"⚠ a step pages by call, which nothing can send"},
		{"no way at all", Person{}, Reach{}, Drill{},
			"no way to be reached; never acknowledged anything; ⚠ neither a chat account nor a phone", "⚠ neither a chat account nor a phone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.person.Ready(tt.reach, tt.drill, now)
			if got.String() != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got.Warning() != tt.warning {
				t.Errorf("warning %q, want %q", got.Warning(), tt.warning)
			}
		})
	}
}

func TestReadinessByTheFileAlone(t *testing.T) {
	p := Person{Discord: "2001", Phone: "+16175550101"}
	if got, want := p.Contacts().String(), "Discord from the file, phone +1617…01 from the file"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
