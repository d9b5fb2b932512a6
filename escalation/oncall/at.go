package oncall

import (
	"slices"
	"time"
)

// A Holding is who is on call at one moment. OnCall may be part of the schedule
// itself: read it, don't write to it.
type Holding struct {
	OnCall []PersonID // nil: nobody
	Source Source
}

// At returns who is on call at an instant. Inactive people never are: a pair
// keeps its other half, and where nobody is left the layer or override counts as
// empty. A nil active takes everybody for active.
func (s Schedule) At(at time.Time, active func(PersonID) bool) Holding {
	h := Holding{OnCall: s.rotation(at.Unix(), active), Source: FromRotation}
	for i := range s.Overrides {
		if o := &s.Overrides[i]; o.covers(at) {
			h = o.over(h, active)
		}
	}
	return h.settled()
}

// rotation returns the people of the highest layer that has somebody.
func (s *Schedule) rotation(at int64, active func(PersonID) bool) []PersonID {
	var (
		read bool
		last *time.Location
		wall int64
	)
	for i := len(s.Layers) - 1; i >= 0; i-- {
		l := &s.Layers[i]
		zone := l.zone(s.Zone)
		if !read || zone != last {
			read, last, wall = true, zone, readingAt(at, zone)
		}
		if ids := present(l.holders(at, wall, zone), active); ids != nil {
			return ids
		}
	}
	return nil
}

func (o *Override) covers(at time.Time) bool { return !at.Before(o.Start) && at.Before(o.End) }

// over returns what the override makes of what lies beneath it. One without
// people takes everybody off call; one whose people have all left does nothing.
func (o *Override) over(beneath Holding, active func(PersonID) bool) Holding {
	ids := present(o.OnCall, active)
	if ids == nil && len(o.OnCall) > 0 {
		return beneath
	}
	if o.InsteadOf == "" {
		return Holding{ids, FromOverride}
	}
	i := slices.Index(beneath.OnCall, o.InsteadOf)
	if i < 0 {
		return beneath
	}
	return Holding{present(slices.Replace(slices.Clone(beneath.OnCall), i, i+1, ids...), active), FromOverride}
}

func (h Holding) settled() Holding {
	if len(h.OnCall) == 0 {
		return Holding{Source: FromNobody}
	}
	return h
}

// present returns the active people among ids, each once, or nil. Most often
// that is ids itself, and nothing is allocated.
func present(ids []PersonID, active func(PersonID) bool) []PersonID {
	keep := func(i int) bool {
		return (active == nil || active(ids[i])) && !slices.Contains(ids[:i], ids[i])
	}
	for i := range ids {
		if keep(i) {
			continue
		}
		kept := slices.Clone(ids[:i])
		for i++; i < len(ids); i++ {
			if keep(i) {
				kept = append(kept, ids[i])
			}
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	}
	if len(ids) == 0 {
		return nil
	}
	return ids
}
