package escalation

import (
	"slices"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// group is what a sender says of a group's members that fire.
func group(key string, team oncall.TeamID, members ...string) incident.AlertFired {
	fired := alert(key)
	fired.Route.Team, fired.Alert.Repeats = team, true
	for _, m := range members {
		fired.Alert.Members = append(fired.Alert.Members, incident.Member{Fingerprint: m, Name: m})
	}
	return fired
}

// over is what it says of those that are over.
func over(key string, members ...string) incident.AlertResolved {
	return incident.AlertResolved{Key: alert(key).Key, By: incident.Actor{Name: "prom"}, Members: members}
}

func TestAGroupGoesWhereItsMembersStand(t *testing.T) {
	tests := []struct {
		name   string
		fired  []incident.AlertFired
		opened []incident.ID // by each
		over   incident.AlertResolved
		ended  []incident.ID // by that
	}{
		{"a key that changed", []incident.AlertFired{group("a", "platform", "x", "y"), group("b", "platform", "y", "z")},
			[]incident.ID{"PLATFORM-1", "PLATFORM-1"}, over("b", "x", "y", "z"), []incident.ID{"PLATFORM-1"}},
		{"one of which only the end is told", []incident.AlertFired{group("a", "platform", "x")},
			[]incident.ID{"PLATFORM-1"}, over("b", "x"), []incident.ID{"PLATFORM-1"}},
		{"two that became one", []incident.AlertFired{group("a", "platform", "x"), group("b", "platform", "y"), group("c", "platform", "x", "y")},
			[]incident.ID{"PLATFORM-1", "PLATFORM-2", "PLATFORM-1"}, over("c", "x", "y"), []incident.ID{"PLATFORM-1", "PLATFORM-2"}},
		{"the same for another team", []incident.AlertFired{group("a", "platform", "x"), group("b", "web", "x", "z")},
			[]incident.ID{"PLATFORM-1", "WEB-1"}, over("a", "x"), []incident.ID{"PLATFORM-1"}},
		{"members that are strangers", []incident.AlertFired{group("a", "platform", "x"), group("b", "platform", "y")},
			[]incident.ID{"PLATFORM-1", "PLATFORM-2"}, over("c", "z"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, func(roster *oncall.Roster) { roster.Teams["web"] = oncall.Team{ID: "web"} })
			var opened, ended []incident.ID
			for _, fired := range tt.fired {
				opened = append(opened, r.handle(fired).ID)
			}
			if !slices.Equal(opened, tt.opened) {
				t.Fatalf("they went to %v, want %v", opened, tt.opened)
			}
			r.handle(tt.over)
			slices.Sort(opened)
			for _, id := range slices.Compact(opened) {
				if !r.stored(id).Open() {
					ended = append(ended, id)
				}
			}
			if !slices.Equal(ended, tt.ended) {
				t.Errorf("over are %v, want %v", ended, tt.ended)
			}
		})
	}
}
