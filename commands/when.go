package commands

import (
	"fmt"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

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

// parseWhen reads a moment: RFC 3339, "2026-03-09 18:00", "18:00" of today,
// "tomorrow 9:00", "fri 18:00" of the next seven days, "+2h", "now". Without an
// offset it is on the zone's clock.
// What it cannot read is a problem, worded for the speaker.
func parseWhen(s string, now time.Time, zone *time.Location) (at time.Time, problem string) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "now" {
		return now, ""
	}
	if span, ok := strings.CutPrefix(s, "+"); ok {
		if d, err := oncall.ParseDuration(span); err == nil {
			return now.Add(d), ""
		}
	}
	if at, err := oncall.ParseInstant(strings.ToUpper(s), zone); err == nil {
		return at, ""
	}
	today := oncall.WallOf(now, zone)
	day, rest, found := strings.Cut(s, " ")
	switch {
	case !found:
		day, rest = "today", s
	case day == "tomorrow":
		today = addDays(today, 1)
	case day != "today":
		weekday, err := oncall.ParseWeekday(day)
		if err != nil {
			return now, unclear(s)
		}
		today = addDays(today, int(weekday-date(today).Weekday()+7)%7)
	}
	clock, err := oncall.ParseClock(strings.TrimSpace(rest))
	if err != nil {
		return now, unclear(s)
	}
	today.Hour, today.Min, today.Sec = int(clock)/60, int(clock)%60, 0
	if today.Hour == 24 {
		today = addDays(today, 1)
		today.Hour = 0
	}
	at = today.In(zone)
	if _, err := oncall.ParseWeekday(day); err == nil && at.Before(now) {
		at = addDays(today, 7).In(zone)
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
