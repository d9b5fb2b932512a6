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

// With returns the roster with the bookings above the overrides of the file, in
// their order: the later wins. Bookings that r was given before are replaced; those
// of a schedule that is gone do nothing.
func (r Roster) With(bookings []Booking) Roster {
	teams := maps.Clone(r.Teams)
	changed := map[TeamID]bool{}
	change := func(team TeamID, name string, overrides []Override) {
		t := teams[team]
		if !changed[team] {
			t.Schedules, changed[team] = maps.Clone(t.Schedules), true
		}
		s := t.Schedules[name]
		s.Overrides = overrides
		t.Schedules[name], teams[team] = s, t
	}
	booked := func(o Override) bool { return o.ID != "" }
	for id, t := range r.Teams {
		for name, s := range t.Schedules {
			if slices.ContainsFunc(s.Overrides, booked) {
				change(id, name, slices.DeleteFunc(slices.Clone(s.Overrides), booked))
			}
		}
	}
	for _, b := range bookings {
		if s, ok := teams[b.Team].Schedules[b.Schedule]; ok {
			change(b.Team, b.Schedule, append(slices.Clip(s.Overrides), b.Override))
		}
	}
	r.Teams = teams
	return r
}
