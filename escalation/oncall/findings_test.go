package oncall_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// sound is a roster with nothing to find: ana and ben around the clock, then
// everybody in management.
func sound(t *testing.T) oncall.Roster {
	always := turnsOf(t, "1w", "2026-01-05T09:00", "ana", "ben")
	return oncall.Roster{
		Zone: zone(t, "America/New_York"),
		People: map[oncall.PersonID]oncall.Person{
			"ana": {ID: "ana", Slack: "U0ANA", Phone: "+16175550101"},
			"ben": {ID: "ben", Discord: "2002"},
			"hal": {ID: "hal", Phone: "+16175550108"},
			"gil": {ID: "gil", Inactive: true},
		},
		Teams: map[oncall.TeamID]oncall.Team{
			"management": {ID: "management", Members: ids("hal")},
			"platform": {
				ID:        "platform",
				Schedules: map[string]oncall.Schedule{"techops": {Team: "platform", Name: "techops", Layers: []oncall.Layer{always}}},
				Policies: map[string]oncall.Policy{"default": {Name: "default", Tiers: []oncall.Tier{
					{Page: []oncall.Target{{Kind: oncall.ToSchedule, Name: "techops"}}, Wait: 10 * time.Minute},
					{Page: []oncall.Target{{Kind: oncall.ToTeam, Team: "management"}}},
				}}},
			},
		},
	}
}

func TestFindings(t *testing.T) {
	const (
		now      = "2026-03-01T05:00:00Z" // midnight in New York; thirty days on it is 01:00 on 31 March there
		schedule = "teams.platform.schedules.techops"
		policy   = "teams.platform.policies.default"
	)
	page := func(targets ...oncall.Target) oncall.Tier { return oncall.Tier{Page: targets} }
	techops := oncall.Target{Kind: oncall.ToSchedule, Name: "techops"}
	setLayer := func(r oncall.Roster, change func(*oncall.Layer)) {
		s := r.Teams["platform"].Schedules["techops"]
		change(&s.Layers[0])
	}
	setTiers := func(r oncall.Roster, tiers ...oncall.Tier) {
		r.Teams["platform"].Policies["default"] = oncall.Policy{Name: "default", Tiers: tiers}
	}
	office := func(l *oncall.Layer) {
		l.Hours = []oncall.Window{{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * 60, To: 17 * 60}}
	}
	nights := "from 2026-03-01T00:00:00-05:00 to 2026-03-02T09:00:00-05:00, " +
		"from 2026-03-02T17:00:00-05:00 to 2026-03-03T09:00:00-05:00, " +
		"from 2026-03-03T17:00:00-05:00 to 2026-03-04T09:00:00-05:00 and 19 more, 23d in all in the next 30 days"
	night := oncall.Window{From: 22 * 60, To: 8 * 60}
	tests := []struct {
		name   string
		change func(oncall.Roster)
		want   []oncall.Finding
	}{
		{"nothing to find", func(oncall.Roster) {}, nil},
		{"a person without anything", func(r oncall.Roster) {
			r.People["eve"] = oncall.Person{ID: "eve"}
		}, []oncall.Finding{{"people.eve", "can't be reached: neither a chat account nor a phone"}}},
		{"steps by what a person lacks", func(r oncall.Roster) {
			r.People["ben"] = oncall.Person{ID: "ben", Discord: "2002", Paging: []oncall.Step{{Via: oncall.Chat}, {Via: oncall.SMS}}}
			r.People["hal"] = oncall.Person{ID: "hal", Phone: "+16175550108", When: []oncall.PagingWindow{
				{Hours: night, Steps: []oncall.Step{{Via: oncall.Chat}, {Via: oncall.SMS}}}, {Hours: night},
			}}
		}, []oncall.Finding{
			{"people.ben.paging.1", "pages by sms, but ben has no phone"},
			{"people.hal.paging_when.0.steps.0", "pages by chat, but hal has no chat account"},
			{"people.hal.paging_when.1", "can't be reached inside this window: it has no steps"},
		}},
		{"no step that can be sent", func(r oncall.Roster) {
			r.People["eve"] = oncall.Person{ID: "eve", Discord: "2003", Paging: []oncall.Step{{Via: oncall.SMS}, {Via: oncall.Voice}}}
		}, []oncall.Finding{
			{"people.eve.paging.0", "pages by sms, but eve has no phone"},
			{"people.eve.paging.1", "pages by voice, but eve has no phone"},
			{"people.eve.paging", "can't be reached by an alert of urgency high: none of its steps can be sent"},
		}},
		{"a window without a working step, over the night in which the clocks go forward", func(r oncall.Roster) {
			r.People["hal"] = oncall.Person{ID: "hal", Phone: "+16175550108", Zone: zone(t, "Europe/Madrid"), When: []oncall.PagingWindow{
				{Hours: oncall.Window{Span: true, FromDay: 6, ToDay: 0, From: 22 * 60, To: 8 * 60}, Steps: []oncall.Step{{Via: oncall.Chat}}},
			}}
		}, []oncall.Finding{
			{"people.hal.paging_when.0.steps.0", "pages by chat, but hal has no chat account"},
			{"people.hal.paging_when.0", "can't be reached inside this window by an alert of urgency high: none of its steps can be sent"},
			{policy, "can end with nobody: its last tier reaches nobody from 2026-03-01T00:00:00-05:00 to 2026-03-01T02:00:00-05:00, " +
				"from 2026-03-07T16:00:00-05:00 to 2026-03-08T03:00:00-04:00, from 2026-03-14T17:00:00-04:00 to 2026-03-15T03:00:00-04:00 " +
				"and 2 more, 1d17h in all in the next 30 days"},
		}},
		{"such a window passed over", func(r oncall.Roster) {
			r.People["hal"] = oncall.Person{ID: "hal", Slack: "U0HAL", When: []oncall.PagingWindow{{Steps: []oncall.Step{{Via: oncall.SMS}}}}}
			p := r.Teams["platform"].Policies["default"]
			p.ForcePrimary = true
			r.Teams["platform"].Policies["default"] = p
		}, []oncall.Finding{
			{"people.hal.paging_when.0.steps.0", "pages by sms, but hal has no phone"},
			{"people.hal.paging_when.0", "can't be reached inside this window by an alert of urgency high: none of its steps can be sent"},
		}},
		{"a gap that the next tier covers", func(r oncall.Roster) {
			setLayer(r, func(l *oncall.Layer) { l.Until = wall(t, "2026-03-30T09:00") })
		}, []oncall.Finding{
			{schedule, "has nobody on call from 2026-03-30T09:00:00-04:00 to 2026-03-31T01:00:00-04:00"},
			{policy + ".tiers.0", "reaches nobody from 2026-03-30T09:00:00-04:00 to 2026-03-31T01:00:00-04:00"},
		}},
		{"office hours, then nobody", func(r oncall.Roster) {
			setLayer(r, office)
			setTiers(r, page(techops))
		}, []oncall.Finding{
			{schedule, "has nobody on call " + nights},
			{policy, "can end with nobody: its last tier reaches nobody " + nights},
		}},
		{"two tiers of it", func(r oncall.Roster) {
			setLayer(r, func(l *oncall.Layer) { l.Until = wall(t, "2026-03-30T09:00") })
			setTiers(r, page(techops), page(techops))
		}, []oncall.Finding{
			{schedule, "has nobody on call from 2026-03-30T09:00:00-04:00 to 2026-03-31T01:00:00-04:00"},
			{policy + ".tiers.0", "reaches nobody from 2026-03-30T09:00:00-04:00 to 2026-03-31T01:00:00-04:00"},
			{policy + ".tiers.1", "pages ana, whom tier 1 has paged already, from 2026-03-02T09:00:00-05:00 to 2026-03-09T09:00:00-04:00, " +
				"from 2026-03-16T09:00:00-04:00 to 2026-03-23T09:00:00-04:00"},
			{policy + ".tiers.1", "pages ben, whom tier 1 has paged already, from 2026-03-01T00:00:00-05:00 to 2026-03-02T09:00:00-05:00, " +
				"from 2026-03-09T09:00:00-04:00 to 2026-03-16T09:00:00-04:00, from 2026-03-23T09:00:00-04:00 to 2026-03-30T09:00:00-04:00"},
			{policy, "can end with nobody: its last tier reaches nobody from 2026-03-30T09:00:00-04:00 to 2026-03-31T01:00:00-04:00"},
			{policy, "pages nobody at all from 2026-03-30T09:00:00-04:00 to 2026-03-31T01:00:00-04:00"},
		}},
		{"a channel beside it counts as somebody", func(r oncall.Roster) {
			setLayer(r, office)
			setTiers(r, page(techops, oncall.Target{Kind: oncall.ToChannel}))
		}, []oncall.Finding{
			{schedule, "has nobody on call " + nights},
			{policy, "ends with schedule:techops and channel alone: add a last tier with a person or a team"},
		}},
		{"a schedule at the end, with somebody to fall back on", func(r oncall.Roster) {
			r.Teams["platform"].Policies["default"] = oncall.Policy{Tiers: []oncall.Tier{page(techops)}, Fallback: []oncall.Target{{Kind: oncall.ToPerson, Name: "hal"}}}
		}, nil},
		{"the channel alone", func(r oncall.Roster) {
			setTiers(r, page(oncall.Target{Kind: oncall.ToChannel}))
		}, []oncall.Finding{{policy, "ends with channel alone: add a last tier with a person or a team"}}},
		{"somebody who is paged twice in a row, in a week of an hour less", func(r oncall.Roster) {
			setTiers(r, page(techops), page(oncall.Target{Kind: oncall.ToPerson, Name: "ana"}))
		}, []oncall.Finding{{policy + ".tiers.1", "pages ana, whom tier 1 has paged already, " +
			"from 2026-03-02T09:00:00-05:00 to 2026-03-09T09:00:00-04:00, from 2026-03-16T09:00:00-04:00 to 2026-03-23T09:00:00-04:00, " +
			"from 2026-03-30T09:00:00-04:00 to 2026-03-31T01:00:00-04:00"}}},
		{"paged twice, with a tier between", func(r oncall.Roster) {
			named := func(id string) oncall.Tier { return page(oncall.Target{Kind: oncall.ToPerson, Name: id}) }
			setTiers(r, named("ana"), named("hal"), named("ana"))
		}, nil},
		{"a whole team holds whoever was paged before", func(r oncall.Roster) {
			r.Teams["management"] = oncall.Team{ID: "management", Members: ids("ana", "hal")}
		}, nil},
		{"a gap in a schedule that no policy pages", func(r oncall.Roster) {
			setLayer(r, office)
			setTiers(r, page(oncall.Target{Kind: oncall.ToPerson, Name: "ana"}))
		}, nil},
		{"an empty schedule", func(r oncall.Roster) {
			setLayer(r, func(l *oncall.Layer) { l.Participants = nil })
		}, []oncall.Finding{
			{schedule, "is empty: nobody is ever on call"},
			{policy + ".tiers.0", "reaches nobody at any time in the next 30 days"},
		}},
		{"an empty team at the end", func(r oncall.Roster) {
			r.Teams["management"] = oncall.Team{ID: "management"}
		}, []oncall.Finding{{policy, "can end with nobody: its last tier reaches nobody at any time in the next 30 days"}}},
		{"a team of people who left", func(r oncall.Roster) {
			r.Teams["management"] = oncall.Team{ID: "management", Members: ids("gil")}
		}, []oncall.Finding{{policy, "can end with nobody: its last tier reaches nobody at any time in the next 30 days"}}},
		{"on call and out of reach", func(r oncall.Roster) {
			r.People["ben"] = oncall.Person{ID: "ben"}
			setLayer(r, func(l *oncall.Layer) { l.Participants = l.Participants[1:] })
		}, []oncall.Finding{
			{"people.ben", "can't be reached: neither a chat account nor a phone"},
			{policy + ".tiers.0", "reaches nobody at any time in the next 30 days"},
		}},
		{"no tiers", func(r oncall.Roster) { setTiers(r) }, []oncall.Finding{{policy, "has no tiers: it pages nobody"}}},
		{"no default policy", func(r oncall.Roster) {
			r.Teams["platform"].Policies["night"] = r.Teams["platform"].Policies["default"]
			delete(r.Teams["platform"].Policies, "default")
		}, []oncall.Finding{{"teams.platform", "has no policy named default"}}},
		{"another team's schedule", func(r oncall.Roster) {
			r.Teams["web"] = oncall.Team{ID: "web", Policies: map[string]oncall.Policy{"default": {Tiers: []oncall.Tier{
				page(oncall.Target{Kind: oncall.ToSchedule, Team: "platform", Name: "techops"}),
			}}}}
		}, []oncall.Finding{{"teams.web.policies.default", "ends with schedule:platform/techops alone: add a last tier with a person or a team"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sound(t)
			tt.change(r)
			if got := r.Findings(at(t, now)); !slices.Equal(got, tt.want) {
				t.Errorf("found:\n%s\nwant:\n%s", written(got), written(tt.want))
			}
		})
	}
}

func written(findings []oncall.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(f.Path + ": " + f.Text + "\n")
	}
	return b.String()
}

func TestGaps(t *testing.T) {
	r := sound(t)
	late := turnsOf(t, "1d", "2026-03-08T02:30", "ana", "gil", "ben")
	r.Teams["platform"].Schedules["backup"] = oncall.Schedule{Layers: []oncall.Layer{late}}
	r.Teams["apps"] = oncall.Team{ID: "apps", Schedules: map[string]oncall.Schedule{"none": {}}}
	from, to := at(t, "2026-03-08T00:00:00Z"), at(t, "2026-03-11T00:00:00Z")
	want := []oncall.Gap{
		{"apps", "none", from, to},
		{"platform", "backup", from, at(t, "2026-03-08T07:00:00Z")},
		{"platform", "backup", at(t, "2026-03-09T06:30:00Z"), at(t, "2026-03-10T06:30:00Z")},
	}
	got := r.Gaps(from, to)
	if !slices.EqualFunc(got, want, func(a, b oncall.Gap) bool {
		return a.Team == b.Team && a.Schedule == b.Schedule && a.Start.Equal(b.Start) && a.End.Equal(b.End)
	}) {
		t.Errorf("gaps %v, want %v", got, want)
	}
}
