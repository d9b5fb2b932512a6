package handoff

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// paging has a policy page the schedule that has nobody at weekends.
func paging(w *world) {
	w.roster.Teams["platform"].Policies["default"] = oncall.Policy{Name: "default", Tiers: []oncall.Tier{
		{Page: []oncall.Target{{Kind: oncall.ToSchedule, Name: "office"}}},
	}}
}

// filled books Ana for office.
func filled(from, to time.Time) oncall.Booking {
	return oncall.Booking{Team: "platform", Schedule: "office", Override: oncall.Override{
		ID: "1", Start: from, End: to, OnCall: []oncall.PersonID{"ana"},
	}}
}

func TestGapsAreWarnedOfOnceADay(t *testing.T) {
	for name, thursday := range map[string]time.Time{
		"gaps":              monday.Add(3 * 24 * time.Hour),
		"gaps-clock-change": time.Date(2026, time.March, 5, 14, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			paging(w)
			story := w.story(t, thursday, thursday.Add(12*time.Hour))
			w.book.Bookings = []oncall.Booking{filled(thursday, thursday.Add(20*24*time.Hour))}
			golden(t, name, story+w.story(t, thursday.Add(13*time.Hour), thursday.Add(14*time.Hour)))
		})
	}
}

// TestAGapIsOfferedToItsEnd comes upon each gap when its first moment is a week
// ahead.
func TestAGapIsOfferedToItsEnd(t *testing.T) {
	tests := []struct {
		name  string
		first time.Time // of the pass; the Saturday is seven days ahead
		words string
	}{
		{"in winter", time.Date(2026, time.January, 10, 5, 0, 1, 0, time.UTC),
			"take platform/office from 2026-01-17T05:00:00Z to 2026-01-19T05:00:00Z"},
		{"the clocks jump inside it", time.Date(2026, time.February, 28, 5, 0, 1, 0, time.UTC),
			"take platform/office from 2026-03-07T05:00:00Z to 2026-03-09T04:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			paging(w)
			w.book.Bookings = []oncall.Booking{filled(tt.first.Add(-time.Hour), tt.first.Add(3*24*time.Hour))}
			w.pass(t, w.desk(), tt.first.Add(-time.Minute))
			if got := w.text(); strings.Contains(got, "take ") {
				t.Errorf("warned too early:\n%s", got)
			}
			w.pass(t, w.desk(), tt.first)
			if got := w.text(); !strings.Contains(got, tt.words+"\n") {
				t.Errorf("want %s in:\n%s", tt.words, got)
			}
		})
	}
}

func TestAGapThatRunsIsWarnedOfOnceAndStruckOffWhenItIsTaken(t *testing.T) {
	w := newWorld(t)
	paging(w)
	saturday := time.Date(2026, time.January, 17, 17, 0, 0, 0, time.UTC)
	story := w.story(t, saturday, saturday.Add(time.Minute), saturday.Add(25*time.Hour))
	w.book.Bookings = []oncall.Booking{filled(saturday.Add(25*time.Hour), saturday.Add(20*24*time.Hour))}
	golden(t, "gap-running", story+w.story(t, saturday.Add(26*time.Hour)))
}

func TestAScheduleThatEndsIsAGapWithNoEnd(t *testing.T) {
	w := newWorld(t)
	paging(w)
	office := w.roster.Teams["platform"].Schedules["office"]
	office.Layers[0].Hours = nil
	office.Layers[0].Until = oncall.Wall{Year: 2026, Month: time.January, Day: 14, Hour: 9}
	golden(t, "gap-for-good", w.story(t, monday))
}

func TestManyGapsAreCut(t *testing.T) {
	w := newWorld(t)
	paging(w)
	office := w.roster.Teams["platform"].Schedules["office"]
	office.Layers[0].Hours[0] = oncall.Window{From: 9 * 60, To: 17 * 60}
	golden(t, "gaps-many", w.story(t, monday))
}
