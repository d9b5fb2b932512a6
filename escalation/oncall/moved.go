package oncall

import (
	"reflect"
	"slices"
	"time"
)

// Moved tells where an edit of a layer in place takes the turn away from whoever
// has it now. A layer that is left as it was but for its end is not edited: it
// hands over as it should.
func Moved(old, edited Roster, now time.Time) []Finding {
	var found []Finding
	for _, id := range edited.TeamIDs() {
		for _, name := range edited.Teams[id].ScheduleNames() {
			was, known := old.Teams[id].Schedules[name]
			if !known {
				continue
			}
			is := edited.Teams[id].Schedules[name]
			before, after := turnOf(was, now, old), turnOf(is, now, edited)
			if before.Layer < 0 || samePeople(before.OnCall, after.OnCall) || is.keeps(was, before.Layer) {
				continue
			}
			then := "nobody would be"
			if len(after.OnCall) > 0 {
				then = joined(after.OnCall) + " would be"
			}
			found = append(found, Finding{"teams." + string(id) + ".schedules." + name,
				was.present(before, now, old) + ", with this file " + then + "; end the layer with until and start another one"})
		}
	}
	return found
}

// present says who has the turn, and whether that is who is on call.
func (s Schedule) present(turn Reason, now time.Time, r Roster) string {
	who := joined(turn.OnCall)
	switch {
	case s.At(now, r.Active).Source == FromOverride:
		return "without its override " + who + " would be on call now"
	case len(turn.OnCall) > 1:
		return who + " are on call now"
	}
	return who + " is on call now"
}

// turnOf is who has the turn, whatever overrides lie above.
func turnOf(s Schedule, at time.Time, r Roster) Reason {
	s.Overrides = nil
	return s.Reason(at, r.Active)
}

// keeps reports whether the schedule still has layer i of what it was, with the
// same end or another.
func (s Schedule) keeps(was Schedule, i int) bool {
	held := was.Layers[i]
	return slices.ContainsFunc(s.Layers, func(l Layer) bool {
		if !sameZone(l.zone(s.Zone), held.zone(was.Zone)) {
			return false
		}
		l.Until, l.Zone = held.Until, held.Zone
		return reflect.DeepEqual(l, held)
	})
}

// sameZone compares names: two readings of a file have two of every zone.
func sameZone(a, b *time.Location) bool {
	if utc(a) || utc(b) {
		return utc(a) == utc(b)
	}
	return a.String() == b.String()
}
