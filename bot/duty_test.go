package bot

import (
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// always is a schedule in which the same people are on call from a day on.
func always(from time.Time, ids ...oncall.PersonID) oncall.Schedule {
	return oncall.Schedule{Overrides: []oncall.Override{{Start: from, End: from.AddDate(1, 0, 0), OnCall: ids}}}
}

func TestWhoIsOnCallIsSaid(t *testing.T) {
	noon := time.Date(2026, time.March, 9, 12, 0, 0, 0, time.UTC)
	roster := oncall.Roster{
		People: map[oncall.PersonID]oncall.Person{
			"ana": {Name: "Ana Ortiz"}, "ben": {Name: "Ben\nWu"}, "hal": {Name: "Hal Byrne"}, "gone": {Inactive: true},
		},
		Teams: map[oncall.TeamID]oncall.Team{
			"platform": {Schedules: map[string]oncall.Schedule{
				"techops": always(noon, "ana"), "devs": always(noon, "ben", "hal"), "later": always(noon.Add(time.Hour), "ana"), "old": always(noon, "gone"),
			}},
			"narrow": {
				Schedules: map[string]oncall.Schedule{"techops": always(noon, "hal", "ana"), "devs": always(noon, "ana", "ben")},
				Announce:  oncall.Announcement{Schedules: []string{"techops", "none"}},
			},
			"quiet": {},
		},
	}
	tests := []struct {
		name string
		team oncall.TeamID
		most int
		want string
		ids  []oncall.PersonID
	}{
		{"all of the team's", "platform", 200, "On call: Ben Wu and Hal Byrne (devs), nobody (later), nobody (old), Ana Ortiz (techops)", []oncall.PersonID{"ben", "hal", "ana"}},
		{"those that are shown", "narrow", 200, "On call: Hal Byrne and Ana Ortiz (techops)", []oncall.PersonID{"hal", "ana"}},
		{"no schedule", "quiet", 200, "On call: nobody", nil},
		{"no room for all", "platform", 60, "On call: Ben Wu and Hal Byrne (devs) and 3 more", []oncall.PersonID{"ben", "hal", "ana"}},
		{"no room for one", "platform", 20, "On call: Ben Wu and…", []oncall.PersonID{"ben", "hal", "ana"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := OnCallLine(roster, tt.team, noon, tt.most)
			if got != tt.want || utf8.RuneCountInString(got) > tt.most {
				t.Errorf("line = %q, want %q", got, tt.want)
			}
			if ids := OnCallNow(roster, tt.team, noon); !slices.Equal(ids, tt.ids) {
				t.Errorf("on call = %v, want %v", ids, tt.ids)
			}
		})
	}
}
