package handoff

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestTheLineOfAHandoff(t *testing.T) {
	type ids = []oncall.PersonID
	tests := []struct {
		name     string
		schedule string
		now      time.Time
		was      ids
		want     string
	}{
		{"one after another", "techops", time.Date(2026, time.January, 19, 14, 0, 0, 0, time.UTC), ids{"ben", "hal"},
			"platform/techops: Ana Ortiz comes on after Ben Li, Hal Byrne, until Mon 26 Jan 09:00 New York time, then Ben Li, Hal Byrne"},
		{"one after another, and the clocks jump in the shift", "techops", time.Date(2026, time.March, 2, 14, 0, 0, 0, time.UTC), ids{"ben", "hal"},
			"platform/techops: Ana Ortiz comes on after Ben Li, Hal Byrne, until Mon 9 Mar 09:00 New York time, then Ben Li, Hal Byrne"},
		{"beside who stays", "techops", time.Date(2026, time.January, 12, 14, 0, 0, 0, time.UTC), ids{"ben"},
			"platform/techops: Hal Byrne comes on beside Ben Li, until Mon 19 Jan 09:00 New York time, then Ana Ortiz"},
		{"beside who stays, the hour falls back in the shift", "techops", time.Date(2026, time.October, 19, 13, 0, 0, 0, time.UTC), ids{"ben"},
			"platform/techops: Hal Byrne comes on beside Ben Li, until Mon 26 Oct 09:00 New York time, then Ana Ortiz"},
		{"two stay", "techops", time.Date(2026, time.January, 12, 14, 0, 0, 0, time.UTC), ids{"ana", "hal", "ben"},
			"platform/techops: Ana Ortiz goes off, Ben Li, Hal Byrne stay, until Mon 19 Jan 09:00 New York time, then Ana Ortiz"},
		{"nobody at the weekend", "office", time.Date(2026, time.January, 17, 5, 0, 0, 0, time.UTC), ids{"hal"},
			"platform/office: NOBODY is on call, after Hal Byrne, until Mon 19 Jan 00:00 New York time, then Hal Byrne"},
		{"nobody at the weekend of a clock change", "office", time.Date(2026, time.March, 7, 5, 0, 0, 0, time.UTC), ids{"hal"},
			"platform/office: NOBODY is on call, after Hal Byrne, until Mon 9 Mar 00:00 New York time, then Hal Byrne"},
		{"somebody again", "office", time.Date(2026, time.March, 9, 4, 0, 0, 0, time.UTC), nil,
			"platform/office: Hal Byrne comes on, after nobody was, until Sat 14 Mar 00:00 New York time, then nobody"},
		{"after somebody who is in the file no more", "techops", time.Date(2026, time.January, 19, 14, 0, 0, 0, time.UTC), ids{"zoe"},
			"platform/techops: Ana Ortiz comes on after zoe, until Mon 26 Jan 09:00 New York time, then Ben Li, Hal Byrne"},
		{"for good", "alone", time.Date(2026, time.January, 19, 14, 0, 0, 0, time.UTC), ids{"ben"},
			"platform/alone: Ana Ortiz comes on after Ben Li"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRoster(t)
			schedules := r.Teams["platform"].Schedules
			alone := schedules["techops"]
			alone.Layers = []oncall.Layer{alone.Layers[0]}
			alone.Layers[0].Participants = [][]oncall.PersonID{{"ana"}}
			schedules["alone"] = alone
			book := oncall.Book{Told: map[string]oncall.Held{"platform/" + tt.schedule: {OnCall: tt.was}}}
			none := func(oncall.TeamID) ([]incident.Incident, error) { return nil, nil }
			change, due, err := Plan(book, r, none, nil, tt.now)
			if err != nil || !due {
				t.Fatalf("due = %t, error %v", due, err)
			}
			for _, l := range change.Letters {
				if l.To == "" && l.Show == "" {
					if got := l.Lines[0]; got != tt.want {
						t.Errorf("got  %s\nwant %s", got, tt.want)
					}
					return
				}
			}
			t.Errorf("no word to the channel: %+v", change.Letters)
		})
	}
}
