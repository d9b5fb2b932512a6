package oncall_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// zoneNames are zones that gave somebody trouble: gaps at midnight, half-hour
// and two-hour changes, winter time as the exception, days skipped whole, and
// zones that gave daylight saving time up.
var zoneNames = []string{
	"UTC", "America/New_York", "Europe/London", "Europe/Madrid", "Europe/Dublin",
	"Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Africa/Cairo", "Africa/Casablanca",
	"America/Santiago", "America/Sao_Paulo", "Pacific/Apia", "Pacific/Fakaofo", "Pacific/Kiritimati",
	"Australia/Lord_Howe", "Antarctica/Troll", "Asia/Tehran", "Pacific/Chatham", "America/St_Johns",
}

// people are those that random schedules are made of. Gil has left.
var people = []oncall.PersonID{"ana", "ben", "cem", "dot", "eve", "fay", "gil"}

func stays(id oncall.PersonID) bool { return id != "gil" }

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func wall(t testing.TB, s string) oncall.Wall {
	t.Helper()
	w, err := oncall.ParseWall(s, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return w
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

// instants draws from around the changes of a place half of the time.
func instants(p place) *rapid.Generator[time.Time] {
	span := int64(latest.Sub(earliest) / time.Second)
	anywhere := rapid.Map(rapid.Int64Range(0, span), func(s int64) time.Time {
		return earliest.Add(time.Duration(s) * time.Second)
	})
	if len(p.changes) == 0 {
		return anywhere
	}
	nearby := rapid.Custom(func(t *rapid.T) time.Time {
		change := rapid.SampledFrom(p.changes).Draw(t, "change")
		return change.Add(time.Duration(rapid.IntRange(-3*60*60, 3*60*60).Draw(t, "off by")) * time.Second)
	})
	return rapid.OneOf(anywhere, nearby)
}

// handoffs draws a time of day, mostly one at which clocks are changed.
func handoffs() *rapid.Generator[oncall.Clock] {
	return rapid.OneOf(
		rapid.SampledFrom([]oncall.Clock{0, 30, 60, 90, 120, 135, 150, 180, 540}),
		rapid.Map(rapid.IntRange(0, 24*60-1), func(m int) oncall.Clock { return oncall.Clock(m) }),
	)
}

func turns() *rapid.Generator[oncall.Turn] {
	return rapid.Custom(func(t *rapid.T) oncall.Turn {
		unit := rapid.SampledFrom([]oncall.Unit{oncall.Hours, oncall.Days, oncall.Weeks, oncall.Months}).Draw(t, "unit")
		most := map[oncall.Unit]int{oncall.Hours: 72, oncall.Days: 10, oncall.Weeks: 3, oncall.Months: 2}[unit]
		return oncall.Turn{N: rapid.IntRange(1, most).Draw(t, "n"), Unit: unit}
	})
}

func windows() *rapid.Generator[oncall.Window] {
	weekday := rapid.Map(rapid.IntRange(0, 6), func(d int) time.Weekday { return time.Weekday(d) })
	return rapid.Custom(func(t *rapid.T) oncall.Window {
		w := oncall.Window{From: handoffs().Draw(t, "from"), To: handoffs().Draw(t, "to")}
		if rapid.Bool().Draw(t, "span") {
			w.Span, w.FromDay, w.ToDay = true, weekday.Draw(t, "from day"), weekday.Draw(t, "to day")
			return w
		}
		w.Days = rapid.SliceOfNDistinct(weekday, 0, 5, rapid.ID).Draw(t, "days")
		return w
	})
}

// groups draws who holds a turn, or an override, together.
func groups(least int) *rapid.Generator[[]oncall.PersonID] {
	return rapid.SliceOfN(rapid.SampledFrom(people), least, 2)
}

// layers draws a layer whose start lies at most ninety days before around.
func layers(around time.Time) *rapid.Generator[oncall.Layer] {
	return rapid.Custom(func(t *rapid.T) oncall.Layer {
		start := around.AddDate(0, 0, rapid.IntRange(-90, 2).Draw(t, "start"))
		handoff := handoffs().Draw(t, "handoff")
		l := oncall.Layer{
			Participants: rapid.SliceOfN(groups(1), 0, 4).Draw(t, "participants"),
			Turn:         turns().Draw(t, "turn"),
			Start:        oncall.Wall{Year: start.Year(), Month: start.Month(), Day: start.Day(), Hour: int(handoff) / 60, Min: int(handoff) % 60},
			Hours:        rapid.SliceOfN(windows(), 0, 2).Draw(t, "hours"),
		}
		if rapid.IntRange(0, 3).Draw(t, "until?") == 0 {
			until := around.AddDate(0, 0, rapid.IntRange(-5, 5).Draw(t, "until"))
			l.Until = oncall.Wall{Year: until.Year(), Month: until.Month(), Day: until.Day(), Hour: int(handoff) / 60}
		}
		return l
	})
}

func overrides(around time.Time) *rapid.Generator[oncall.Override] {
	return rapid.Custom(func(t *rapid.T) oncall.Override {
		start := around.Add(time.Duration(rapid.IntRange(-72*60, 72*60).Draw(t, "start")) * time.Minute)
		o := oncall.Override{
			Start:  start,
			End:    start.Add(time.Duration(rapid.IntRange(0, 48*60).Draw(t, "length")) * time.Minute),
			OnCall: groups(0).Draw(t, "on call"),
		}
		if rapid.Bool().Draw(t, "instead of?") {
			o.InsteadOf = rapid.SampledFrom(people).Draw(t, "instead of")
		}
		return o
	})
}

// schedules draws a schedule in which something happens around an instant.
func schedules(all []place, p place, around time.Time) *rapid.Generator[oncall.Schedule] {
	return rapid.Custom(func(t *rapid.T) oncall.Schedule {
		s := oncall.Schedule{
			Zone:      p.zone,
			Layers:    rapid.SliceOfN(layers(around), 0, 3).Draw(t, "layers"),
			Overrides: rapid.SliceOfN(overrides(around), 0, 3).Draw(t, "overrides"),
		}
		for i := range s.Layers {
			if rapid.IntRange(0, 4).Draw(t, "elsewhere?") == 0 {
				s.Layers[i].Zone = rapid.SampledFrom(all).Draw(t, "zone").zone
			}
		}
		return s
	})
}
