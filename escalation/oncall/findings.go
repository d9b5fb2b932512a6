package oncall

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// A Finding is something in a configuration that works but may leave a page
// without anybody to hear it.
type Finding struct {
	Path string // the keys that lead to it: "teams.platform.policies.default.tiers.0"
	Text string
}

// lookahead is how far Findings looks for gaps, and soon how it says so.
const (
	lookahead = 30 * oneDay
	soon      = "in the next 30 days"
)

// Findings returns what may leave a page unheard in the 30 days from now on:
// first of people, then of teams with their schedules and policies.
func (r Roster) Findings(now time.Time) []Finding {
	var found []Finding
	for _, id := range slices.Sorted(maps.Keys(r.People)) {
		found = append(found, r.People[id].findings("people."+string(id))...)
	}
	c := coverage{roster: r, from: now, to: now.Add(lookahead)}
	paged := r.pagedSchedules()
	for _, id := range r.TeamIDs() {
		team := r.Teams[id]
		path := "teams." + string(id)
		if r.wantsDefault(team) {
			found = append(found, Finding{path, "has no policy named " + DefaultPolicy})
		}
		for _, name := range team.ScheduleNames() {
			s := Target{ToSchedule, id, name}
			found = append(found, c.schedule(s, path+".schedules."+name, paged[s])...)
		}
		for _, name := range slices.Sorted(maps.Keys(team.Policies)) {
			found = append(found, c.policy(id, team.Policies[name], path+".policies."+name)...)
		}
	}
	return found
}

// wantsDefault reports whether a team lacks a default policy that it needs. A
// team of members alone is a group for others to page and needs none.
func (r Roster) wantsDefault(t Team) bool {
	_, ok := t.Policies[DefaultPolicy]
	return !ok && (len(t.Policies) > 0 || len(t.Schedules) > 0 || t.ID != "" && t.ID == r.CatchAll)
}

// pagedSchedules is the set of schedules that some policy pages.
func (r Roster) pagedSchedules() map[Target]bool {
	paged := make(map[Target]bool)
	for id, team := range r.Teams {
		for _, p := range team.Policies {
			for _, tier := range p.Tiers {
				for _, t := range tier.Page {
					if t.Kind == ToSchedule && t.Team == "" {
						t.Team = id
					}
					paged[t] = true
				}
			}
		}
	}
	return paged
}

// findings tells what is wrong with a person's ways to be reached.
func (p Person) findings(path string) []Finding {
	if p.Inactive {
		return nil
	}
	if !p.HasChat() && p.Phone == "" {
		return []Finding{{path, "can't be reached: neither a chat account nor a phone"}}
	}
	found := p.unsendable(p.Paging, path+".paging.")
	if len(p.Paging) > 0 {
		found = append(found, p.unheard(p.Paging, path+".paging", "can't be reached")...)
	}
	for i, w := range p.When {
		at := path + ".paging_when." + strconv.Itoa(i)
		if len(w.Steps) == 0 {
			found = append(found, Finding{at, "can't be reached inside this window: it has no steps"})
			continue
		}
		found = append(found, p.unsendable(w.Steps, at+".steps.")...)
		found = append(found, p.unheard(w.Steps, at, "can't be reached inside this window")...)
	}
	return found
}

// unheard tells of the urgencies for which no step of a policy can be sent.
func (p Person) unheard(steps []Step, path, what string) []Finding {
	var found []Finding
	for _, u := range []Urgency{High, Low} {
		climbs := steps
		if u == Low {
			climbs = p.quiet(steps)
		}
		if !p.reachedBy(climbs) {
			found = append(found, Finding{path, fmt.Sprintf("%s by an alert of urgency %s: none of its steps can be sent", what, u)})
		}
	}
	return found
}

func (p Person) unsendable(steps []Step, path string) []Finding {
	var found []Finding
	for i, s := range steps {
		if !p.Has(s.Via) {
			lacks := "phone"
			if s.Via == Chat {
				lacks = "chat account"
			}
			found = append(found, Finding{path + strconv.Itoa(i), fmt.Sprintf("pages by %s, but %s has no %s", s.Via, p.ID, lacks)})
		}
	}
	return found
}

// Has reports whether a page by that method can be sent to the person.
func (p Person) Has(via Method) bool {
	if via == Chat {
		return p.HasChat()
	}
	return p.Phone != ""
}
