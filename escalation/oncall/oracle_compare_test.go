package oncall_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// compare asks At and Shifts about two days around an instant and wants what the
// oracle saw.
func compare(t interface {
	Helper()
	Fatalf(string, ...any)
}, s oncall.Schedule, around time.Time, ats int) {
	t.Helper()
	from, to := around.Add(-24*time.Hour), around.Add(24*time.Hour)
	want := newOracle(s, from, to, stays)
	random := rand.New(rand.NewPCG(uint64(around.Unix()), 1))
	for range ats {
		when := from.Add(time.Duration(random.Int64N(int64(to.Sub(from)))))
		if got := s.At(when, stays); !slices.Equal(got.OnCall, want.at(when)) {
			t.Fatalf("%s in %v: at %v on call are %v, want %v", show(s), s.Zone, when, got.OnCall, want.at(when))
		}
	}
	for _, shift := range s.Shifts(from, to, stays) {
		for when := shift.Start; when.Before(shift.End); when = when.Truncate(time.Minute).Add(time.Minute) {
			if !same(shift.OnCall, want.at(when)) {
				t.Fatalf("%s in %v: at %v the shift of %v has %v, want %v", show(s), s.Zone, when, shift.Start, shift.OnCall, want.at(when))
			}
		}
	}
}

func TestAtAndShiftsSeeWhatTheOracleSees(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(all).Draw(t, "place")
		around := instants(p).Draw(t, "around")
		compare(t, schedules(all, p, around).Draw(t, "schedule"), around, 50)
	})
}

// FuzzAt turns bytes into a schedule by way of rapid and compares.
func FuzzAt(f *testing.F) {
	all := places(f)
	f.Add([]byte("a schedule made of these bytes, as far as they go"))
	f.Add(slices.Repeat([]byte{7, 0, 255, 31, 2, 9}, 200))
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		p := rapid.SampledFrom(all).Draw(t, "place")
		around := instants(p).Draw(t, "around")
		compare(t, schedules(all, p, around).Draw(t, "schedule"), around, 50)
	}))
}
