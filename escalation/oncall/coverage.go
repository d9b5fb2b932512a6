package oncall

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// coverage looks for the times of [from, to) at which a page would reach nobody.
type coverage struct {
	roster Roster
	from   time.Time
	to     time.Time
}

// A span is half-open.
type span struct{ start, end time.Time }

// schedule tells of a schedule that is empty, and of the gaps of one that some
// policy pages.
func (c coverage) schedule(t Target, path string, paged bool) []Finding {
	s := c.roster.Teams[t.Team].Schedules[t.Name]
	if s.empty() {
		return []Finding{{path, "is empty: nobody is ever on call"}}
	}
	if !paged {
		return nil
	}
	var gaps []span
	for _, g := range c.roster.gapsOf(t.Team, t.Name, c.from, c.to) {
		gaps = append(gaps, span{g.Start, g.End})
	}
	if len(gaps) == 0 {
		return nil
	}
	return []Finding{{path, "has nobody on call " + c.describe(gaps, t.Team)}}
}

func (s Schedule) empty() bool {
	return len(s.Overrides) == 0 && !slices.ContainsFunc(s.Layers, func(l Layer) bool {
		return len(l.Participants) > 0
	})
}

// policy tells of the tiers that reach nobody at some time, and of a policy that
// can come to its end, or run from end to end, without reaching anybody.
func (c coverage) policy(team TeamID, p Policy, path string) []Finding {
	if len(p.Tiers) == 0 {
		return []Finding{{path, "has no tiers: it pages nobody"}}
	}
	var found []Finding
	last, all := []span(nil), []span{{c.from, c.to}}
	for i, tier := range p.Tiers {
		last = c.tier(tier, team, p.ForcePrimary)
		all = intersect(all, last)
		if i > 0 {
			found = append(found, c.again(p.Tiers[i-1], tier, i, team, path)...)
		}
		if len(last) > 0 && i < len(p.Tiers)-1 {
			found = append(found, Finding{path + ".tiers." + strconv.Itoa(i), "reaches nobody " + c.describe(last, team)})
		}
	}
	if len(last) > 0 {
		found = append(found, Finding{path, "can end with nobody: its last tier reaches nobody " + c.describe(last, team)})
	} else if !p.endsWithPeople() {
		found = append(found, Finding{path, "ends with " + p.lastTargets() + " alone: add a last tier with a person or a team"})
	}
	if len(all) > 0 && len(p.Tiers) > 1 {
		found = append(found, Finding{path, "pages nobody at all " + c.describe(all, team)})
	}
	return found
}

// endsWithPeople reports whether the policy ends with somebody who is there
// whatever the schedules say: in its last tier or as its fallback.
func (p Policy) endsWithPeople() bool {
	return slices.ContainsFunc(slices.Concat(p.Tiers[len(p.Tiers)-1].Page, p.Fallback), func(t Target) bool {
		return t.Kind == ToPerson || t.Kind == ToTeam
	})
}

// lastTargets writes what the last tier pages.
func (p Policy) lastTargets() string {
	var all []string
	for _, t := range p.Tiers[len(p.Tiers)-1].Page {
		all = append(all, t.String())
	}
	return strings.Join(all, " and ")
}

// tier returns when none of a tier's targets reaches anybody.
func (c coverage) tier(tier Tier, team TeamID, forcePrimary bool) []span {
	silent := []span{{c.from, c.to}}
	for _, t := range tier.Page {
		silent = intersect(silent, c.target(t, team, forcePrimary))
	}
	return silent
}

// target returns when a target reaches nobody. A channel counts as somebody.
func (c coverage) target(t Target, team TeamID, forcePrimary bool) []span {
	var people []PersonID
	switch t.Kind {
	case ToSchedule:
		return c.holders(c.scheduleOf(t, team), forcePrimary)
	case ToChannel:
		return nil
	case ToPerson:
		people = []PersonID{PersonID(t.Name)}
	case ToTeam:
		people = c.roster.Teams[t.Team].Members
	}
	silent := []span{{c.from, c.to}}
	for _, id := range people {
		silent = intersect(silent, c.deaf(id, forcePrimary))
	}
	return silent
}

// holders returns when nobody who is on call can be reached.
func (c coverage) holders(s Schedule, forcePrimary bool) []span {
	var silent []span
	deaf := map[PersonID][]span{}
	for shift := range s.shifts(c.from, c.to, c.roster.Active) {
		unreached := []span{{shift.Start, shift.End}}
		for _, id := range shift.OnCall {
			if _, known := deaf[id]; !known {
				deaf[id] = c.deaf(id, forcePrimary)
			}
			unreached = intersect(unreached, deaf[id])
		}
		for _, s := range unreached {
			silent = join(silent, s)
		}
	}
	return silent
}

// intersect returns what two ordered lists of spans have in common.
func intersect(a, b []span) []span {
	var both []span
	for len(a) > 0 && len(b) > 0 {
		s := span{a[0].start, a[0].end}
		if b[0].start.After(s.start) {
			s.start = b[0].start
		}
		if b[0].end.Before(s.end) {
			s.end = b[0].end
		}
		if s.start.Before(s.end) {
			both = append(both, s)
		}
		if a[0].end.Before(b[0].end) {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return both
}

// shown is how many spans a text writes out.
const shown = 3

// describe says when, in the team's zone: the first few spans, then how many
// more there are and how long they last together.
func (c coverage) describe(spans []span, team TeamID) string {
	if spans[0].start.Equal(c.from) && spans[0].end.Equal(c.to) {
		return "at any time " + soon
	}
	var (
		written []string
		sum     time.Duration
	)
	for i, s := range spans {
		sum += s.end.Sub(s.start)
		if i < shown {
			written = append(written, fmt.Sprintf("from %s to %s", c.local(s.start, team), c.local(s.end, team)))
		}
	}
	text := strings.Join(written, ", ")
	if more := len(spans) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more, %s in all %s", more, FormatDuration(sum), soon)
	}
	return text
}

func (c coverage) local(at time.Time, team TeamID) string {
	zone := c.roster.Teams[team].Zone
	if zone == nil {
		zone = c.roster.Zone
	}
	if zone == nil {
		zone = time.UTC
	}
	return at.In(zone).Format(time.RFC3339)
}
