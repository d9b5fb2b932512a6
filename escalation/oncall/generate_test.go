package oncall_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// people are those that random schedules are made of. Gil has left.
var people = []oncall.PersonID{"ana", "ben", "cem", "dot", "eve", "fay", "gil"}

func stays(id oncall.PersonID) bool { return id != "gil" }

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

// handoffs draws a time of day, mostly one at which clocks are changed.
func handoffs() *rapid.Generator[oncall.Clock] {
	usual := []oncall.Clock{0, 30, 60, 90, 120, 135, 150, 180, 540}
	return rapid.Map(even(2*24*60), func(m int) oncall.Clock {
		if m < 24*60 {
			return oncall.Clock(m)
		}
		return usual[m%len(usual)]
	})
}

func turns() *rapid.Generator[oncall.Turn] {
	return rapid.Custom(func(t *rapid.T) oncall.Turn {
		unit := oneOf(oncall.Hours, oncall.Days, oncall.Weeks, oncall.Months).Draw(t, "unit")
		most := map[oncall.Unit]int{oncall.Hours: 72, oncall.Days: 10, oncall.Weeks: 3, oncall.Months: 2}[unit]
		return oncall.Turn{N: between(1, most).Draw(t, "n"), Unit: unit}
	})
}

func windows() *rapid.Generator[oncall.Window] {
	weekday := rapid.Map(even(7), func(d int) time.Weekday { return time.Weekday(d) })
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
	return listOf(oneOf(people...), least, 2)
}

// layers draws a layer that started in the ninety days before around, or starts
// soon after; a few started long before.
func layers(around time.Time) *rapid.Generator[oncall.Layer] {
	return rapid.Custom(func(t *rapid.T) oncall.Layer {
		start := around.AddDate(0, 0, between(-90, 2).Draw(t, "start"))
		if even(20).Draw(t, "old?") == 0 {
			start = start.AddDate(0, 0, -between(0, 600).Draw(t, "age"))
		}
		handoff := handoffs().Draw(t, "handoff")
		l := oncall.Layer{
			Participants: listOf(groups(1), 0, 4).Draw(t, "participants"),
			Turn:         turns().Draw(t, "turn"),
			Start:        oncall.Wall{Year: start.Year(), Month: start.Month(), Day: start.Day(), Hour: int(handoff) / 60, Min: int(handoff) % 60},
			Hours:        listOf(windows(), 0, 2).Draw(t, "hours"),
		}
		if even(4).Draw(t, "until?") == 0 {
			until := around.AddDate(0, 0, between(-5, 5).Draw(t, "until"))
			l.Until = oncall.Wall{Year: until.Year(), Month: until.Month(), Day: until.Day(), Hour: int(handoff) / 60}
		}
		return l
	})
}

func overrides(around time.Time) *rapid.Generator[oncall.Override] {
	return rapid.Custom(func(t *rapid.T) oncall.Override {
		start := around.Add(time.Duration(between(-72*60, 72*60).Draw(t, "start")) * time.Minute)
		o := oncall.Override{
			Start:  start,
			End:    start.Add(time.Duration(between(0, 48*60).Draw(t, "length")) * time.Minute),
			OnCall: groups(0).Draw(t, "on call"),
		}
		if rapid.Bool().Draw(t, "instead of?") {
			o.InsteadOf = oneOf(people...).Draw(t, "instead of")
		}
		return o
	})
}

// schedules draws a schedule in which something happens around an instant.
func schedules(all []place, p place, around time.Time) *rapid.Generator[oncall.Schedule] {
	return rapid.Custom(func(t *rapid.T) oncall.Schedule {
		s := oncall.Schedule{
			Zone:      p.zone,
			Layers:    listOf(layers(around), 0, 3).Draw(t, "layers"),
			Overrides: listOf(overrides(around), 0, 3).Draw(t, "overrides"),
		}
		for i := range s.Layers {
			if even(3).Draw(t, "elsewhere?") == 0 {
				s.Layers[i].Zone = oneOf(all...).Draw(t, "zone").zone
			}
		}
		return s
	})
}
