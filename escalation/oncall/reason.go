package oncall

import (
	"slices"
	"time"
)

// A Reason is what put a schedule's people on call at one moment. At gives the
// same people and nothing else, for the path that pages.
type Reason struct {
	Holding
	Layer     int        // of Layers, counted from 0: the highest that has somebody; -1: none has
	Turn      []PersonID // whose turn it is in that layer
	Span      Span       // of that turn, hours in which the layer is closed included; no End: it has none
	Overrides []Applied  // those that made a difference, the later above the earlier
}

// An Applied is an override that made a difference.
type Applied struct {
	Index     int        // of Overrides, counted from 0
	InPlaceOf []PersonID // who would be on call without it; nil: nobody
}

// Reason returns who is on call at an instant and why.
func (s Schedule) Reason(at time.Time, active func(PersonID) bool) Reason {
	r := Reason{Holding: Holding{Source: FromRotation}, Layer: -1}
	for i := len(s.Layers) - 1; i >= 0 && r.Layer < 0; i-- {
		l := &s.Layers[i]
		zone := l.zone(s.Zone)
		wall := readingAt(at.Unix(), zone)
		if ids := present(l.holders(at.Unix(), wall, zone), active); ids != nil {
			r.Layer, r.OnCall, r.Turn = i, ids, ids
			r.Span = l.span(l.turn(at.Unix(), wall, zone), zone)
		}
	}
	for i := range s.Overrides {
		o := &s.Overrides[i]
		if !o.covers(at) || !o.acts(r.Holding, active) {
			continue
		}
		replaced := r.OnCall
		if o.InsteadOf == "" {
			r.Overrides = nil // nothing below shows through
		} else {
			replaced = []PersonID{o.InsteadOf}
		}
		r.Overrides = append(r.Overrides, Applied{i, replaced})
		r.Holding = o.over(r.Holding, active)
	}
	r.Holding = r.settled()
	return r
}

// Override returns what put that person there, where an override did.
func (r Reason) Override(s Schedule, id PersonID) (Applied, bool) {
	for _, a := range slices.Backward(r.Overrides) {
		if slices.Contains(s.Overrides[a.Index].OnCall, id) {
			return a, true
		}
	}
	return Applied{}, false
}

// acts reports whether over changes what lies beneath, or says it anew.
func (o *Override) acts(beneath Holding, active func(PersonID) bool) bool {
	if len(o.OnCall) > 0 && present(o.OnCall, active) == nil {
		return false
	}
	return o.InsteadOf == "" || slices.Contains(beneath.OnCall, o.InsteadOf)
}

// span returns when turn k begins and ends.
func (l *Layer) span(k int64, zone *time.Location) Span {
	s := Span{Start: unix(l.boundary(k, zone))}
	end := int64(never)
	if l.Turn.N > 0 {
		end = l.boundary(k+1, zone)
	}
	if !l.Until.IsZero() {
		end = min(end, instantOf(l.Until.seconds(), zone))
	}
	if end != never {
		s.End = unix(end)
	}
	return s
}

// boundary returns the instant at which turn k begins.
func (l *Layer) boundary(k int64, zone *time.Location) int64 {
	start := l.Start.seconds()
	switch {
	case l.Turn.N <= 0:
		return instantOf(start, zone)
	case l.Turn.days() > 0:
		return instantOf(start+k*l.Turn.days()*day, zone)
	case l.Turn.Unit == Months:
		return instantOf(l.monthly(k), zone)
	}
	return instantOf(start, zone) + k*l.hours()
}

func unix(at int64) time.Time { return time.Unix(at, 0).UTC() }
