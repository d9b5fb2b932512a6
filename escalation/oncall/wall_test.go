package oncall_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestWallIn(t *testing.T) {
	tests := []struct {
		name string
		zone string
		wall string
		want string
	}{
		{"an ordinary winter day", "America/New_York", "2026-01-05T09:00", "2026-01-05T14:00:00Z"},
		{"an ordinary summer day", "America/New_York", "2026-07-06T09:00", "2026-07-06T13:00:00Z"},
		{"with seconds", "America/New_York", "2026-01-05T09:00:01", "2026-01-05T14:00:01Z"},
		{"just before a gap", "America/New_York", "2026-03-08T01:59:59", "2026-03-08T06:59:59Z"},
		{"inside a gap: the first instant after it", "America/New_York", "2026-03-08T02:30", "2026-03-08T07:00:00Z"},
		{"the end of a gap", "America/New_York", "2026-03-08T03:00", "2026-03-08T07:00:00Z"},
		{"inside an overlap: its first occurrence", "America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00Z"},
		{"the start of an overlap", "America/New_York", "2026-11-01T01:00", "2026-11-01T05:00:00Z"},
		{"the end of an overlap is read once", "America/New_York", "2026-11-01T02:00", "2026-11-01T07:00:00Z"},
		{"a gap of half an hour", "Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30:00Z"},
		{"an overlap of half an hour", "Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z"},
		{"a gap of two hours", "Antarctica/Troll", "2026-03-29T02:30", "2026-03-29T01:00:00Z"},
		{"an overlap of two hours", "Antarctica/Troll", "2026-10-25T01:30", "2026-10-24T23:30:00Z"},
		{"a gap at midnight in Cairo", "Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00:00Z"},
		{"a gap at midnight in Santiago", "America/Santiago", "2026-09-06T00:00", "2026-09-06T04:00:00Z"},
		{"an overlap that ends at midnight in Santiago", "America/Santiago", "2026-04-04T23:30", "2026-04-05T02:30:00Z"},
		{"the day that Apia skipped: the next midnight", "Pacific/Apia", "2011-12-30T09:00", "2011-12-30T10:00:00Z"},
		{"the day after it", "Pacific/Apia", "2011-12-31T09:00", "2011-12-30T19:00:00Z"},
		{"the day before it", "Pacific/Apia", "2011-12-29T09:00", "2011-12-29T19:00:00Z"},
		{"the last change before a zone gave them up", "America/Sao_Paulo", "2018-11-04T00:30", "2018-11-04T03:00:00Z"},
		{"no change after it gave them up", "America/Sao_Paulo", "2026-11-01T00:30", "2026-11-01T03:30:00Z"},
		{"winter time as the exception", "Europe/Dublin", "2026-03-29T01:30", "2026-03-29T01:00:00Z"},
		{"far beyond the table of transitions", "America/New_York", "2060-07-05T09:00", "2060-07-05T13:00:00Z"},
		{"the last day of a leap year beyond the table", "America/New_York", "2060-12-31T09:00", "2060-12-31T14:00:00Z"},
		{"UTC", "UTC", "2026-03-08T02:30", "2026-03-08T02:30:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := wall(t, tt.wall).In(zone(t, tt.zone))
			if !got.Equal(at(t, tt.want)) {
				t.Errorf("%s in %s is %s, want %s", tt.wall, tt.zone, got.UTC().Format(time.RFC3339), tt.want)
			}
		})
	}
}

func TestWallInNoZoneIsUTC(t *testing.T) {
	if got := wall(t, "2026-03-08T02:30").In(nil); got != at(t, "2026-03-08T02:30:00Z").UTC() {
		t.Errorf("got %v", got)
	}
}

// W(wall) is the earliest instant at which the clock reads wall or later: it
// does so then, and at no second in the day and a half before.
func TestWallInIsTheEarliestInstant(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		p, near := somewhere(t, all)
		want := shown(near, p.zone)
		got := oncall.WallOf(want, time.UTC).In(p.zone)
		if shown(got, p.zone).Before(want) {
			t.Fatalf("at %v the clock reads %v, want %v", got, shown(got, p.zone), want)
		}
		for s := 1; s < 36*60*60; s += 1 + s/60 {
			if before := got.Add(-time.Duration(s) * time.Second); !shown(before, p.zone).Before(want) {
				t.Fatalf("the clock reads %v at %v already, not only at %v", want, before, got)
			}
		}
	})
}

func TestParseWall(t *testing.T) {
	tests := []struct {
		name string
		in   string
		zone string
		want string
	}{
		{"minutes", "2026-01-05T09:00", "America/New_York", "2026-01-05T09:00"},
		{"seconds", "2026-01-05T09:00:30", "America/New_York", "2026-01-05T09:00:30"},
		{"a space", "2026-01-05 09:00", "America/New_York", "2026-01-05T09:00"},
		{"a space and seconds", "2026-01-05 09:00:00", "America/New_York", "2026-01-05T09:00"},
		{"a reading that a gap hides is kept", "2026-03-08T02:30", "America/New_York", "2026-03-08T02:30"},
		{"Z is read on the zone's clock", "2026-01-05T14:00:00Z", "America/New_York", "2026-01-05T09:00"},
		{"Z in summer", "2026-07-06T13:00Z", "America/New_York", "2026-07-06T09:00"},
		{"an offset is read on the zone's clock", "2026-01-05T15:00+01:00", "America/New_York", "2026-01-05T09:00"},
		{"an offset after a space", "2026-01-05 09:00:00-05:00", "America/New_York", "2026-01-05T09:00"},
		{"a date alone", "2026-01-05", "UTC", ""},
		{"a day that does not exist", "2026-02-30T09:00", "UTC", ""},
		{"fractions of a second", "2026-01-05T09:00:00.5", "UTC", ""},
		{"fractions of a second with an offset", "2026-01-05T09:00:00.5Z", "UTC", ""},
		{"words", "monday", "UTC", ""},
		{"nothing", "", "UTC", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := oncall.ParseWall(tt.in, zone(t, tt.zone))
			if (err != nil) != (tt.want == "") {
				t.Fatalf("error = %v, want %q", err, tt.want)
			}
			if err == nil && got.String() != tt.want {
				t.Errorf("got %v, want %s", got, tt.want)
			}
			if err != nil && !got.IsZero() {
				t.Errorf("got %v with an error", got)
			}
		})
	}
}

func TestParseInstant(t *testing.T) {
	tests := []struct {
		name string
		in   string
		want string
	}{
		{"a wall clock reading", "2026-02-10T09:00", "2026-02-10T14:00:00Z"},
		{"a reading in a gap", "2026-03-08 02:30", "2026-03-08T07:00:00Z"},
		{"a reading that comes twice", "2026-11-01T01:30", "2026-11-01T05:30:00Z"},
		{"the second occurrence, by its offset", "2026-11-01T01:30-05:00", "2026-11-01T06:30:00Z"},
		{"Z", "2026-11-01T06:30:00Z", "2026-11-01T06:30:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := oncall.ParseInstant(tt.in, zone(t, "America/New_York"))
			if err != nil || !got.Equal(at(t, tt.want)) {
				t.Errorf("got %v, %v, want %s", got, err, tt.want)
			}
		})
	}
	if _, err := oncall.ParseInstant("soon", nil); err == nil {
		t.Error("no error for a word")
	}
}
