package oncall

import (
	"maps"
	"slices"
	"time"
)

// A Booking is an override that somebody made in chat.
type Booking struct {
	Override           // ID is set: the number by which it is cancelled
	Team     TeamID    `json:"team"`
	Schedule string    `json:"schedule"`
	By       PersonID  `json:"by"`  // who made it
	Why      string    `json:"why"` // the word it was made with: "override", "take", "swap", "cover"
	Made     time.Time `json:"made"`
	Change   int       `json:"change"` // those with the same number are undone together
}

// With returns the roster with what people changed: the book's maintenance, rooms, phones and
// steps in place of the file's, and its bookings above the overrides of the file, in
// their order: the later wins. Whoever is gone is inactive, and a linked number that the
// file gives to somebody else is not used. What r was given before is replaced; bookings
// of a schedule that is gone do nothing.
func (r Roster) With(book Book) Roster {
	type place struct {
		team TeamID
		name string
	}
	above := map[place][]Override{}
	for _, b := range book.Bookings {
		at := place{b.Team, b.Schedule}
		above[at] = append(above[at], b.Override)
	}
	booked := func(o Override) bool { return o.ID != "" }
	teams := maps.Clone(r.Teams)
	for id, t := range r.Teams {
		cloned := false
		for name, s := range t.Schedules {
			more := above[place{id, name}]
			if len(more) == 0 && !slices.ContainsFunc(s.Overrides, booked) {
				continue
			}
			if !cloned {
				t.Schedules, cloned = maps.Clone(t.Schedules), true
			}
			s.Overrides = append(slices.DeleteFunc(slices.Clone(s.Overrides), booked), more...)
			t.Schedules[name] = s
		}
		teams[id] = t
	}
	r.Teams, r.Maintenance, r.Rooms = teams, book.Maintenance, book.Rooms
	r.People = maps.Clone(r.People)
	for id, p := range r.People {
		r.People[id] = p.with(book.Wishes[id], book.Gone[id])
	}
	r.yield()
	return r
}
