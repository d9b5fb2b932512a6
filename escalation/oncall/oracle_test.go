package oncall_test

import (
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// An oracle watches the clocks on the wall minute by minute, from three days
// before a layer starts, and moves the pointer on when a handoff is due. It
// shares no code with what it checks.
type oracle struct {
	schedule oncall.Schedule
	active   func(oncall.PersonID) bool
	from     time.Time // a whole minute
	layers   [][][]oncall.PersonID
}

func newOracle(s oncall.Schedule, from, to time.Time, active func(oncall.PersonID) bool) oracle {
	o := oracle{schedule: s, active: active, from: from.Truncate(time.Minute)}
	for _, l := range s.Layers {
		z := l.Zone
		if z == nil {
			z = s.Zone
		}
		o.layers = append(o.layers, watch(l, z, o.from, to))
	}
	return o
}

// at is who is on call at any instant within the range.
func (o oracle) at(when time.Time) []oncall.PersonID { return o.holding(when).OnCall }

// holding is the answer for any instant within the range.
func (o oracle) holding(when time.Time) oncall.Holding {
	minute := int(when.Sub(o.from) / time.Minute)
	var (
		held       []oncall.PersonID
		overridden bool
	)
	for _, l := range o.layers {
		if ids := o.still(l[minute]); len(ids) > 0 {
			held = ids
		}
	}
	for _, ov := range o.schedule.Overrides {
		ids := o.still(ov.OnCall)
		switch {
		case when.Before(ov.Start) || !when.Before(ov.End):
		case len(ids) == 0 && len(ov.OnCall) > 0:
		case ov.InsteadOf == "":
			held, overridden = ids, true
		default:
			var mixed []oncall.PersonID
			for _, id := range held {
				if id == ov.InsteadOf {
					mixed, overridden = append(mixed, ids...), true
				} else {
					mixed = append(mixed, id)
				}
			}
			held = o.still(mixed)
		}
	}
	switch {
	case len(held) == 0:
		return oncall.Holding{Source: oncall.FromNobody}
	case overridden:
		return oncall.Holding{OnCall: held, Source: oncall.FromOverride}
	}
	return oncall.Holding{OnCall: held, Source: oncall.FromRotation}
}

func (o oracle) still(ids []oncall.PersonID) []oncall.PersonID {
	var kept []oncall.PersonID
	for _, id := range ids {
		if o.active(id) && !slices.Contains(kept, id) {
			kept = append(kept, id)
		}
	}
	return kept
}

// watch returns who holds a layer at each minute of [from, to].
func watch(l oncall.Layer, z *time.Location, from, to time.Time) [][]oncall.PersonID {
	var (
		held    [][]oncall.PersonID
		open    = openMinutes(l.Hours)
		start   = asUTC(l.Start)
		read    time.Time // the latest the clock has read
		turn    = -1
		due     = start
		elapsed int
	)
	begin := start.Add(-3 * 24 * time.Hour)
	if from.Before(begin) {
		begin = from
	}
	for now := begin; !now.After(to); now = now.Add(time.Minute) {
		if shows := shown(now, z); shows.After(read) {
			read = shows
		}
		if l.Turn.Unit == oncall.Hours && turn >= 0 {
			elapsed++
			turn = elapsed / 60 / l.Turn.N
		} else {
			for !read.Before(due) {
				turn++
				due = handoff(l, turn+1)
			}
		}
		if now.Before(from) {
			continue
		}
		minute := int(read.Weekday())*24*60 + read.Hour()*60 + read.Minute()
		over := l.Until != oncall.Wall{} && !read.Before(asUTC(l.Until))
		if turn < 0 || over || !open[minute] || len(l.Participants) == 0 {
			held = append(held, nil)
			continue
		}
		held = append(held, l.Participants[turn%len(l.Participants)])
	}
	return held
}

// handoff is the reading at which a turn begins, found by counting on the
// fingers.
func handoff(l oncall.Layer, turn int) time.Time {
	at := asUTC(l.Start)
	switch l.Turn.Unit {
	case oncall.Hours:
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) // counted elsewhere
	case oncall.Days:
		return at.AddDate(0, 0, turn*l.Turn.N)
	case oncall.Weeks:
		return at.AddDate(0, 0, 7*turn*l.Turn.N)
	}
	year, month := at.Year(), at.Month()
	for range turn * l.Turn.N {
		if month++; month > time.December {
			year, month = year+1, time.January
		}
	}
	for day := at.Day(); ; day-- {
		if d := time.Date(year, month, day, at.Hour(), at.Minute(), 0, 0, time.UTC); d.Month() == month {
			return d
		}
	}
}

// openMinutes tells for each minute of the week, from Sunday, whether a window
// is open.
func openMinutes(windows []oncall.Window) []bool {
	open := make([]bool, 7*24*60)
	mark := func(from, length int) {
		for i := range length {
			open[(from+i)%len(open)] = true
		}
	}
	for _, w := range windows {
		length := int(w.To - w.From)
		if w.Span {
			length += (int(w.ToDay) - int(w.FromDay)) * 24 * 60
			if length <= 0 {
				length += len(open)
			}
			mark(int(w.FromDay)*24*60+int(w.From), length)
			continue
		}
		if length <= 0 {
			length += 24 * 60
		}
		for d := range 7 {
			if len(w.Days) == 0 || slices.Contains(w.Days, time.Weekday(d)) {
				mark(d*24*60+int(w.From), length)
			}
		}
	}
	if len(windows) == 0 {
		mark(0, len(open))
	}
	return open
}

func shown(now time.Time, z *time.Location) time.Time {
	_, offset := now.In(z).Zone()
	return now.UTC().Add(time.Duration(offset) * time.Second)
}

func asUTC(w oncall.Wall) time.Time {
	return time.Date(w.Year, w.Month, w.Day, w.Hour, w.Min, w.Sec, 0, time.UTC)
}
