package report

import (
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// The night, in hours of a person's own clock.
const (
	nightFrom = 22
	nightTo   = 7
)

// wakes returns whom the incident reached at night.
func wakes(in incident.Incident, roster oncall.Roster) []oncall.PersonID {
	var woken []oncall.PersonID
	for _, p := range in.Pages {
		if p.To == "" || p.Ref == "" || slices.Contains(woken, p.To) {
			continue
		}
		zone := roster.People[p.To].Zone
		if zone == nil {
			zone = roster.Location()
		}
		if h := p.Due.In(zone).Hour(); h >= nightFrom || h < nightTo {
			woken = append(woken, p.To)
		}
	}
	return woken
}

// served is how long each person was on call for any schedule of the team; time on
// call for two of them counts once.
func served(roster oncall.Roster, team oncall.TeamID, span oncall.Span) map[oncall.PersonID]time.Duration {
	spans := map[oncall.PersonID][]oncall.Span{}
	for _, id := range roster.TeamIDs() {
		if team != "" && id != team {
			continue
		}
		for _, name := range roster.Teams[id].ScheduleNames() {
			for _, s := range roster.Teams[id].Schedules[name].Shifts(span.Start, span.End, roster.Active) {
				for _, person := range s.OnCall {
					spans[person] = append(spans[person], oncall.Span{Start: s.Start, End: s.End})
				}
			}
		}
	}
	total := map[oncall.PersonID]time.Duration{}
	for person, all := range spans {
		slices.SortFunc(all, func(a, b oncall.Span) int { return a.Start.Compare(b.Start) })
		var until time.Time
		for _, s := range all {
			if s.Start.Before(until) {
				s.Start = until
			}
			if s.End.After(s.Start) {
				total[person] += s.End.Sub(s.Start)
				until = s.End
			}
		}
	}
	return total
}

// days cuts the span at each midnight of the zone.
func days(span oncall.Span, zone *time.Location) []Day {
	all := []Day{{Start: span.Start}}
	local := span.Start.In(zone)
	for n := 1; ; n++ {
		midnight := time.Date(local.Year(), local.Month(), local.Day()+n, 0, 0, 0, 0, zone)
		if !midnight.Before(span.End) {
			return all
		}
		all = append(all, Day{Start: midnight})
	}
}

// zoneOf is the clock by which a team's days are cut.
func zoneOf(roster oncall.Roster, team oncall.TeamID) *time.Location {
	if zone := roster.Teams[team].Zone; zone != nil {
		return zone
	}
	return roster.Location()
}
