package oncall_test

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// tenLayers is a schedule of every kind of layer in several zones, with a few
// overrides.
func tenLayers(tb testing.TB) oncall.Schedule {
	zones := []*time.Location{zone(tb, "America/New_York"), zone(tb, "Europe/London"), zone(tb, "Australia/Lord_Howe")}
	lengths := []oncall.Turn{{N: 1, Unit: oncall.Weeks}, {N: 1, Unit: oncall.Days}, {N: 12, Unit: oncall.Hours}, {N: 1, Unit: oncall.Months}}
	s := oncall.Schedule{Zone: zones[0]}
	for i := range 10 {
		l := oncall.Layer{
			Participants: [][]oncall.PersonID{{people[i%6]}, {people[(i+1)%6], people[(i+2)%6]}, {people[(i+3)%6]}},
			Turn:         lengths[i%len(lengths)],
			Start:        oncall.Wall{Year: 2026, Month: time.January, Day: 5, Hour: 9},
			Zone:         zones[i%len(zones)],
		}
		if i > 0 {
			from := oncall.Clock(i * 120)
			l.Hours = []oncall.Window{{From: from, To: from + 100}, {Span: true, FromDay: time.Friday, From: from, ToDay: time.Friday, To: from + 110}}
		}
		s.Layers = append(s.Layers, l)
	}
	for month := time.January; month <= time.December; month++ {
		start := time.Date(2026, month, 10, 9, 0, 0, 0, time.UTC)
		s.Overrides = append(s.Overrides, oncall.Override{Start: start, End: start.Add(24 * time.Hour), OnCall: people[:1]})
	}
	return s
}

func BenchmarkAt(b *testing.B) {
	when := time.Date(2026, time.November, 1, 6, 30, 0, 0, time.UTC)
	one := tenLayers(b)
	one.Layers, one.Overrides = one.Layers[:1], nil
	for _, bb := range []struct {
		name     string
		schedule oncall.Schedule
	}{{"one layer", one}, {"ten layers", tenLayers(b)}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bb.schedule.At(when, stays)
			}
		})
	}
}

func BenchmarkShiftsOfAYear(b *testing.B) {
	s := tenLayers(b)
	from := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		b.ReportMetric(float64(len(s.Shifts(from, from.AddDate(1, 0, 0), stays))), "shifts")
	}
}

func BenchmarkNext(b *testing.B) {
	alone := oncall.Schedule{Layers: []oncall.Layer{{Participants: [][]oncall.PersonID{{"ana"}}, Turn: oncall.Turn{N: 1, Unit: oncall.Hours}}}}
	b.ReportAllocs()
	for b.Loop() {
		alone.Next(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC), stays)
	}
}

func TestAskingWhoIsOnCallAllocatesNothing(t *testing.T) {
	s := tenLayers(t)
	s.Overrides = nil
	when := time.Date(2026, time.November, 1, 6, 30, 0, 0, time.UTC)
	if n := testing.AllocsPerRun(100, func() { s.At(when, stays) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
