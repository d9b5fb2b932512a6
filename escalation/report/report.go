// Package report counts what became of a team's incidents in a span of time: how many
// there were, how fast people answered, who was woken, and what made the noise.
//
//	incidents + roster + span --Of--> Report, in lengths of time and instants
//
// It reads no clock: the same incidents give the same figures.
package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Report is what happened in a span, which is half-open.
type Report struct {
	Team      oncall.TeamID // empty: all teams
	Span      oncall.Span
	Incidents int
	Open      int  // of those, not resolved yet
	Partial   bool // there were more than were read: the newest are counted
	Ack       Took // from the opening to the acknowledgement that stands
	Resolve   Took // from the opening to the end
	People    []Load
	Noisiest  []Noise
	Days      []Day
}

// Took is how long something took of those to which it happened.
type Took struct {
	Of     int           // to how many it happened
	Median time.Duration // 0 where it happened to none
	P90    time.Duration // nine of ten took no longer
}

// A Load is what on-call duty cost one person.
type Load struct {
	Person oncall.PersonID
	Pages  int           // messages and calls; a bundle is one
	Nights int           // incidents that paged them between 22:00 and 07:00 on their clock
	OnCall time.Duration // on call for any schedule of the team
}

// A Noise is an alert name and what it raised.
type Noise struct {
	Name      string
	Incidents int
	Alerts    int
}

// A Day is one day of the span on the team's clock; the first and the last may be
// parts of one.
type Day struct {
	Start     time.Time
	Incidents int
	Nights    int // wakes, as Load counts them
}

// mostNoise is how many alert names a report names.
const mostNoise = 5

// Of counts what happened in a span to the incidents of a team that opened in it.
func Of(incidents []incident.Incident, roster oncall.Roster, team oncall.TeamID, span oncall.Span) Report {
	r := Report{Team: team, Span: span}
	var acks, ends []time.Duration
	people, noise := map[oncall.PersonID]*Load{}, map[string]*Noise{}
	load := func(id oncall.PersonID) *Load {
		if people[id] == nil {
			people[id] = &Load{Person: id}
		}
		return people[id]
	}
	r.Days = days(span, zoneOf(roster, team))
	for _, in := range incidents {
		if in.OpenedAt.Before(span.Start) || !in.OpenedAt.Before(span.End) || team != "" && in.Team != team {
			continue
		}
		r.Incidents++
		day := &r.Days[r.day(in.OpenedAt)]
		day.Incidents++
		if in.Open() {
			r.Open++
		} else {
			ends = append(ends, in.ResolvedAt.Sub(in.OpenedAt))
		}
		if !in.AckedAt.IsZero() {
			acks = append(acks, in.AckedAt.Sub(in.OpenedAt))
		}
		for id, n := range in.Paged {
			load(id).Pages += n
		}
		for _, id := range wakes(in, roster) {
			load(id).Nights++
			day.Nights++
		}
		name := cmp.Or(in.Labels["alertname"], in.Title)
		if noise[name] == nil {
			noise[name] = &Noise{Name: name}
		}
		noise[name].Incidents++
		noise[name].Alerts += in.Count
	}
	r.Ack, r.Resolve = took(acks), took(ends)
	for id, d := range served(roster, team, span) {
		load(id).OnCall = d
	}
	for _, l := range people {
		r.People = append(r.People, *l)
	}
	slices.SortFunc(r.People, func(a, b Load) int {
		return cmp.Or(cmp.Compare(b.Pages, a.Pages), cmp.Compare(b.OnCall, a.OnCall), cmp.Compare(a.Person, b.Person))
	})
	for _, n := range noise {
		r.Noisiest = append(r.Noisiest, *n)
	}
	slices.SortFunc(r.Noisiest, func(a, b Noise) int {
		return cmp.Or(cmp.Compare(b.Incidents, a.Incidents), cmp.Compare(b.Alerts, a.Alerts), cmp.Compare(a.Name, b.Name))
	})
	r.Noisiest = r.Noisiest[:min(len(r.Noisiest), mostNoise)]
	return r
}

// day returns in which day of the report a moment lies.
func (r Report) day(at time.Time) int {
	i, exact := slices.BinarySearchFunc(r.Days, at, func(d Day, at time.Time) int { return d.Start.Compare(at) })
	if exact {
		return i
	}
	return i - 1
}

// took sorts lengths and reads the two that tell most: the smallest that half of them,
// and nine of ten, do not pass.
func took(all []time.Duration) Took {
	if len(all) == 0 {
		return Took{}
	}
	slices.Sort(all)
	at := func(percent int) time.Duration { return all[(len(all)*percent+99)/100-1] }
	return Took{Of: len(all), Median: at(50), P90: at(90)}
}
