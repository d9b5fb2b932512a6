package oncall

import (
	"maps"
	"slices"
	"time"
)

// A Departure is that the chat account of a person is deactivated: from then on they
// count as nobody. With another account in the file, or once it works again, they are
// back.
type Departure struct {
	Account string    `json:"account"` // the Slack id
	Since   time.Time `json:"since"`
}

// of reports whether the departure is about the account that the person has now.
func (d Departure) of(p Person) bool { return d.Account != "" && d.Account == p.Slack }

// Accounts returns the Slack ids of everybody that the file does not set inactive, in
// order.
func (r Roster) Accounts() []string {
	var ids []string
	for _, p := range r.People {
		if p = p.Filed(); p.Slack != "" && !p.Inactive {
			ids = append(ids, p.Slack)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Observe notes which accounts were found deactivated, or working, and tells the admins
// and the teams concerned what that breaks or mends. Accounts that nobody looked at
// stay as they were. left gives, for somebody who goes, lines on what was theirs; due
// is false when nothing changed.
func (b Book) Observe(r Roster, deactivated map[string]bool, left func(PersonID) []string, now time.Time) (c Change, due bool) {
	now = now.Round(0).UTC()
	next := b
	next.Gone = maps.Clone(b.Gone)
	if next.Gone == nil {
		next.Gone = map[PersonID]Departure{}
	}
	var went, back []PersonID
	for _, id := range slices.Sorted(maps.Keys(r.People)) {
		p := r.People[id].Filed()
		is, seen := deactivated[p.Slack]
		if p.Slack == "" || p.Inactive || !seen || is == b.Gone[id].of(p) {
			continue
		}
		if is {
			next.Gone[id] = Departure{Account: p.Slack, Since: now}
			went = append(went, id)
		} else {
			delete(next.Gone, id)
			back = append(back, id)
		}
	}
	if len(went)+len(back) == 0 {
		return Change{}, false
	}
	c = Change{Book: next}
	m := move{before: r.With(b), after: r.With(next), now: now}
	for _, id := range went {
		c.Rows = append(c.Rows, m.row(id, "works", "deactivated"))
		c.Letters = append(c.Letters, m.letters(id, left(id))...)
	}
	for _, id := range back {
		c.Rows = append(c.Rows, m.row(id, "deactivated", "works"))
		c.Letters = append(c.Letters, m.letters(id, nil)...)
	}
	return c, true
}
