package oncall

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Clock is a time of day, in minutes after midnight.
type Clock int

// String writes the time as "09:00".
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

func (c Clock) seconds() int64 { return int64(c) * 60 }

// A Window is a part of every week on the wall clock. Its edges are moments W,
// as handoffs are. The zero Window is always open.
//
// With Span it is open once a week, from From on FromDay to To on ToDay, a whole
// week where those are the same. Otherwise it opens at From on each of Days and
// closes at To: of the same day, or of the next where To is not after From.
type Window struct {
	Days    []time.Weekday // empty: every day
	From    Clock
	To      Clock
	Span    bool
	FromDay time.Weekday
	ToDay   time.Weekday
}

// Contains reports whether the window is open at an instant. A nil zone is UTC.
func (w Window) Contains(at time.Time, zone *time.Location) bool {
	return w.open(readingAt(at.Unix(), zone))
}

// open reports whether the window is open when the clock reads wall.
func (w Window) open(wall int64) bool {
	today := floorDiv(wall, day)
	for date := today - w.back(); date <= today; date++ {
		if from, to, ok := w.on(date); ok && from <= wall && wall < to {
			return true
		}
	}
	return false
}

// change returns the first reading after wall at which the window opens or
// closes.
func (w Window) change(wall int64) int64 {
	today, next := floorDiv(wall, day), int64(never)
	for date := today - w.back(); date <= today+7 && date*day <= next; date++ {
		from, to, ok := w.on(date)
		if ok && from > wall {
			next = min(next, from)
		}
		if ok && to > wall {
			next = min(next, to)
		}
	}
	return next
}

// back is how many days ago the window that is open now may have begun.
func (w Window) back() int64 {
	if w.Span {
		return 7
	}
	return 2 // one that begins at 24:00 ends the day after the next
}

// on returns the readings at which the window that begins on a date opens and
// closes; ok is false when none begins there. Dates are days since 1970-01-01.
func (w Window) on(date int64) (from, to int64, ok bool) {
	weekday := time.Weekday(floorMod(date+int64(time.Thursday), 7))
	from = date*day + w.From.seconds()
	if w.Span {
		to = (date+floorMod(int64(w.ToDay-w.FromDay), 7))*day + w.To.seconds()
		if to <= from {
			to += 7 * day
		}
		return from, to, weekday == w.FromDay
	}
	to = date*day + w.To.seconds()
	if to <= from {
		to += day
	}
	return from, to, len(w.Days) == 0 || slices.Contains(w.Days, weekday)
}

// ParseClock reads a time of day, "9:00" or "09:00"; "24:00" is the day's end.
func ParseClock(s string) (Clock, error) {
	hours, minutes, ok := strings.Cut(s, ":")
	hour, err := strconv.ParseUint(hours, 10, 8)
	ok = ok && err == nil && len(hours) <= 2 && len(minutes) == 2
	minute, err := strconv.ParseUint(minutes, 10, 8)
	ok = ok && err == nil && minute < 60
	if c := Clock(hour*60 + minute); ok && c <= 24*60 {
		return c, nil
	}
	return 0, fmt.Errorf("time of day %q is not like 09:00", s)
}

// ParseWeekday reads "mon" or "monday", in any case.
func ParseWeekday(s string) (time.Weekday, error) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(s, d.String()) || strings.EqualFold(s, d.String()[:3]) {
			return d, nil
		}
	}
	return 0, fmt.Errorf("day %q is none of mon, tue, wed, thu, fri, sat, sun", s)
}

// ParseWeekdayClock reads one end of a span, such as "fri 17:00".
func ParseWeekdayClock(s string) (time.Weekday, Clock, error) {
	fields := strings.Fields(s)
	if len(fields) != 2 {
		return 0, 0, fmt.Errorf("moment of the week %q is not like fri 17:00", s)
	}
	d, err := ParseWeekday(fields[0])
	if err != nil {
		return 0, 0, err
	}
	c, err := ParseClock(fields[1])
	return d, c, err
}

func floorDiv(a, b int64) int64 { return (a - floorMod(a, b)) / b }

func floorMod(a, b int64) int64 { return (a%b + b) % b }
