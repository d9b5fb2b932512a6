package simulate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// TestEveryReasonIsTold foretells one alert by several rosters, in the hour after
// Madrid's clocks went forward.
func TestEveryReasonIsTold(t *testing.T) {
	start := time.Date(2026, time.March, 29, 1, 30, 0, 0, time.UTC)
	schedule := func(team oncall.TeamID, name string) []oncall.Target {
		return []oncall.Target{{Kind: oncall.ToSchedule, Team: team, Name: name}}
	}
	tests := []struct {
		name    string
		urgency oncall.Urgency
		policy  oncall.Policy
		change  func(oncall.Roster)
	}{
		{"the usual policy, repeated", oncall.High, oncall.Policy{Repeat: 1, Tiers: []oncall.Tier{{Page: persons("cleo"), Wait: 4 * time.Minute}}}, nil},
		{"a step that repeats", oncall.High, oncall.Policy{Tiers: []oncall.Tier{{Page: persons("cleo")}}}, func(r oncall.Roster) {
			p := r.People["cleo"]
			p.Paging = []oncall.Step{{After: 30 * time.Second, Via: oncall.Chat, Every: 2 * time.Minute, Times: 3}}
			r.People["cleo"] = p
		}},
		{"a personal window", oncall.High, oncall.Policy{Tiers: []oncall.Tier{{Page: persons("ben")}}}, asleep},
		{"a personal window passed over", oncall.High, oncall.Policy{ForcePrimary: true, Tiers: []oncall.Tier{{Page: persons("ben")}}}, asleep},
		{"quietly to a phone", oncall.Low, oncall.Policy{Tiers: []oncall.Tier{{Page: persons("hal")}}}, nil},
		{"quietly, without such a step", oncall.Low, oncall.Policy{Tiers: []oncall.Tier{{Page: persons("ben")}}}, asleep},
		{"another team's schedule", oncall.High, oncall.Policy{Tiers: []oncall.Tier{{Page: schedule("abroad", "siesta")}}}, nil},
		{"a pair without an end", oncall.High, oncall.Policy{Tiers: []oncall.Tier{{Page: schedule("", "pair")}}}, nil},
		{"a gap that the file fills", oncall.High, oncall.Policy{Tiers: []oncall.Tier{{Page: schedule("", "nobody")}}}, func(r oncall.Roster) {
			s := r.Teams["platform"].Schedules["nobody"]
			s.Overrides = []oncall.Override{{Start: start, End: start.Add(time.Hour), OnCall: []oncall.PersonID{"cleo"}}}
			r.Teams["platform"].Schedules["nobody"] = s
		}},
		{"the channel, and a team beside it", oncall.High, oncall.Policy{Tiers: []oncall.Tier{{
			Page: []oncall.Target{{Kind: oncall.ToChannel}, {Kind: oncall.ToTeam, Team: "solo"}}}}}, nil},
	}
	var b strings.Builder
	for _, tt := range tests {
		roster := world()
		if tt.change != nil {
			tt.change(roster)
		}
		tt.policy.Name = "default"
		roster.Teams["platform"].Policies["default"] = tt.policy
		got, err := Foretell(t.Context(), roster, incident.AlertFired{
			Key:   incident.Key{Integration: "any", Dedup: "k"},
			Alert: incident.Alert{Title: "Disk full", Severity: incident.Critical},
			Route: incident.Route{Team: "platform", Urgency: tt.urgency},
		}, start)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, tt.name)
		for _, p := range got.Pages[:min(len(got.Pages), 4)] {
			fmt.Fprintf(&b, "  %s %s %s\n", p.At.Sub(start), p.Person, p.Via)
			for _, why := range p.Because.All() {
				fmt.Fprintf(&b, "    %s\n", why)
			}
		}
	}
	golden(t, "testdata/reasons.golden", b.String())
}

// asleep gives ben, at home in Madrid, a window for the nights.
func asleep(r oncall.Roster) {
	p := r.People["ben"]
	p.Phone, p.Zone = "+16175550102", r.Teams["abroad"].Zone
	p.When = []oncall.PagingWindow{{
		Hours: oncall.Window{Days: []time.Weekday{time.Saturday, time.Sunday}, From: 22 * 60, To: 8 * 60},
		Steps: []oncall.Step{{Via: oncall.Voice}, {After: time.Minute, Via: oncall.SMS}},
	}}
	r.People["ben"] = p
}
