package oncall

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Roster is everybody and everything that can be on call, as of one moment. It
// holds all teams, since any policy may name another team's schedule.
type Roster struct {
	Zone        *time.Location
	Admins      []PersonID
	People      map[PersonID]Person
	Teams       map[TeamID]Team
	CatchAll    TeamID        // the team of what no route claims; empty: none set
	Bundling    time.Duration // at most one page per person and method in that time; 0: no limit
	Storm       StormRate
	Maintenance []Maintenance
	Rooms       []Room // of incidents
	Digest      Digest
	Caps        Caps // against toll fraud
}

// A StormRate says how many new cards a channel bears: more than Cards in Per become
// one summary. The zero StormRate bears everything.
type StormRate struct {
	Cards int
	Per   time.Duration
}

// Policy returns the team's policy of that name, or its default policy where
// the name is empty or unknown. ok is false when the team has neither.
func (r Roster) Policy(team TeamID, name string) (p Policy, ok bool) {
	policies := r.Teams[team].Policies
	if p, ok = policies[name]; ok {
		return p, true
	}
	p, ok = policies[DefaultPolicy]
	return p, ok
}

// A Reached person, and what led to them.
type Reached struct {
	Person PersonID
	Why    string // "schedule techops", "schedule webdev/devs (override)", "team management"
}

// Resolve returns the people a target leads to at that moment, in order, each
// with the reason; inactive and unknown people are left out. A schedule without
// a team is team's own. A channel leads to no person.
func (r Roster) Resolve(t Target, team TeamID, at time.Time) []Reached {
	switch t.Kind {
	case ToPerson:
		return r.reach([]PersonID{PersonID(t.Name)}, "named by the policy")
	case ToTeam:
		return r.reach(r.Teams[t.Team].Members, "team "+string(t.Team))
	case ToSchedule:
		name := "schedule " + t.Name
		if t.Team != "" && t.Team != team {
			team, name = t.Team, fmt.Sprintf("schedule %s/%s", t.Team, t.Name)
		}
		s, ok := r.Teams[team].Schedules[t.Name]
		if !ok {
			return nil
		}
		h := s.At(at, r.Active)
		if h.Source == FromOverride {
			name += " (override)"
		}
		return r.reach(h.OnCall, name)
	}
	return nil
}

// Active reports whether the person exists and can hold a shift.
func (r Roster) Active(id PersonID) bool {
	p, ok := r.People[id]
	return ok && !p.Inactive
}

func (r Roster) reach(ids []PersonID, why string) []Reached {
	var reached []Reached
	for _, id := range ids {
		if r.Active(id) {
			reached = append(reached, Reached{id, why})
		}
	}
	return reached
}

// Location is the clock of whoever has none of their own.
func (r Roster) Location() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

// TeamIDs returns all teams in alphabetical order.
func (r Roster) TeamIDs() []TeamID {
	ids := make([]TeamID, 0, len(r.Teams))
	for id := range r.Teams {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Admin reports whether the person is an admin of the installation.
func (r Roster) Admin(id PersonID) bool { return slices.Contains(r.Admins, id) }

// ActiveAdmins are the admins whom something can be told, in alphabetical order.
func (r Roster) ActiveAdmins() []PersonID {
	admins := slices.DeleteFunc(slices.Clone(r.Admins), func(id PersonID) bool { return !r.Active(id) })
	slices.Sort(admins)
	return slices.Compact(admins)
}

// TeamByPrefix finds the team whose incident ids begin with prefix.
func (r Roster) TeamByPrefix(prefix string) (TeamID, bool) {
	for id := range r.Teams {
		if strings.EqualFold(id.Prefix(), prefix) {
			return id, true
		}
	}
	return "", false
}
