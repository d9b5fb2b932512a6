package oncall_test

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestWindowContains(t *testing.T) {
	weekdays := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	office := oncall.Window{Days: weekdays, From: 9 * 60, To: 17 * 60}
	nights := oncall.Window{Days: []time.Weekday{time.Saturday, time.Sunday}, From: 22 * 60, To: 8 * 60}
	fullDay := oncall.Window{Days: []time.Weekday{time.Monday}, From: 9 * 60, To: 9 * 60}
	weekend := oncall.Window{Span: true, FromDay: time.Friday, From: 17 * 60, ToDay: time.Monday, To: 9 * 60}
	early := oncall.Window{From: 90, To: 150} // 01:30 to 02:30 every day
	lost := oncall.Window{From: 135, To: 165} // 02:15 to 02:45
	tests := []struct {
		name   string
		window oncall.Window
		at     string // on New York's clock: -05:00 in winter, -04:00 in summer
		want   bool
	}{
		{"office hours begin", office, "2026-01-05T09:00:00-05:00", true},
		{"not a second before", office, "2026-01-05T08:59:59-05:00", false},
		{"last second", office, "2026-01-05T16:59:59-05:00", true},
		{"the end is outside", office, "2026-01-05T17:00:00-05:00", false},
		{"not on Saturday", office, "2026-01-10T12:00:00-05:00", false},
		{"office hours move with the clock", office, "2026-03-09T09:00:00-04:00", true},
		{"the hour that was office hours in winter", office, "2026-03-09T17:00:00-04:00", false},
		{"past midnight belongs to the day it begins on", nights, "2026-01-12T07:59:00-05:00", true},
		{"ends on the morning after", nights, "2026-01-12T08:00:00-05:00", false},
		{"Friday's night is not Saturday's", nights, "2026-01-10T03:00:00-05:00", false},
		{"Sunday's night is", nights, "2026-01-11T23:00:00-05:00", true},
		{"Monday's night is not", nights, "2026-01-12T23:00:00-05:00", false},
		{"past midnight across the gap", nights, "2026-03-08T03:30:00-04:00", true},
		{"ends by the clock after the gap", nights, "2026-03-08T08:00:00-04:00", false},
		{"past midnight across the overlap", nights, "2026-11-01T07:59:59-05:00", true},
		{"equal ends are 24 hours", fullDay, "2026-01-06T08:59:59-05:00", true},
		{"and no more", fullDay, "2026-01-06T09:00:00-05:00", false},
		{"a span begins", weekend, "2026-01-09T17:00:00-05:00", true},
		{"is not open before", weekend, "2026-01-09T16:59:59-05:00", false},
		{"runs through", weekend, "2026-01-11T12:00:00-05:00", true},
		{"a span ends", weekend, "2026-01-12T09:00:00-05:00", false},
		{"a span across the gap ends by the clock", weekend, "2026-03-09T08:59:59-04:00", true},
		{"and not later", weekend, "2026-03-09T09:00:00-04:00", false},
		{"a span across the overlap", weekend, "2026-11-02T08:59:59-05:00", true},
		{"an edge inside a gap follows W: still open before it", early, "2026-03-08T01:59:59-05:00", true},
		{"and closed after it", early, "2026-03-08T03:00:00-04:00", false},
		{"a window inside a gap never opens", lost, "2026-03-08T03:00:00-04:00", false},
		{"in an overlap it opens at the first occurrence", early, "2026-11-01T01:30:00-04:00", true},
		{"stays open while the clock repeats itself", early, "2026-11-01T01:10:00-05:00", true},
		{"and closes after it", early, "2026-11-01T02:30:00-05:00", false},
		{"the zero window is always open", oncall.Window{}, "2026-01-05T00:00:00-05:00", true},
		{"until midnight", oncall.Window{From: 18 * 60, To: 24 * 60}, "2026-01-05T23:59:59-05:00", true},
		{"midnight itself is the next day", oncall.Window{Days: weekdays, From: 18 * 60, To: 24 * 60}, "2026-01-06T00:00:00-05:00", false},
		{"the same ends of a span are a week", oncall.Window{Span: true, FromDay: 2, From: 60, ToDay: 2, To: 60}, "2026-01-05T00:00:00-05:00", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.window.Contains(at(t, tt.at), zone(t, "America/New_York")); got != tt.want {
				t.Errorf("at %s open = %v, want %v", tt.at, got, tt.want)
			}
		})
	}
}

func TestWindowOnASkippedDayNeverOpens(t *testing.T) {
	friday := oncall.Window{Days: []time.Weekday{time.Friday}, From: 9 * 60, To: 17 * 60}
	apia := zone(t, "Pacific/Apia")
	for when := at(t, "2011-12-29T12:00:00Z"); when.Before(at(t, "2012-01-04T00:00:00Z")); when = when.Add(time.Minute) {
		if friday.Contains(when, apia) {
			t.Fatalf("open at %v", when.In(apia))
		}
	}
}

func TestParseClock(t *testing.T) {
	tests := []struct {
		in   string
		want oncall.Clock
		ok   bool
	}{
		{"09:00", 540, true}, {"9:00", 540, true}, {"00:00", 0, true}, {"23:59", 1439, true}, {"24:00", 1440, true},
		{"24:01", 0, false}, {"25:00", 0, false}, {"9", 0, false}, {"9:0", 0, false}, {"09:60", 0, false},
		{"-1:00", 0, false}, {"009:00", 0, false}, {"9am", 0, false}, {"", 0, false}, {"9:+1", 0, false}, {"09:00:00", 0, false},
	}
	for _, tt := range tests {
		got, err := oncall.ParseClock(tt.in)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q gives %v, %v, want %v", tt.in, got, err, tt.want)
		}
	}
	if got := oncall.Clock(545).String(); got != "09:05" {
		t.Errorf("written as %q", got)
	}
}

func TestParseWeekdayClock(t *testing.T) {
	tests := []struct {
		in    string
		day   time.Weekday
		clock oncall.Clock
		ok    bool
	}{
		{"fri 17:00", time.Friday, 17 * 60, true}, {"Monday 9:00", time.Monday, 9 * 60, true}, {"SUN  00:00", time.Sunday, 0, true},
		{"fri", 0, 0, false}, {"17:00 fri", 0, 0, false}, {"fry 17:00", 0, 0, false}, {"fri 17", time.Friday, 0, false}, {"fri 17:00 x", 0, 0, false}, {"", 0, 0, false},
	}
	for _, tt := range tests {
		d, c, err := oncall.ParseWeekdayClock(tt.in)
		if d != tt.day || c != tt.clock || (err == nil) != tt.ok {
			t.Errorf("%q gives %v %v, %v", tt.in, d, c, err)
		}
	}
	for _, word := range []string{"", "m", "mond", "mondays"} {
		if _, err := oncall.ParseWeekday(word); err == nil {
			t.Errorf("%q is taken for a day", word)
		}
	}
}
