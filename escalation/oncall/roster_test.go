package oncall_test

import (
	"slices"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestParseTarget(t *testing.T) {
	tests := []struct {
		in   string
		want oncall.Target
		ok   bool
	}{
		{"schedule:techops", oncall.Target{Kind: oncall.ToSchedule, Name: "techops"}, true},
		{"schedule:webdev/devs", oncall.Target{Kind: oncall.ToSchedule, Team: "webdev", Name: "devs"}, true},
		{"person:paul", oncall.Target{Kind: oncall.ToPerson, Name: "paul"}, true},
		{"team:management", oncall.Target{Kind: oncall.ToTeam, Team: "management"}, true},
		{"channel", oncall.Target{Kind: oncall.ToChannel}, true},
		{"channel:ops", oncall.Target{}, false}, {"person:", oncall.Target{}, false}, {"paul", oncall.Target{}, false},
		{"group:paul", oncall.Target{}, false}, {"schedule:/devs", oncall.Target{}, false}, {"schedule:webdev/", oncall.Target{}, false}, {"", oncall.Target{}, false},
	}
	for _, tt := range tests {
		got, ok := oncall.ParseTarget(tt.in)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%q gives %+v, %v", tt.in, got, ok)
		}
		if ok && got.String() != tt.in {
			t.Errorf("%q is written as %q", tt.in, got)
		}
	}
}

func TestResolve(t *testing.T) {
	r := sound(t)
	s := r.Teams["platform"].Schedules["techops"]
	s.Overrides = []oncall.Override{{Start: at(t, "2026-03-08T07:00:00Z"), End: at(t, "2026-03-08T08:00:00Z"), OnCall: ids("hal")}}
	r.Teams["platform"].Schedules["techops"] = s
	r.Teams["all"] = oncall.Team{ID: "all", Members: ids("gil", "hal", "zoe", "ana")}
	tests := []struct {
		name   string
		target string
		team   oncall.TeamID
		at     string
		want   []oncall.Reached
	}{
		{"the team's own schedule", "schedule:techops", "platform", "2026-03-08T06:59:59Z", []oncall.Reached{{"ana", "schedule techops"}}},
		{"overridden at the change of the clock", "schedule:techops", "platform", "2026-03-08T07:00:00Z", []oncall.Reached{{"hal", "schedule techops (override)"}}},
		{"the handoff after the change", "schedule:techops", "platform", "2026-03-09T13:00:00Z", []oncall.Reached{{"ben", "schedule techops"}}},
		{"another team's", "schedule:platform/techops", "management", "2026-03-08T06:59:59Z", []oncall.Reached{{"ana", "schedule platform/techops"}}},
		{"its own by its full name", "schedule:platform/techops", "platform", "2026-03-08T06:59:59Z", []oncall.Reached{{"ana", "schedule techops"}}},
		{"a gap", "schedule:techops", "platform", "2026-01-05T13:59:59Z", nil},
		{"a schedule that is not there", "schedule:devs", "platform", "2026-03-08T06:59:59Z", nil},
		{"a person", "person:hal", "platform", "2026-03-08T06:59:59Z", []oncall.Reached{{"hal", "named by the policy"}}},
		{"a person who left", "person:gil", "platform", "2026-03-08T06:59:59Z", nil},
		{"a person nobody knows", "person:zoe", "platform", "2026-03-08T06:59:59Z", nil},
		{"a team, without those who left", "team:all", "platform", "2026-03-08T06:59:59Z", []oncall.Reached{{"hal", "team all"}, {"ana", "team all"}}},
		{"a channel is no person", "channel", "platform", "2026-03-08T06:59:59Z", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			target, ok := oncall.ParseTarget(tt.target)
			if !ok {
				t.Fatalf("%q is no target", tt.target)
			}
			if got := r.Resolve(target, tt.team, at(t, tt.at)); !slices.Equal(got, tt.want) {
				t.Errorf("reached %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPolicy(t *testing.T) {
	r := oncall.Roster{Teams: map[oncall.TeamID]oncall.Team{
		"web": {Policies: map[string]oncall.Policy{"default": {Name: "default"}, "night": {Name: "night"}}},
		"db":  {Policies: map[string]oncall.Policy{"night": {Name: "night"}}},
	}}
	tests := []struct {
		name   string
		team   oncall.TeamID
		policy string
		want   string
		ok     bool
	}{
		{"by its name", "web", "night", "night", true},
		{"the default where nothing is named", "web", "", "default", true},
		{"the default where the name is unknown", "web", "day", "default", true},
		{"no default to fall back on", "db", "", "", false},
		{"no such team", "apps", "default", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if p, ok := r.Policy(tt.team, tt.policy); p.Name != tt.want || ok != tt.ok {
				t.Errorf("policy %q, %v, want %q", p.Name, ok, tt.want)
			}
		})
	}
	round := oncall.Policy{Tiers: []oncall.Tier{{Wait: 10 * time.Minute}, {Wait: 5 * time.Minute}, {}}}
	if got := round.Round(); got != 15*time.Minute {
		t.Errorf("a round takes %v", got)
	}
}

func TestNamesAndMembers(t *testing.T) {
	r := sound(t)
	r.Admins = ids("hal")
	team := oncall.Team{ID: "platform", Members: ids("ana"), Schedules: map[string]oncall.Schedule{"b": {}, "a": {}}}
	if id, ok := r.TeamByPrefix("platForm"); id != "platform" || !ok {
		t.Errorf("prefix leads to %q, %v", id, ok)
	}
	if id, ok := r.TeamByPrefix("PLAT"); ok {
		t.Errorf("half a prefix leads to %q", id)
	}
	if got := r.TeamIDs(); !slices.Equal(got, []oncall.TeamID{"management", "platform"}) {
		t.Errorf("teams %v", got)
	}
	if !r.Admin("hal") || r.Admin("ana") || !r.Active("ana") || r.Active("gil") || r.Active("zoe") {
		t.Error("admins or the active are wrong")
	}
	if !team.Has("ana") || team.Has("hal") || !slices.Equal(team.ScheduleNames(), []string{"a", "b"}) {
		t.Error("members or schedules are wrong")
	}
	if team.DisplayName() != "platform" || (oncall.Person{ID: "ana", Name: "Ana Ortiz"}).DisplayName() != "Ana Ortiz" {
		t.Error("names are wrong")
	}
}
