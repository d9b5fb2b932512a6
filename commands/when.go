package commands

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Words of time are a small grammar of our own, on the speaker's clock: the
// libraries that read phrases guess at what is ambiguous, and here a guess is a
// page to the wrong person. What can be read in two ways is refused with both.

// clock writes a moment on the speaker's clock, the day only where it isn't today.
func (t turn) clock(at time.Time) string {
	at, now := at.In(t.zone()), t.now.In(t.zone())
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return at.Format("Mon 2 Jan 15:04")
}

// moment writes a moment on the speaker's clock, in full.
func (t turn) moment(at time.Time) string { return at.In(t.zone()).Format("Mon 2 Jan 15:04 MST") }

// A said is a moment as somebody said it.
type said struct {
	words   string
	at      time.Time    // the moment itself, where the words name one; else zero
	date    oncall.Wall  // the day, where they name one
	weekday time.Weekday // in place of a date
	day     dayKind
	clock   oncall.Clock
	timed   bool // clock was said
}

// A dayKind says how a day was named.
type dayKind int

const (
	noDay dayKind = iota
	aDate         // today, tomorrow, 2026-03-09
	aWeekday
)

// parseWhen reads a moment on the zone's clock: the next that fits, where the words
// leave the day open. What it cannot read is a problem, worded for the speaker.
func parseWhen(s string, now time.Time, zone *time.Location) (at time.Time, problem string) {
	m, problem := parseSaid(s, now, zone)
	switch {
	case problem != "":
		return now, problem
	case !m.timed && m.at.IsZero():
		return now, fmt.Sprintf("When on %s? Say %s 9:00 or %s 18:00.", m.words, m.words, m.words)
	}
	return m.after(now, zone)
}

// parseSaid reads what a moment was called, without deciding which is meant.
func parseSaid(s string, now time.Time, zone *time.Location) (m said, problem string) {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	m.words = s
	if s == "now" {
		m.at = now
		return m, ""
	}
	for _, prefix := range []string{"in ", "+"} {
		if span, ok := strings.CutPrefix(s, prefix); ok {
			d, problem := parseLength(span)
			if m.at = now.Add(d); problem == "" {
				problem = near(m.at, now)
			}
			return m, problem
		}
	}
	if at, ok := instant(s); ok {
		m.at = at
		return m, near(at, now)
	}
	if w, ok := wall(s); ok {
		if m.at, problem = exactly(w, zone); problem == "" {
			problem = near(m.at, now)
		}
		return m, problem
	}
	day, rest, _ := strings.Cut(s, " ")
	switch named := m.named(day, now, zone); {
	case !named:
		rest = s
	case rest == "":
		return m, ""
	case rest == "midnight":
		return m, fmt.Sprintf("%q may be where that day begins or where it ends. Say %s 0:00 or %s 24:00.", s, day, day)
	}
	m.clock, m.timed, problem = parseHour(strings.TrimPrefix(rest, "at "))
	return m, problem
}

// wall reads a date with a time. One with an offset has a T between them: else it
// could be the span "2026-03-09 18:00-20:00".
func wall(s string) (oncall.Wall, bool) {
	w, err := oncall.ParseWall(strings.ToUpper(s), time.UTC)
	return w, err == nil && !strings.ContainsAny(s[len(time.DateOnly):], "+-z")
}

// instant reads a moment that carries its offset from UTC.
func instant(s string) (time.Time, bool) {
	s = strings.ToUpper(s)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// near refuses what is so far from now that a digit must be wrong.
func near(at, now time.Time) string {
	const years = 5 * 366 * 24 * time.Hour
	if at.Sub(now) > years || at.Year() < 1970 {
		return fmt.Sprintf("%s is years from now. Say for example: %s.", at.Format(time.DateOnly), now.AddDate(0, 0, 1).Format("2006-01-02T15:04"))
	}
	return ""
}

// named reads a day.
func (m *said) named(day string, now time.Time, zone *time.Location) bool {
	today := oncall.WallOf(now, zone)
	today.Hour, today.Min, today.Sec = 0, 0, 0
	switch day {
	case "today":
		m.date, m.day = today, aDate
		return true
	case "tomorrow":
		m.date, m.day = addDays(today, 1), aDate
		return true
	}
	if weekday, err := oncall.ParseWeekday(day); err == nil {
		m.weekday, m.day = weekday, aWeekday
		return true
	}
	if d, err := time.Parse(time.DateOnly, day); err == nil {
		m.date, m.day = oncall.WallOf(d, time.UTC), aDate
		return true
	}
	return false
}

// parseHour reads "18:00", "9am", "9:30pm", "noon", "midnight".
func parseHour(s string) (c oncall.Clock, ok bool, problem string) {
	said := s
	s = strings.ReplaceAll(s, " ", "")
	switch s {
	case "noon":
		return 12 * 60, true, ""
	case "midnight":
		return 0, true, ""
	}
	if n, err := strconv.ParseUint(s, 10, 8); err == nil && n <= 24 {
		if n < 1 || n > 12 {
			return 0, false, fmt.Sprintf("%q is no time of day by itself. Say %d:00, or fri %d:00.", s, n, n)
		}
		return 0, false, fmt.Sprintf("%q may be the morning or the evening. Say %dam or %dpm.", s, n, n)
	}
	half := strings.HasSuffix(s, "am") || strings.HasSuffix(s, "pm")
	digits := s
	if half {
		if digits = s[:len(s)-2]; !strings.Contains(digits, ":") {
			digits += ":00"
		}
	}
	c, err := oncall.ParseClock(digits)
	if err != nil || half && (c < 60 || c >= 13*60) {
		return 0, false, unclear(said)
	}
	if half {
		c %= 12 * 60
		if strings.HasSuffix(s, "pm") {
			c += 12 * 60
		}
	}
	return c, true, ""
}

// after returns the first moment from now on that was meant; a date is meant
// whenever it is.
func (m said) after(now time.Time, zone *time.Location) (time.Time, string) {
	if !m.at.IsZero() {
		return m.at, ""
	}
	day := m.date
	if m.day != aDate {
		day = oncall.WallOf(now, zone)
		day.Hour, day.Min, day.Sec = 0, 0, 0
	}
	step := 1
	if m.day == aWeekday {
		day, step = addDays(day, (int(m.weekday-date(day).Weekday())+7)%7), 7
	}
	if m.day != aDate && day.At(m.clock).In(zone).Before(now) {
		day = addDays(day, step)
	}
	at, problem := exactly(day.At(m.clock), zone)
	if problem == "" {
		problem = near(at, now)
	}
	return at, problem
}

// exactly returns the moment at which the clock reads w. One that a clock change
// leaves out, or brings twice, is refused.
func exactly(w oncall.Wall, zone *time.Location) (time.Time, string) {
	at := w.In(zone)
	place := fmt.Sprintf("%02d:%02d on %s", w.Hour, w.Min, date(w).Format("Mon 2 Jan"))
	if oncall.WallOf(at, zone) != w {
		_, before := at.Add(-time.Second).Zone()
		_, after := at.Zone()
		from, last, next := oncall.WallOf(at, time.FixedZone("", before)), oncall.WallOf(at.Add(-time.Minute), zone), oncall.WallOf(at, zone)
		layout := "15:04"
		if after-before >= 24*60*60 {
			layout = "Mon 2 Jan 15:04"
		}
		return at, fmt.Sprintf("%s does not exist in %s, the clock jumps from %s to %s. Say %s or %s.", place, oncall.City(zone),
			from.In(time.UTC).Format(layout), next.In(time.UTC).Format(layout), last, next)
	}
	for _, apart := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, here := at.Zone()
		_, there := at.Add(apart).Zone()
		other := at.Add(time.Duration(here-there) * time.Second)
		if !other.Equal(at) && oncall.WallOf(other, zone) == w {
			first, second := at, other
			if second.Before(first) {
				first, second = second, first
			}
			return at, fmt.Sprintf("%s comes twice in %s, the clock is set back. Say %s or %s.", place, oncall.City(zone),
				first.In(zone).Format(time.RFC3339), second.In(zone).Format(time.RFC3339))
		}
	}
	return at, ""
}

func unclear(s string) string {
	return fmt.Sprintf("%q is no time such as 18:00, tomorrow 9:00, fri 18:00 or 2026-03-09T18:00.", tidy(s, 40))
}

func date(w oncall.Wall) time.Time {
	return time.Date(w.Year, w.Month, w.Day, 0, 0, 0, 0, time.UTC)
}

func addDays(w oncall.Wall, n int) oncall.Wall {
	w.Year, w.Month, w.Day = date(w).AddDate(0, 0, n).Date()
	return w
}
