package oncall_test

import (
	"strconv"
	"strings"
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

// booked is a schedule with fifty more overrides, as made in chat: some of a whole
// day, some of one person, some on top of each other.
func booked(s oncall.Schedule) oncall.Schedule {
	var made []oncall.Booking
	for i := range 50 {
		start := time.Date(2026, time.January, 2+7*i, i%24, 0, 0, 0, time.UTC)
		b := oncall.Booking{Team: "platform", Schedule: "techops", Override: oncall.Override{
			ID: strconv.Itoa(i + 1), Start: start, End: start.Add(time.Duration(1+i%40) * time.Hour), OnCall: people[i%6 : i%6+1],
		}}
		if i%3 == 0 {
			b.InsteadOf = people[(i+1)%6]
		}
		made = append(made, b)
	}
	return techops(rosterOf(s).With(oncall.Book{Bookings: made}))
}

func BenchmarkAt(b *testing.B) {
	when := time.Date(2026, time.November, 1, 6, 30, 0, 0, time.UTC)
	one := tenLayers(b)
	one.Layers, one.Overrides = one.Layers[:1], nil
	for _, bb := range []struct {
		name     string
		schedule oncall.Schedule
	}{{"one layer", one}, {"ten layers", tenLayers(b)}, {"ten layers and fifty bookings", booked(tenLayers(b))}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bb.schedule.At(when, stays)
			}
		})
	}
}

func BenchmarkShiftsOfAYear(b *testing.B) {
	from := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, bb := range []struct {
		name     string
		schedule oncall.Schedule
	}{{"ten layers", tenLayers(b)}, {"ten layers and fifty bookings", booked(tenLayers(b))}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.ReportMetric(float64(len(bb.schedule.Shifts(from, from.AddDate(1, 0, 0), stays))), "shifts")
			}
		})
	}
}

func BenchmarkWith(b *testing.B) {
	s := booked(tenLayers(b))
	var made []oncall.Booking
	for _, o := range s.Overrides {
		made = append(made, oncall.Booking{Team: "platform", Schedule: "techops", Override: o})
	}
	r := rosterOf(tenLayers(b))
	b.ReportAllocs()
	for b.Loop() {
		r.With(oncall.Book{Bookings: made})
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
	tests := []struct {
		name     string
		schedule oncall.Schedule
		at       string
	}{
		{"the rotation, while the clock repeats an hour", tenLayers(t), "2026-11-01T06:30:00Z"},
		{"the rotation, as the clock goes forward", tenLayers(t), "2026-03-08T07:00:00Z"},
		{"an override of everybody", tenLayers(t), "2026-03-10T10:00:00Z"},
		{"beside fifty bookings", booked(tenLayers(t)), "2026-11-01T06:30:00Z"},
		{"a booking of everybody", booked(tenLayers(t)), "2026-01-09T01:30:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			when := at(t, tt.at)
			if n := testing.AllocsPerRun(100, func() { tt.schedule.At(when, stays) }); n != 0 {
				t.Errorf("%v allocations", n)
			}
			if h := tt.schedule.At(when, stays); (h.Source == oncall.FromOverride) != strings.HasSuffix(tt.name, "of everybody") {
				t.Errorf("on call are %v", h)
			}
		})
	}
}
