package oncall

import "time"

// A layer's turns are found from what the running maximum of local time reads,
// by arithmetic alone: boundary k lies at W(anchor date + k x length, handoff),
// always from the anchor, so nothing drifts, and no turn is walked through. Only
// turns of hours count elapsed time from W(Start).

// zone is the layer's own zone or the schedule's.
func (l *Layer) zone(schedule *time.Location) *time.Location {
	if l.Zone != nil {
		return l.Zone
	}
	return schedule
}

// holders returns whose turn it is at an instant, when the zone's clock reads
// wall; nil outside the layer's hours and lifetime.
func (l *Layer) holders(at, wall int64, zone *time.Location) []PersonID {
	if len(l.Participants) == 0 || wall < l.Start.seconds() || l.ended(wall) || !l.open(wall) {
		return nil
	}
	return l.Participants[l.turn(at, wall, zone)%int64(len(l.Participants))]
}

// turn returns the number k of the turn that runs at an instant. A Turn without
// a length never ends.
func (l *Layer) turn(at, wall int64, zone *time.Location) int64 {
	start := l.Start.seconds()
	switch {
	case l.Turn.N <= 0:
		return 0
	case l.Turn.days() > 0:
		return (wall - start) / (l.Turn.days() * day)
	case l.Turn.Unit == Months:
		reads := time.Unix(wall, 0).UTC()
		months := 12*(reads.Year()-l.Start.Year) + int(reads.Month()-l.Start.Month)
		k := int64(months / l.Turn.N)
		if l.monthly(k) > wall {
			k--
		}
		return k
	}
	return (at - instantOf(start, zone)) / l.hours()
}

// monthly is the reading of a monthly boundary: the anchor's day, or the last of
// a month that is too short for it.
func (l *Layer) monthly(k int64) int64 {
	w := l.Start
	first := time.Date(w.Year, w.Month+time.Month(k*int64(l.Turn.N)), 1, 0, 0, 0, 0, time.UTC)
	w.Year, w.Month = first.Year(), first.Month()
	w.Day = min(w.Day, first.AddDate(0, 1, -1).Day())
	return w.seconds()
}

func (l *Layer) hours() int64 { return int64(l.Turn.N) * 60 * 60 }

func (l *Layer) ended(wall int64) bool { return !l.Until.IsZero() && wall >= l.Until.seconds() }

func (l *Layer) open(wall int64) bool {
	for _, w := range l.Hours {
		if w.open(wall) {
			return true
		}
	}
	return len(l.Hours) == 0
}

// change returns the next instant after at where the answer of holders may
// differ, or never.
func (l *Layer) change(at, wall int64, zone *time.Location) int64 {
	start := l.Start.seconds()
	switch {
	case len(l.Participants) == 0 || l.ended(wall):
		return never
	case wall < start:
		return instantOf(start, zone)
	}
	next := int64(never) // a reading
	if !l.Until.IsZero() {
		next = l.Until.seconds()
	}
	for _, w := range l.Hours {
		next = min(next, w.change(wall))
	}
	elapsed := int64(never) // an instant
	k := l.turn(at, wall, zone) + 1
	switch {
	case l.Turn.N <= 0:
	case l.Turn.days() > 0:
		next = min(next, start+k*l.Turn.days()*day)
	case l.Turn.Unit == Months:
		next = min(next, l.monthly(k))
	default:
		elapsed = instantOf(start, zone) + k*l.hours()
	}
	if next == never {
		return elapsed
	}
	return min(elapsed, instantOf(next, zone))
}
