package oncall

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	oneDay  = 24 * time.Hour
	oneWeek = 7 * oneDay
)

// ParseDuration reads a duration as Go writes them, with two more units: d for
// 24 hours and w for seven of those. "90s", "1h30m", "1d12h", "2w". One that is
// negative is refused.
func ParseDuration(s string) (time.Duration, error) {
	bad := fmt.Errorf("duration %q is not like 90s, 10m, 1h30m, 1d or 2w", s)
	if strings.HasPrefix(s, "-") {
		return 0, fmt.Errorf("duration %q is negative", s)
	}
	rest := strings.TrimPrefix(s, "+")
	if rest == "0" {
		return 0, nil
	}
	var sum time.Duration
	for {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789."))
		end := digits + strings.IndexAny(rest[digits:]+"0", "0123456789.")
		d, err := parseTerm(rest[:digits], rest[digits:end])
		if err != nil {
			return 0, bad
		}
		if sum += d; sum < 0 {
			return 0, fmt.Errorf("duration %q is too long", s)
		}
		if rest = rest[end:]; rest == "" {
			return sum, nil
		}
	}
}

// parseTerm reads one number with its unit.
func parseTerm(number, unit string) (time.Duration, error) {
	times := time.Duration(1)
	switch unit {
	case "d":
		unit, times = "h", 24
	case "w":
		unit, times = "h", 7*24
	}
	if number == "" || unit == "" {
		return 0, fmt.Errorf("number %q with unit %q", number, unit)
	}
	d, err := time.ParseDuration(number + unit)
	if err != nil {
		return 0, err
	}
	if d > math.MaxInt64/times {
		return 0, fmt.Errorf("more than %d hours", math.MaxInt64/time.Hour)
	}
	return d * times, nil
}

// FormatDuration writes d as ParseDuration reads it, without the parts that are
// zero: "10m", "1h30m", "2d", "1w". Weeks are written only where nothing is left
// over.
func FormatDuration(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + FormatDuration(-d)
	case d == 0:
		return "0s"
	case d%oneWeek == 0:
		return strconv.FormatInt(int64(d/oneWeek), 10) + "w"
	}
	var b strings.Builder
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{oneDay, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if n := d / unit.length; n > 0 {
			b.WriteString(strconv.FormatInt(int64(n), 10) + unit.name)
			d %= unit.length
		}
	}
	if d > 0 {
		b.WriteString(d.String())
	}
	return b.String()
}
