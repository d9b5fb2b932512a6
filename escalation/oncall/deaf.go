package oncall

import (
	"slices"
	"time"
)

// deaf returns when nothing of a person's own policy can be sent, the windows of
// paging_when included unless the policy passes over them.
func (c coverage) deaf(id PersonID, forcePrimary bool) []span {
	p := c.roster.People[id]
	if !c.roster.Active(id) {
		return []span{{c.from, c.to}}
	}
	var silent []span
	for at := c.from; at.Before(c.to); {
		wall, next := readingAt(at.Unix(), p.Zone), int64(never)
		for _, w := range p.When {
			next = min(next, w.Hours.change(wall))
		}
		end := c.to
		if next != never {
			end = earlier(end, unix(instantOf(next, p.Zone)))
		}
		if !p.reachedBy(p.Choose(at, forcePrimary).Steps) {
			silent = join(silent, span{at, end})
		}
		at = end
	}
	return silent
}

// reachedBy reports whether any of the steps can be sent.
func (p Person) reachedBy(steps []Step) bool {
	return slices.ContainsFunc(steps, func(s Step) bool { return p.Has(s.Via) })
}

// unite returns the spans in order, without overlaps.
func unite(spans []span) []span {
	slices.SortStableFunc(spans, func(a, b span) int { return a.start.Compare(b.start) })
	var united []span
	for _, s := range spans {
		united = join(united, s)
	}
	return united
}

// join adds a span that begins no earlier than the last one.
func join(spans []span, s span) []span {
	n := len(spans)
	if n == 0 || spans[n-1].end.Before(s.start) {
		return append(spans, s)
	}
	if spans[n-1].end.Before(s.end) {
		spans[n-1].end = s.end
	}
	return spans
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
