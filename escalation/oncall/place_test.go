package oncall_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

// zoneNames are zones that gave somebody trouble: gaps at midnight, half-hour
// and two-hour changes, winter time as the exception, changes by decree a few days
// before, days skipped whole, and zones that gave daylight saving time up.
var zoneNames = []string{
	"UTC", "America/New_York", "Europe/London", "Europe/Madrid", "Europe/Dublin",
	"Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Africa/Cairo", "Africa/Casablanca",
	"America/Santiago", "America/Sao_Paulo", "Pacific/Apia", "Pacific/Fakaofo", "Pacific/Kiritimati",
	"Australia/Lord_Howe", "Antarctica/Troll", "Asia/Tehran", "Pacific/Chatham", "America/St_Johns",
	"Europe/Istanbul", "Europe/Moscow", "Asia/Gaza", "America/Asuncion",
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

var (
	earliest = time.Date(1990, time.January, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2040, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// A place is a zone with the changes of its clocks between earliest and latest.
type place struct {
	zone    *time.Location
	changes []time.Time
}

// GoString names the zone alone where rapid tells what it drew.
func (p place) GoString() string { return p.zone.String() }

// places finds the changes by looking at offsets alone.
func places(t testing.TB) []place {
	t.Helper()
	offset := func(at time.Time, z *time.Location) int { _, o := at.In(z).Zone(); return o }
	var found []place
	for _, name := range zoneNames {
		p := place{zone: zone(t, name)}
		const stride = 7 * 24 * time.Hour
		for a := earliest; a.Before(latest); a = a.Add(stride) {
			lo, hi := a, a.Add(stride)
			if offset(lo, p.zone) == offset(hi, p.zone) {
				continue
			}
			for hi.Sub(lo) > time.Second {
				if mid := lo.Add(hi.Sub(lo) / 2).Truncate(time.Second); offset(mid, p.zone) == offset(lo, p.zone) {
					lo = mid
				} else {
					hi = mid
				}
			}
			p.changes = append(p.changes, hi)
		}
		found = append(found, p)
	}
	return found
}

// somewhere draws a place and an instant there: half of them within three hours
// of a change of its clocks, the others anywhere.
func somewhere(t *rapid.T, all []place) (place, time.Time) {
	if even(2).Draw(t, "near a change?") == 0 {
		return oneOf(all...).Draw(t, "place"), anywhere().Draw(t, "around")
	}
	steady := func(p place) bool { return len(p.changes) == 0 }
	p := oneOf(slices.DeleteFunc(slices.Clone(all), steady)...).Draw(t, "place")
	return p, p.nearby().Draw(t, "around")
}

// instants draws from around the changes of a place half of the time.
func instants(p place) *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		if len(p.changes) > 0 && even(2).Draw(t, "near a change?") > 0 {
			return p.nearby().Draw(t, "nearby")
		}
		return anywhere().Draw(t, "anywhere")
	})
}

func anywhere() *rapid.Generator[time.Time] {
	return rapid.Map(even(int(latest.Sub(earliest)/time.Second)), func(s int) time.Time {
		return earliest.Add(time.Duration(s) * time.Second)
	})
}

func (p place) nearby() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return oneOf(p.changes...).Draw(t, "change").Add(time.Duration(between(-3*60*60, 3*60*60).Draw(t, "off by")) * time.Second)
	})
}

// even draws each number below n as often as any other. Rapid by itself draws
// small ones: the first zones, the first years, lists without anything in them.
func even(n int) *rapid.Generator[int] {
	return rapid.Map(rapid.Uint64(), func(u uint64) int { return rand.New(rand.NewPCG(u, 0)).IntN(n) })
}

func between(least, most int) *rapid.Generator[int] {
	return rapid.Map(even(most-least+1), func(i int) int { return least + i })
}

func oneOf[T any](list ...T) *rapid.Generator[T] {
	return rapid.Map(even(len(list)), func(i int) T { return list[i] })
}

// listOf draws a list of up to most, of each length as often as any other.
func listOf[T any](g *rapid.Generator[T], least, most int) *rapid.Generator[[]T] {
	return rapid.Custom(func(t *rapid.T) []T {
		n := between(least, most).Draw(t, "length")
		return rapid.SliceOfN(g, n, n).Draw(t, "list")
	})
}
