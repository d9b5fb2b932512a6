package commands

import (
	"testing"
	"time"
)

func TestMoments(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	winter := night                                                 // Sunday 11 January, 02:00
	spring := time.Date(2026, time.March, 7, 17, 0, 0, 0, time.UTC) // Saturday, noon; the clocks jump that night
	tests := []struct {
		text string
		now  time.Time
		want string // empty: refused
	}{
		{"now", winter, "2026-01-11T07:00:00Z"},
		{"2026-03-08T07:30:00Z", winter, "2026-03-08T07:30:00Z"},
		{"2026-03-08t07:30:00z", winter, "2026-03-08T07:30:00Z"},
		{"2026-03-09 18:00", winter, "2026-03-09T22:00:00Z"},
		{"18:00", winter, "2026-01-11T23:00:00Z"},
		{"9:05", winter, "2026-01-11T14:05:00Z"},
		{"24:00", winter, "2026-01-12T05:00:00Z"},
		{"today 18:00", winter, "2026-01-11T23:00:00Z"},
		{"tomorrow  9:00", winter, "2026-01-12T14:00:00Z"},
		{"Fri 18:00", winter, "2026-01-16T23:00:00Z"},
		{"sunday 18:00", winter, "2026-01-11T23:00:00Z"},
		{"sun 01:00", winter, "2026-01-18T06:00:00Z"},
		{"+2h", winter, "2026-01-11T09:00:00Z"},
		{"+1d", spring, "2026-03-08T17:00:00Z"},
		{"tomorrow 12:00", spring, "2026-03-08T16:00:00Z"},
		{"tomorrow 02:30", spring, "2026-03-08T07:00:00Z"}, // no such time: the first after the gap
		{"5", winter, ""},
		{"", winter, ""},
		{"25:00", winter, ""},
		{"soon", winter, ""},
		{"tomorrow", winter, ""},
		{"someday 9:00", winter, ""},
		{"+x", winter, ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			at, problem := parseWhen(tt.text, tt.now, newYork)
			if (problem != "") != (tt.want == "") {
				t.Fatalf("problem = %q", problem)
			}
			if got := at.UTC().Format(time.RFC3339); problem == "" && got != tt.want {
				t.Errorf("at = %s, want %s", got, tt.want)
			}
		})
	}
}
