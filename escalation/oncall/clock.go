package oncall

import (
	"math"
	"time"
)

// All of this file counts in seconds: an instant in Unix seconds, a wall clock
// reading as if it were UTC.

const (
	day   = 24 * 60 * 60
	never = math.MaxInt64

	// reach is more than any zone has ever been away from UTC, or set its
	// clocks back.
	reach = 2 * day
)

// instantOf returns W(wall): the earliest instant at which the zone's local
// clock reads wall or later.
func instantOf(wall int64, zone *time.Location) int64 {
	if utc(zone) {
		return wall
	}
	for at := wall - reach; ; {
		_, end, offset := offsetAt(at, zone)
		if t := wall - offset; t < end {
			return max(t, at) // at: the clock jumped over wall
		}
		at = end
	}
}

// readingAt returns the running maximum of the zone's local clock: the latest it
// has read at any instant up to at. While a clock that was set back repeats
// itself, this stands still, so that readingAt(at) >= wall exactly from W(wall).
func readingAt(at int64, zone *time.Location) int64 {
	if utc(zone) {
		return at
	}
	start, _, offset := offsetAt(at, zone)
	read := at + offset
	for start > at-reach {
		last := start - 1
		start, _, offset = offsetAt(last, zone)
		read = max(read, last+offset)
	}
	return read
}

func utc(zone *time.Location) bool { return zone == nil || zone == time.UTC }

// offsetAt returns the zone's offset from UTC at an instant and a span around it
// in which it doesn't change. The offset need not change at either end.
func offsetAt(at int64, zone *time.Location) (start, end, offset int64) {
	t := time.Unix(at, 0).In(zone)
	_, seconds := t.Zone()
	from, to := t.ZoneBounds()
	start, end = math.MinInt64, never
	if !from.IsZero() {
		start = min(from.Unix(), at)
	}
	if !to.IsZero() {
		end = to.Unix()
	}
	if end <= at {
		// Beyond its table of transitions, package time takes every year for
		// 365 days long, so that the last day of a leap year lies past its
		// bounds. No rule changes a clock on that day.
		end = at - at%day + day
	}
	return start, end, int64(seconds)
}
