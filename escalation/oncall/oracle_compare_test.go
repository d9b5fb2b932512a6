package oncall_test

import (
	"crypto/sha256"
	"encoding/binary"
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
		if got, want := s.At(when, stays), want.holding(when); !slices.Equal(got.OnCall, want.OnCall) || got.Source != want.Source {
			t.Fatalf("%s in %v: at %v on call are %v, want %v", show(s), s.Zone, when, got, want)
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
		_, around, s := scene(t, all)
		compare(t, s, around, 50)
	})
}

// FuzzAt turns bytes into a schedule by way of rapid and compares. Making inputs
// shorter takes most of the time and tells nothing here, so run it as
//
//	go test ./escalation/oncall -run '^$' -fuzz FuzzAt -fuzzminimizetime 1x
func FuzzAt(f *testing.F) {
	all := places(f)
	f.Add([]byte("a schedule made of these bytes"))
	for seed := range uint64(20) {
		random := rand.NewPCG(seed, 2)
		var b []byte
		for range 100 {
			b = binary.LittleEndian.AppendUint64(b, random.Uint64())
		}
		f.Add(b)
	}
	fuzz := rapid.MakeFuzz(func(t *rapid.T) {
		_, around, s := scene(t, all)
		compare(t, s, around, 50)
	})
	f.Fuzz(func(t *testing.T, b []byte) { fuzz(t, enough(b)) })
}

// enough lengthens the input by bytes that follow from it: rapid passes over one
// that ends before the schedule is drawn.
func enough(b []byte) []byte {
	sum := sha256.Sum256(b)
	random := rand.NewChaCha8(sum)
	more := make([]byte, 32<<10)
	_, _ = random.Read(more) // it never fails
	return append(slices.Clip(b), more...)
}
