package oncall

import (
	"testing"
	"time"
)

func TestTheWeekOfADigest(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, time.March, day, hour, 0, 0, 0, zone) }
	monday := Digest{Slack: "C0BOSS", Day: time.Monday, At: 9 * 60}
	tests := []struct {
		name       string
		now        time.Time
		start, end time.Time
	}{
		{"on the dot", at(2, 9), time.Date(2026, time.February, 23, 9, 0, 0, 0, zone), at(2, 9)},
		{"an hour early it is the week before", at(2, 8), time.Date(2026, time.February, 16, 9, 0, 0, 0, zone), time.Date(2026, time.February, 23, 9, 0, 0, 0, zone)},
		{"in mid-week", at(5, 12), time.Date(2026, time.February, 23, 9, 0, 0, 0, zone), at(2, 9)},
		{"a week in which the clocks jump has an hour less", at(9, 9), at(2, 9), at(9, 9)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := monday.Last(tt.now, zone)
			if !ok || !got.Start.Equal(tt.start) || !got.End.Equal(tt.end) {
				t.Errorf("got %v to %v, want %v to %v", got.Start, got.End, tt.start, tt.end)
			}
		})
	}
	if week, _ := monday.Last(at(9, 9), zone); week.End.Sub(week.Start) != 7*24*time.Hour-time.Hour {
		t.Errorf("the week of the jump takes %v", week.End.Sub(week.Start))
	}
	if _, ok := (Digest{}).Last(at(9, 9), zone); ok {
		t.Error("no channel, and a digest all the same")
	}
}
