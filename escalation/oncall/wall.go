package oncall

import (
	"fmt"
	"time"
)

// A Wall is what a clock on the wall shows, in no particular zone.
type Wall struct {
	Year  int
	Month time.Month
	Day   int
	Hour  int
	Min   int
	Sec   int
}

// IsZero reports whether w was never set.
func (w Wall) IsZero() bool { return w == Wall{} }

// In returns W(w): the earliest instant at which the zone's local clock reads w
// or later. Where the clock jumps over w, that is the first instant after the
// gap; where w comes twice, its first occurrence; where the whole day is
// skipped, the midnight at its end. A nil zone is UTC.
//
// Equivalently, schedules run on the running maximum of local time. The time
// package does not: its Date may give either side of a gap or an overlap.
func (w Wall) In(zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	return time.Unix(instantOf(w.seconds(), zone), 0).In(zone)
}

// At returns the reading at a time of the same day; 24:00 is that of the next one.
func (w Wall) At(c Clock) Wall {
	day := time.Date(w.Year, w.Month, w.Day, 0, int(c), 0, 0, time.UTC)
	return WallOf(day, time.UTC)
}

// String writes w as ParseWall reads it, seconds only where there are some.
func (w Wall) String() string {
	s := fmt.Sprintf("%04d-%02d-%02dT%02d:%02d", w.Year, int(w.Month), w.Day, w.Hour, w.Min)
	if w.Sec != 0 {
		s += fmt.Sprintf(":%02d", w.Sec)
	}
	return s
}

func (w Wall) seconds() int64 {
	return time.Date(w.Year, w.Month, w.Day, w.Hour, w.Min, w.Sec, 0, time.UTC).Unix()
}

// WallOf returns what the zone's local clock reads at an instant.
func WallOf(at time.Time, zone *time.Location) Wall {
	if zone == nil {
		zone = time.UTC
	}
	at = at.In(zone)
	year, month, day := at.Date()
	hour, minute, sec := at.Clock()
	return Wall{year, month, day, hour, minute, sec}
}

var (
	wallLayouts    = []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05"}
	instantLayouts = []string{"2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05Z07:00"}
)

// ParseWall reads a wall clock time such as "2026-01-05T09:00", with or without
// seconds, with a space in place of the T. One with an offset or Z is an
// instant: then the answer is what the zone's local clock reads at it.
func ParseWall(s string, zone *time.Location) (Wall, error) {
	at, exact, err := parseTime(s)
	switch {
	case err != nil:
		return Wall{}, err
	case exact:
		return WallOf(at, zone), nil
	}
	return WallOf(at, time.UTC), nil
}

// ParseInstant reads what ParseWall reads and returns the instant that is meant:
// the one written where there is an offset or Z, W(wall) in the zone otherwise.
func ParseInstant(s string, zone *time.Location) (time.Time, error) {
	at, exact, err := parseTime(s)
	if err != nil || exact {
		return at, err
	}
	return WallOf(at, time.UTC).In(zone), nil
}

// parseTime returns the time written, and whether it names its offset; without
// one, the reading is taken as UTC.
func parseTime(s string) (at time.Time, exact bool, err error) {
	for _, layout := range wallLayouts {
		if at, err = time.Parse(layout, s); err == nil && at.Nanosecond() == 0 {
			return at, false, nil
		}
	}
	for _, layout := range instantLayouts {
		if at, err = time.Parse(layout, s); err == nil && at.Nanosecond() == 0 {
			return at, true, nil
		}
	}
	return time.Time{}, false, fmt.Errorf("time %q is not like 2026-01-05T09:00 or 2026-01-05T09:00:00-05:00", s)
}
