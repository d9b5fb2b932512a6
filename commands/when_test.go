package commands

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
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
		{"fri 3am", winter, "2026-01-16T08:00:00Z"},
		{"9:30pm", winter, "2026-01-12T02:30:00Z"},
		{"12am", winter, "2026-01-12T05:00:00Z"},
		{"noon", winter, "2026-01-11T17:00:00Z"},
		{"1am", winter, "2026-01-12T06:00:00Z"}, // 02:00 now: the next
		{"in 2h", winter, "2026-01-11T09:00:00Z"},
		{"2026-01-12", winter, ""},
		{"13pm", winter, ""},
		{"tomorrow 02:30", spring, ""},   // no such time
		{"2026-11-01 01:30", spring, ""}, // comes twice
		{"2026-11-01T01:30:00-05:00", spring, "2026-11-01T06:30:00Z"},
		{"2026-11-01 02:00", spring, "2026-11-01T07:00:00Z"},
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

func TestSpans(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	winter := night                                                 // Sunday 11 January, 02:00
	spring := time.Date(2026, time.March, 7, 17, 0, 0, 0, time.UTC) // Saturday, noon; the clocks jump that night
	tests := []struct {
		text string
		now  time.Time
		want string // from, to; or a part of what is refused
	}{
		{"for 2h", winter, "2026-01-11T07:00:00Z 2026-01-11T09:00:00Z"},
		{"for 1 d", spring, "2026-03-07T17:00:00Z 2026-03-08T17:00:00Z"},
		{"until 9am", winter, "2026-01-11T07:00:00Z 2026-01-11T14:00:00Z"},
		{"until 9am", spring, "2026-03-07T17:00:00Z 2026-03-08T13:00:00Z"},
		{"fri 18:00 - mon 9:00", winter, "2026-01-16T23:00:00Z 2026-01-19T14:00:00Z"},
		{"from fri 18:00 to mon 9:00", winter, "2026-01-16T23:00:00Z 2026-01-19T14:00:00Z"},
		{"from tomorrow 9:00 for 3h", winter, "2026-01-12T14:00:00Z 2026-01-12T17:00:00Z"},
		{"9am-5pm", winter, "2026-01-11T14:00:00Z 2026-01-11T22:00:00Z"},
		{"22:00-6:00", winter, "2026-01-12T03:00:00Z 2026-01-12T11:00:00Z"},
		{"tomorrow", winter, "2026-01-12T05:00:00Z 2026-01-13T05:00:00Z"},
		{"tomorrow", spring, "2026-03-08T05:00:00Z 2026-03-09T04:00:00Z"}, // 23 hours
		{"today", winter, "2026-01-11T07:00:00Z 2026-01-12T05:00:00Z"},
		{"sun", winter, "2026-01-11T07:00:00Z 2026-01-12T05:00:00Z"},
		{"weekend", winter, "2026-01-11T07:00:00Z 2026-01-12T05:00:00Z"}, // what is left of it
		{"weekend", spring, "2026-03-07T17:00:00Z 2026-03-09T04:00:00Z"},
		{"2026-02-10T09:00 to 2026-02-11T09:00", winter, "2026-02-10T14:00:00Z 2026-02-11T14:00:00Z"},
		{"from 2026-02-10T09:00Z to 2026-02-11T09:00Z", winter, "2026-02-10T09:00:00Z 2026-02-11T09:00:00Z"},
		{"2026-02-10 9:00 - 2026-02-10 17:00", winter, "2026-02-10T14:00:00Z 2026-02-10T22:00:00Z"},
		{"from 2026-01-11T05:00Z for 10h", winter, "2026-01-11T07:00:00Z 2026-01-11T15:00:00Z"}, // began already: from now on
		{"", winter, "For how long?"},
		{"for 5", winter, "5 what? Say 5h or 5m."},
		{"until 5", winter, "Say 5am or 5pm."},
		{"for 0s", winter, "takes no time"},
		{"for 31d", winter, "over 30 days"},
		{"for ever", winter, "no duration"},
		{"2h", winter, "2026-01-11T07:00:00Z 2026-01-11T09:00:00Z"},
		{"for 1 day 3 hours", winter, "2026-01-11T07:00:00Z 2026-01-12T10:00:00Z"},
		{"9am-9am", winter, "2026-01-11T14:00:00Z 2026-01-12T14:00:00Z"},
		{"fri 18:00-20:00", winter, "2026-01-16T23:00:00Z 2026-01-17T01:00:00Z"},
		{"2026-01-16 18:00-20:00", winter, "2026-01-16T23:00:00Z 2026-01-17T01:00:00Z"}, // no offset from UTC
		{"in 1h for 1h", winter, "2026-01-11T08:00:00Z 2026-01-11T09:00:00Z"},
		{"from fri 18:00", winter, "Say fri 18:00 for 2h, or until fri 18:00."},
		{"18:00", winter, "Say 18:00 for 2h, or until 18:00."},
		{"in 2h", winter, "Say in 2h for 2h, or for 2h."},
		{"2026-03-09T18:00:00-05:00", winter, "From then on, or until then?"}, // no span of 18:00 to 05:00
		{"fri - mon", winter, "Say mon 0:00 or mon 24:00."},
		{"mon-fri", winter, "Say fri 0:00 or fri 24:00."},
		{"until fri midnight", winter, "Say fri 0:00 or fri 24:00."},
		{"until 17", winter, "Say 17:00, or fri 17:00."},
		{"9999-12-31T20:00-05:00 for 2h", winter, "9999-12-31 is years from now."},
		{"0001-01-01 - 0001-01-02T00:00", winter, "0001-01-02 is years from now."},
		{"in 9999w for 1h", winter, "is years from now."},
		{"tomorrow for 2h", winter, "Say tomorrow 9:00 for 2h"},
		{"from 2026-01-01T09:00 to 2026-01-02T09:00", winter, "in the past"},
		{"2026-02-11T09:00 to 2026-02-10T09:00", winter, "ends before it starts"},
		{"tomorrow 02:30 - tomorrow 9:00", spring, "02:30 on Sun 8 Mar does not exist in New York, the clock jumps from 02:00 to 03:00. Say 2026-03-08T01:59 or 2026-03-08T03:00."},
		{"2026-11-01T01:30 to 2026-11-01T09:00", time.Date(2026, time.October, 20, 0, 0, 0, 0, time.UTC),
			"01:30 on Sun 1 Nov comes twice in New York, the clock is set back. Say 2026-11-01T01:30:00-04:00 or 2026-11-01T01:30:00-05:00."},
		{"gibberish", winter, "is no time such as"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			span, problem := parseSpan(tt.text, tt.now, newYork)
			got := problem
			if problem == "" {
				got = span.Start.Format(time.RFC3339) + " " + span.End.Format(time.RFC3339)
			}
			if problem == "" && got != tt.want || problem != "" && !strings.Contains(got, tt.want) || tt.want == "" {
				t.Errorf("%q\nwant %q", got, tt.want)
			}
		})
	}
}

// TestTimesNearClockChanges tries what the clocks of some places do: half an hour,
// midnight, a whole day.
func TestTimesNearClockChanges(t *testing.T) {
	tests := []struct {
		zone string
		text string
		now  time.Time
		want string
	}{
		{"Australia/Lord_Howe", "2026-10-04 02:15", time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC),
			"02:15 on Sun 4 Oct does not exist in Lord Howe, the clock jumps from 02:00 to 02:30. Say 2026-10-04T01:59 or 2026-10-04T02:30."},
		{"Australia/Lord_Howe", "2026-04-05 01:45", time.Date(2026, time.April, 1, 0, 0, 0, 0, time.UTC),
			"01:45 on Sun 5 Apr comes twice in Lord Howe, the clock is set back. Say 2026-04-05T01:45:00+11:00 or 2026-04-05T01:45:00+10:30."},
		{"Africa/Cairo", "fri 0:00", time.Date(2026, time.April, 20, 0, 0, 0, 0, time.UTC),
			"00:00 on Fri 24 Apr does not exist in Cairo, the clock jumps from 00:00 to 01:00. Say 2026-04-23T23:59 or 2026-04-24T01:00."},
		{"Africa/Cairo", "fri 1:00", time.Date(2026, time.April, 20, 0, 0, 0, 0, time.UTC), "2026-04-23T22:00:00Z"},
		{"Pacific/Apia", "2011-12-30 10:00", time.Date(2011, time.December, 20, 0, 0, 0, 0, time.UTC),
			"10:00 on Fri 30 Dec does not exist in Apia, the clock jumps from Fri 30 Dec 00:00 to Sat 31 Dec 00:00. Say 2011-12-29T23:59 or 2011-12-31T00:00."},
		{"Europe/Madrid", "sun 2:59", time.Date(2026, time.October, 24, 12, 0, 0, 0, time.UTC),
			"02:59 on Sun 25 Oct comes twice in Madrid, the clock is set back. Say 2026-10-25T02:59:00+02:00 or 2026-10-25T02:59:00+01:00."},
		{"Europe/Madrid", "sun 3:00", time.Date(2026, time.October, 24, 12, 0, 0, 0, time.UTC), "2026-10-25T02:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.zone+" "+tt.text, func(t *testing.T) {
			zone, err := time.LoadLocation(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			at, got := parseWhen(tt.text, tt.now, zone)
			if got == "" {
				got = at.UTC().Format(time.RFC3339)
			}
			if got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}

// FuzzSpans looks for words that make a span nobody may have, that is read otherwise
// when it is written out, or that is refused by more than a line.
func FuzzSpans(f *testing.F) {
	lordHowe, err := time.LoadLocation("Australia/Lord_Howe")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		"for 2h", "fri 18:00 - mon 9:00", "9am-5pm", "weekend", "from 2026-02-10 to 2026-02-11T09:00Z", "until noon", "24:00-24:00", "-",
		"sun 02:15 - sun 3:00", "until sun 01:45", "2026-04-05T01:45:00+10:30 for 1h", "9999-12-31T20:00-05:00 for 2h", "for 90 minutes", "fri midnight",
	} {
		f.Add(s, int64(0))
		f.Add(s, int64(7_000_000))
	}
	f.Fuzz(func(t *testing.T, s string, later int64) {
		now := night.Add(time.Duration(later%100_000_000) * time.Second)
		span, problem := parseSpan(s, now, lordHowe)
		if problem != "" {
			if !utf8.ValidString(problem) || strings.Contains(problem, "\n") {
				t.Errorf("%q is refused by %q", s, problem)
			}
			return
		}
		if !span.Start.Before(span.End) || span.Start.Before(now) || span.End.Sub(span.Start) > maxSpan {
			t.Errorf("%q at %s is %s - %s", s, now, span.Start, span.End)
		}
		if again, problem := parseSpan(span.Start.Format(time.RFC3339)+" - "+span.End.Format(time.RFC3339), now, lordHowe); again != span {
			t.Errorf("%q is %v, which is read as %v %s", s, span, again, problem)
		}
	})
}
