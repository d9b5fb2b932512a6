package calendar

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	oneDay = 24 * time.Hour
	past   = 30 * oneDay
	future = 180 * oneDay

	// dawn is 1 January 2000, in Unix seconds: no shift is older on the calendar.
	dawn = 946684800
)

// A shift is one of somebody, with whoever comes after it.
type shift struct {
	oncall.Shift
	place place
	next  []oncall.PersonID // nil: nobody
	last  bool              // nothing follows as far as one can see
}

// shifts returns a schedule's shifts that touch [from, to), each whole: where a
// shift begins and ends does not depend on when one looks.
func shifts(p place, s oncall.Schedule, from, to time.Time, active func(oncall.PersonID) bool) []shift {
	touching := s.Shifts(began(s, from, active), to, active)
	end, follows, ok := s.Next(to.Add(-1), active)
	if !ok {
		// It has no end that is known, yet an event must have one. This one holds
		// for a year.
		end = time.Date(to.UTC().Year()+1, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	touching[len(touching)-1].End = end
	var held []shift
	for i, t := range touching {
		following := shift{Shift: t, place: p, next: follows.OnCall, last: !ok}
		if i < len(touching)-1 {
			following.next, following.last = touching[i+1].OnCall, false
		}
		if len(t.OnCall) > 0 {
			held = append(held, following)
		}
	}
	return held
}

// began returns when the shift at an instant began. It looks back twice as far
// each time until it sees what was before: most shifts are of days.
func began(s oncall.Schedule, at time.Time, active func(oncall.PersonID) bool) time.Time {
	for back := past; ; back *= 2 {
		from := at.Add(-back)
		if first := time.Unix(dawn, 0); from.Before(first) {
			from = first
		}
		seen := s.Shifts(from, at.Add(1), active)
		if start := seen[len(seen)-1].Start; start.After(from) || from.Unix() == dawn {
			return start
		}
	}
}
