package oncall

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// again tells whom a tier pages that the tier before it has paged already.
func (c coverage) again(before, tier Tier, i int, team TeamID, path string) []Finding {
	var found []Finding
	both := c.twice(before, tier, team)
	for _, id := range slices.Sorted(maps.Keys(both)) {
		found = append(found, Finding{path + ".tiers." + strconv.Itoa(i),
			fmt.Sprintf("pages %s, whom tier %d has paged already, %s", id, i, c.describe(both[id], team))})
	}
	return found
}

// twice tells when a tier pages somebody again: whom it names, or who
// is on call in a schedule that it names, and whom the tier before has paged.
// That a whole team holds those who were paged before is no surprise.
func (c coverage) twice(before, tier Tier, team TeamID) map[PersonID][]span {
	paged, again := c.paged(before, team, false), c.paged(tier, team, true)
	both := map[PersonID][]span{}
	for id, spans := range again {
		if common := intersect(paged[id], spans); len(common) > 0 {
			both[id] = common
		}
	}
	return both
}

// paged returns when a tier pages whom.
func (c coverage) paged(tier Tier, team TeamID, named bool) map[PersonID][]span {
	paged := map[PersonID][]span{}
	add := func(id PersonID, s span) {
		if c.roster.Active(id) {
			paged[id] = unite(append(paged[id], s))
		}
	}
	for _, t := range tier.Page {
		switch t.Kind {
		case ToPerson:
			add(PersonID(t.Name), span{c.from, c.to})
		case ToTeam:
			for _, id := range c.roster.Teams[t.Team].Members {
				if !named || len(c.roster.Teams[t.Team].Members) == 1 {
					add(id, span{c.from, c.to})
				}
			}
		case ToSchedule:
			s := c.scheduleOf(t, team)
			for shift := range s.shifts(c.from, c.to, c.roster.Active) {
				for _, id := range shift.OnCall {
					add(id, span{shift.Start, shift.End})
				}
			}
		}
	}
	return paged
}

func (c coverage) scheduleOf(t Target, team TeamID) Schedule {
	if t.Team != "" {
		team = t.Team
	}
	return c.roster.Teams[team].Schedules[t.Name]
}
