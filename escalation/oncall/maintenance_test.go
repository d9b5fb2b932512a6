package oncall_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestQuiet(t *testing.T) {
	window := func(id string, team oncall.TeamID, integration, route, from, to string) oncall.Maintenance {
		return oncall.Maintenance{ID: id, Team: team, Integration: integration, Route: route, Start: at(t, from), End: at(t, to)}
	}
	r := oncall.Roster{Maintenance: []oncall.Maintenance{
		window("1", "web", "", "", "2026-03-08T06:00:00Z", "2026-03-08T07:00:00Z"),
		window("2", "web", "", "", "2026-03-08T06:30:00Z", "2026-03-08T08:00:00Z"),
		window("3", "web", "", "", "2026-03-08T06:30:00Z", "2026-03-08T06:45:00Z"),
		window("4", "db", "", "", "2026-03-08T05:00:00Z", "2026-03-08T09:00:00Z"),
		window("5", "web", "prom", "", "2026-03-08T06:00:00Z", "2026-03-08T10:00:00Z"),
		window("6", "web", "", `severity="info"`, "2026-03-08T06:00:00Z", "2026-03-08T11:00:00Z"),
	}}
	tests := []struct {
		name               string
		integration, route string
		at                 string
		want               string // the maintenance; empty: not quiet
	}{
		{"before", "", "", "2026-03-08T05:59:59Z", ""},
		{"from its start", "", "", "2026-03-08T06:00:00Z", "1"},
		{"the one that ends last of several", "", "", "2026-03-08T06:40:00Z", "2"},
		{"its end is outside", "", "", "2026-03-08T08:00:00Z", ""},
		{"one integration alone", "prom", "", "2026-03-08T09:59:59Z", "5"},
		{"another integration", "graf", "", "2026-03-08T09:59:59Z", ""},
		{"what one integration sends of a team that is quiet as a whole", "graf", "", "2026-03-08T07:30:00Z", "2"},
		{"one route alone", "graf", `severity="info"`, "2026-03-08T09:00:00Z", "6"},
		{"another route", "graf", `severity="warning"`, "2026-03-08T09:00:00Z", ""},
		{"a route outlasts an integration", "prom", `severity="info"`, "2026-03-08T09:00:00Z", "6"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, ok := r.Quiet("web", tt.integration, tt.route, at(t, tt.at))
			if ok != (tt.want != "") || m.ID != tt.want {
				t.Errorf("quiet by %q, %v, want %q", m.ID, ok, tt.want)
			}
		})
	}
}

// TestNothingIsQuietOutsideOfEveryMaintenance draws some and asks at any moment.
func TestNothingIsQuietOutsideOfEveryMaintenance(t *testing.T) {
	nine := at(t, "2026-03-08T09:00:00Z")
	minutes := rapid.Map(rapid.IntRange(-90, 90), func(n int) time.Time { return nine.Add(time.Duration(n) * time.Minute) })
	one := rapid.Custom(func(t *rapid.T) oncall.Maintenance {
		return oncall.Maintenance{
			ID: rapid.StringMatching("[0-9]{3}").Draw(t, "id"), Team: oneOf[oncall.TeamID]("web", "db").Draw(t, "team"),
			Integration: oneOf("", "", "prom").Draw(t, "integration"), Route: oneOf("", "", "r").Draw(t, "route"),
			Start: minutes.Draw(t, "start"), End: minutes.Draw(t, "end"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		all := listOf(one, 0, 6).Draw(t, "maintenance")
		now, integration, route := minutes.Draw(t, "now"), oneOf("prom", "graf").Draw(t, "by"), oneOf("", "r", "s").Draw(t, "routed")
		m, ok := oncall.Roster{Maintenance: all}.Quiet("web", integration, route, now)
		var latest time.Time
		for _, one := range all {
			inside := one.Team == "web" && !now.Before(one.Start) && now.Before(one.End)
			if inside && slices.Contains([]string{"", integration}, one.Integration) && slices.Contains([]string{"", route}, one.Route) && one.End.After(latest) {
				latest = one.End
			}
		}
		if ok == latest.IsZero() || !m.End.Equal(latest) {
			t.Fatalf("quiet until %v, %v; want until %v", m.End, ok, latest)
		}
	})
}

func TestWhatAMaintenanceSaysOfItself(t *testing.T) {
	start := at(t, "2026-03-08T06:30:00Z") // half an hour before the clocks jump in New York
	newYork := zone(t, "America/New_York")
	r := oncall.Roster{
		People: map[oncall.PersonID]oncall.Person{"ana": {ID: "ana", Name: "Ana Ortiz"}},
		Teams:  map[oncall.TeamID]oncall.Team{"platform": {ID: "platform", Name: "Platform", Zone: newYork}, "web": {ID: "web"}},
	}
	const rest = ": alerts are stored and posted, but nobody is paged for what opens meanwhile."
	tests := []struct {
		name string
		m    oncall.Maintenance
		want string
	}{
		{"of a team", oncall.Maintenance{Team: "platform", By: "ana"}, "Maintenance of Platform until Sun 8 Mar 04:30 New York time, set by Ana Ortiz"},
		{"of an integration", oncall.Maintenance{Team: "platform", Integration: "prom", By: "ana"}, "Maintenance of Platform (integration prom) until Sun 8 Mar 04:30 New York time, set by Ana Ortiz"},
		{"of a route, by somebody who has left", oncall.Maintenance{Team: "web", Route: `a="b"`, By: "zoe"}, `Maintenance of web (route a="b") until Sun 8 Mar 08:30 UTC, set by zoe`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.m.ID, tt.m.Start, tt.m.End, tt.m.Reason = "12", start, start.Add(2*time.Hour), "new disks"
			r.Maintenance = []oncall.Maintenance{tt.m}
			got := r.Beginning(tt.m)
			if got.Text != tt.want+rest || strings.Join(got.Lines, "") != "Reason: new disks" || got.Offers[0].Words != "maintenance end 12" || got.Key != "maintenance 12" {
				t.Errorf("letter %+v\nwant %s", got, tt.want)
			}
			if m, ok := r.MaintenanceByID("12"); !ok || m != tt.m {
				t.Errorf("found %+v, %v", m, ok)
			}
		})
	}
}
