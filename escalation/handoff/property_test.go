package handoff

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// starts are Mondays before whose second a clock changes, or none does.
var starts = map[string]time.Time{
	"New York, winter":  monday,
	"New York, spring":  time.Date(2026, time.March, 2, 14, 0, 0, 0, time.UTC),
	"New York, autumn":  time.Date(2026, time.October, 26, 13, 0, 0, 0, time.UTC),
	"Lord Howe, autumn": time.Date(2026, time.March, 30, 14, 0, 0, 0, time.UTC),
}

var zones = []string{"America/New_York", "Europe/Madrid", "Australia/Lord_Howe", "America/Santiago", "UTC"}

func groups(least int) *rapid.Generator[[]oncall.PersonID] {
	return rapid.SliceOfNDistinct(rapid.SampledFrom([]oncall.PersonID{"ana", "ben", "hal"}), least, 2, rapid.ID)
}

// draw draws a schedule in which something happens in the weeks after start.
func draw(t *rapid.T, zones []*time.Location, start time.Time) oncall.Schedule {
	s := oncall.Schedule{Team: "platform", Name: "techops", Zone: rapid.SampledFrom(zones).Draw(t, "zone")}
	for range rapid.IntRange(1, 2).Draw(t, "layers") {
		day := start.AddDate(0, 0, rapid.IntRange(-20, 5).Draw(t, "since"))
		l := oncall.Layer{
			Participants: rapid.SliceOfN(groups(1), 1, 3).Draw(t, "participants"),
			Turn: oncall.Turn{
				N: rapid.IntRange(7, 9).Draw(t, "n"), Unit: rapid.SampledFrom([]oncall.Unit{oncall.Hours, oncall.Days}).Draw(t, "unit"),
			},
			Start: oncall.Wall{Year: day.Year(), Month: day.Month(), Day: day.Day(), Hour: rapid.IntRange(0, 23).Draw(t, "hour")},
		}
		if rapid.Bool().Draw(t, "hours?") {
			l.Hours = []oncall.Window{{
				Days: []time.Weekday{1, 2, 3, 4, 6},
				From: oncall.Clock(rapid.IntRange(0, 24*60-1).Draw(t, "from")), To: oncall.Clock(rapid.IntRange(0, 24*60-1).Draw(t, "to")),
			}}
		}
		s.Layers = append(s.Layers, l)
	}
	for range rapid.IntRange(0, 3).Draw(t, "overrides") {
		from := start.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "override")) * time.Minute)
		s.Overrides = append(s.Overrides, oncall.Override{
			Start: from, End: from.Add(time.Duration(rapid.IntRange(1, 48*60).Draw(t, "length")) * time.Minute), OnCall: groups(0).Draw(t, "on call"),
		})
	}
	return s
}

// random is a world with one random schedule that is paged.
func random(t *testing.T, rt *rapid.T) (w *world, start time.Time) {
	w = newWorld(t)
	start = starts[rapid.SampledFrom(slices.Sorted(maps.Keys(starts))).Draw(rt, "start")]
	var all []*time.Location
	for _, name := range zones {
		all = append(all, zone(t, name))
	}
	team := w.roster.Teams["platform"]
	team.Schedules = map[string]oncall.Schedule{"techops": draw(rt, all, start)}
	w.roster.Teams["platform"] = team
	w.book.Wishes = map[oncall.PersonID]oncall.Wish{}
	for _, id := range []oncall.PersonID{"ana", "ben"} {
		lead := time.Duration(rapid.IntRange(0, 72).Draw(rt, "lead")) * time.Hour
		w.book.Wishes[id] = oncall.Wish{Lead: &lead}
	}
	return w, start
}

func TestASecondPlanAtTheSameTimeHasNothingToTell(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w, start := random(t, rt)
		at := func(name string) time.Time {
			return start.Add(time.Duration(rapid.IntRange(0, 20*24*60*60).Draw(rt, name)) * time.Second)
		}
		book := w.book
		for i := range rapid.IntRange(0, 3).Draw(rt, "asks") {
			book.Asks = append(book.Asks, oncall.Ask{ID: fmt.Sprint(i), Kind: oncall.Cover, Team: "platform", Schedule: "techops", By: "ana", Until: at("until")})
		}
		open := func(oncall.TeamID) ([]incident.Incident, error) { return nil, nil }
		moments := []time.Time{at("first"), at("second"), at("third")}
		slices.SortFunc(moments, time.Time.Compare)
		for _, now := range moments {
			change, _, err := Plan(book, w.roster, open, nil, now)
			if err != nil {
				rt.Fatal(err)
			}
			again, due, err := Plan(change.Book, w.roster, open, nil, now)
			if due || err != nil {
				rt.Fatalf("at %s told again: %+v, error %v", now, again.Letters, err)
			}
			book = change.Book
		}
	})
}

// TestEveryHandoffIsToldOnce lets desks of one store, whose clocks differ, pass in
// any order and into each other over weeks of a random schedule, each dying now and
// then before or after a write or a note. What is told must be the shifts that were
// seen, each once and in order.
func TestEveryHandoffIsToldOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w, start := random(t, rt)
		skews := []time.Duration{0, 700 * time.Millisecond, 2 * time.Second}
		var desks []*Desk
		for _, ahead := range skews {
			desks = append(desks, w.fast(ahead))
		}
		s := w.roster.Teams["platform"].Schedules["techops"]
		shifts := s.Shifts(start, start.AddDate(0, 0, 30), w.roster.Active)
		boundaries := []time.Time{start.Add(time.Hour)}
		for _, shift := range shifts[1:] {
			boundaries = append(boundaries, shift.Start)
		}
		seen := func(at time.Time) int {
			return slices.IndexFunc(shifts, func(s oncall.Shift) bool { return at.Before(s.End) })
		}

		w.pass(rt, desks[0], start)
		w.dies = deaths(rapid.Uint64().Draw(rt, "deaths"))
		want := [][]oncall.PersonID{shifts[0].OnCall} // as found at the first pass, then as told
		told := 0                                     // index of the shift that was announced
		note := func(at time.Time) {
			if i := seen(at); i > told && !alike(shifts[i].OnCall, shifts[told].OnCall) {
				want, told = append(want, shifts[i].OnCall), i
			}
		}
		for at, end := start, start.AddDate(0, 0, 22); at.Before(end); {
			if near := rapid.SampledFrom(boundaries).Draw(rt, "near"); near.After(at) && near.Sub(at) < 72*time.Hour {
				at = latest(at, near.Add(time.Duration(rapid.IntRange(-3000, 3000).Draw(rt, "off by"))*time.Millisecond))
			} else {
				at = at.Add(time.Duration(rapid.IntRange(1, 40*60*60).Draw(rt, "later")) * time.Second)
			}
			one, other := rapid.IntRange(0, len(desks)-1).Draw(rt, "desk"), rapid.IntRange(0, len(desks)-1).Draw(rt, "rival")
			if seen(at.Add(skews[one])) == seen(at.Add(skews[other])) { // else who is first decides what is told
				w.rival = func() { _ = desks[other].Pass(t.Context()) }
			}
			w.pass(rt, desks[one], at)
			w.rival = nil
			note(at.Add(skews[one]))
		}
		w.dies = nil
		w.pass(rt, desks[0], w.now.Add(time.Minute))
		note(w.now)
		w.compare(rt, want)
	})
}

// deaths has programs die at some of their steps, the same ones for the same seed.
func deaths(seed uint64) func(step string) bool {
	times := map[string]int{}
	return func(step string) bool {
		times[step]++
		h := fnv.New64a()
		fmt.Fprint(h, seed, step, times[step])
		return h.Sum64()%7 == 0
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// compare looks at what the channel was told, and for reminders that came twice.
func (w *world) compare(t *rapid.T, want [][]oncall.PersonID) {
	slices.SortFunc(w.got, func(a, b oncall.Sending) int { return int(a.Version - b.Version) })
	var lines []string
	reminded := map[string]int{}
	for _, s := range w.got {
		switch {
		case strings.HasPrefix(s.Letter.Text, "Handoff"):
			lines = append(lines, s.Letter.Lines[0])
		case strings.HasPrefix(s.Letter.Text, "You come on call"):
			reminded[string(s.Letter.To)+" "+s.Letter.Expires.String()]++
		}
	}
	if len(lines) != len(want)-1 {
		t.Fatalf("told %d handoffs, want %d: %v\n%s", len(lines), len(want)-1, want[1:], strings.Join(lines, "\n"))
	}
	for i, line := range lines {
		was, is := want[i], want[i+1]
		if len(is) == 0 && !strings.Contains(line, "NOBODY") {
			t.Errorf("%q does not say that nobody is on call", line)
		}
		for _, id := range slices.Concat(without(is, was), without(was, is)) {
			if !strings.Contains(line, w.roster.People[id].Name) {
				t.Errorf("%q does not name %s", line, id)
			}
		}
	}
	for what, n := range reminded {
		if n != 1 {
			t.Errorf("reminded %d times: %s", n, what)
		}
	}
	if len(w.letters) > 0 {
		t.Errorf("%d letters are left", len(w.letters))
	}
}
