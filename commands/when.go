package commands

import (
	"fmt"
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
	at      time.Time    // the moment itself, where the words name one
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
			m.at = now.Add(d)
			return m, problem
		}
	}
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(s)); err == nil {
		m.at = at
		return m, ""
	}
	if w, err := oncall.ParseWall(strings.ToUpper(s), zone); err == nil {
		if at, exact := instantOf(s, zone); exact {
			m.at = at
			return m, ""
		}
		m.date, m.day, m.timed = w, aDate, true
		m.clock = oncall.Clock(w.Hour*60 + w.Min)
		m.date.Hour, m.date.Min, m.date.Sec = 0, 0, 0
		return m, ""
	}
	day, rest, _ := strings.Cut(s, " ")
	switch named := m.named(day, now, zone); {
	case !named:
		rest = s
	case rest == "":
		return m, ""
	}
	m.clock, m.timed, problem = parseHour(strings.TrimPrefix(rest, "at "))
	return m, problem
}

// instantOf reports whether the words carry an offset, and the moment then.
func instantOf(s string, zone *time.Location) (time.Time, bool) {
	here, err := oncall.ParseInstant(strings.ToUpper(s), zone)
	there, _ := oncall.ParseInstant(strings.ToUpper(s), time.FixedZone("", 1800))
	return here, err == nil && here.Equal(there)
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
	s = strings.ReplaceAll(s, " ", "")
	switch s {
	case "noon":
		return 12 * 60, true, ""
	case "midnight":
		return 0, true, ""
	}
	if s != "" && len(s) <= 2 && strings.Trim(s, "0123456789") == "" {
		return 0, false, fmt.Sprintf("%q may be the morning or the evening. Say %sam or %spm.", s, s, s)
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
		return 0, false, unclear(s)
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
	at, problem := exactly(day.At(m.clock), zone)
	if m.day != aDate && day.At(m.clock).In(zone).Before(now) {
		return exactly(addDays(day, step).At(m.clock), zone)
	}
	return at, problem
}

// exactly returns the moment at which the clock reads w. One that a clock change
// leaves out, or brings twice, is refused.
func exactly(w oncall.Wall, zone *time.Location) (time.Time, string) {
	at := w.In(zone)
	place := fmt.Sprintf("%02d:%02d on %s", w.Hour, w.Min, date(w).Format("Mon 2 Jan"))
	if oncall.WallOf(at, zone) != w {
		last, next := oncall.WallOf(at.Add(-time.Minute), zone), oncall.WallOf(at, zone)
		return at, fmt.Sprintf("%s does not exist in %s: the clocks jump. Say %s or %s.", place, city(zone), last.String(), next.String())
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
			return at, fmt.Sprintf("%s comes twice in %s: the clocks go back. Say %s or %s.", place, city(zone),
				first.In(zone).Format(time.RFC3339), second.In(zone).Format(time.RFC3339))
		}
	}
	return at, ""
}

func unclear(s string) string {
	return fmt.Sprintf("%q is no time such as 18:00, tomorrow 9:00, fri 18:00 or 2026-03-09T18:00.", tidy(s, 40))
}

// city names a zone as people do: "Madrid time", "UTC".
func city(zone *time.Location) string {
	name := "UTC"
	if zone != nil {
		name = zone.String()
	}
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return strings.ReplaceAll(name[i+1:], "_", " ")
	}
	return name
}

func date(w oncall.Wall) time.Time {
	return time.Date(w.Year, w.Month, w.Day, 0, 0, 0, 0, time.UTC)
}

func addDays(w oncall.Wall, n int) oncall.Wall {
	w.Year, w.Month, w.Day = date(w).AddDate(0, 0, n).Date()
	return w
}
