package oncall

import (
	"iter"
	"slices"
	"time"
)

// horizon is how far Next looks ahead.
const horizon = 400 * oneDay

// Shifts returns who is on call throughout [from, to), in order, without a hole
// or an overlap: where nobody is there stands a Shift without people. Neighbours
// differ in their people; of several sources the first is told. Times are UTC.
func (s Schedule) Shifts(from, to time.Time, active func(PersonID) bool) []Shift {
	return slices.Collect(s.shifts(from, to, active))
}

// Next returns when those who are on call at an instant, or the lack of anybody,
// are followed by others, and the shift that follows, which may be one without
// people. It looks 400 days ahead: a longer shift ends there, and ok is false
// when nothing changes until then.
func (s Schedule) Next(at time.Time, active func(PersonID) bool) (until time.Time, next Shift, ok bool) {
	for shift := range s.shifts(at, at.Add(horizon), active) {
		if shift.Start.After(at) {
			return shift.Start, shift, true
		}
	}
	return time.Time{}, Shift{}, false
}

// shifts yields the shifts of [from, to), each as soon as its end is known.
func (s *Schedule) shifts(from, to time.Time, active func(PersonID) bool) iter.Seq[Shift] {
	return func(yield func(Shift) bool) {
		from, to := from.Round(0).UTC(), to.Round(0).UTC()
		if !from.Before(to) {
			return
		}
		w := walk{schedule: s, active: active, to: to, layers: make([]stretch, len(s.Layers))}
		h, end := w.at(from)
		shift := Shift{from, end, h.OnCall, h.Source}
		for end.Before(to) {
			h, end = w.at(shift.End)
			if !samePeople(shift.OnCall, h.OnCall) {
				if !yield(shift) {
					return
				}
				shift = Shift{shift.End, end, h.OnCall, h.Source}
			}
			shift.End = end
		}
		yield(shift)
	}
}

// A walk asks a schedule about ever later instants and remembers what can't have
// changed.
type walk struct {
	schedule *Schedule
	active   func(PersonID) bool
	to       time.Time
	layers   []stretch
	covering []*Override // at the last instant asked for
	edge     time.Time   // where covering changes; zero: not known yet
}

// A stretch is one layer's answer and how long it holds.
type stretch struct {
	ids   []PersonID
	end   int64
	known bool
}

// at returns who is on call and until when, at the latest to, that holds.
func (w *walk) at(at time.Time) (Holding, time.Time) {
	ids, end := w.rotation(at.Unix())
	if w.edge.IsZero() || !at.Before(w.edge) {
		w.cover(at)
	}
	until := w.edge
	if end < until.Unix() || end == until.Unix() && until.Nanosecond() > 0 {
		until = time.Unix(end, 0).UTC()
	}
	h := Holding{OnCall: ids, Source: FromRotation}
	for _, o := range w.covering {
		h = o.over(h, w.active)
	}
	return h.settled(), until
}

// rotation is Schedule.rotation with an end. Layers below the one that has
// somebody don't matter.
func (w *walk) rotation(at int64) (ids []PersonID, end int64) {
	end = never
	for i := len(w.layers) - 1; i >= 0 && ids == nil; i-- {
		s := &w.layers[i]
		if !s.known || s.end <= at {
			l := &w.schedule.Layers[i]
			zone := l.zone(w.schedule.Zone)
			wall := readingAt(at, zone)
			*s = stretch{present(l.holders(at, wall, zone), w.active), l.change(at, wall, zone), true}
		}
		ids, end = s.ids, min(end, s.end)
	}
	return ids, end
}

// cover finds the overrides in force and the next instant at which one begins or
// ends.
func (w *walk) cover(at time.Time) {
	w.covering, w.edge = w.covering[:0], w.to
	for i := range w.schedule.Overrides {
		o := &w.schedule.Overrides[i]
		if o.covers(at) {
			w.covering = append(w.covering, o)
		}
		for _, t := range [2]time.Time{o.Start, o.End} {
			if t.After(at) && t.Before(w.edge) {
				w.edge = t.UTC()
			}
		}
	}
}

// samePeople reports whether two lists hold the same people in any order.
func samePeople(a, b []PersonID) bool {
	if len(a) != len(b) {
		return false
	}
	for _, id := range a {
		if !slices.Contains(b, id) {
			return false
		}
	}
	return true
}
