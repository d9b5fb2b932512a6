package oncall_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// The ten properties of schedules, on random ones; 8 and 9 stand in
// handoff_test.go. The answers themselves are the oracle's, in
// oracle_compare_test.go. More checks than a hundred each:
//
//	go test ./escalation/oncall -rapid.checks=100000

func show(s oncall.Schedule) string {
	return fmt.Sprintf("%+v", struct {
		Layers    []oncall.Layer
		Overrides []oncall.Override
	}{s.Layers, s.Overrides})
}

func same(a, b []oncall.PersonID) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// rotation draws a gap-free layer of n different people.
func rotation(t *rapid.T, around time.Time) oncall.Layer {
	l := layers(around).Draw(t, "layer")
	l.Hours, l.Until, l.Participants = nil, oncall.Wall{}, nil
	for _, id := range people[:between(2, 5).Draw(t, "n")] {
		l.Participants = append(l.Participants, []oncall.PersonID{id})
	}
	return l
}

// scene draws what most properties begin with.
func scene(t *rapid.T, all []place) (p place, around time.Time, s oncall.Schedule) {
	p, around = somewhere(t, all)
	return p, around, schedules(all, p, around).Draw(t, "schedule")
}

// Property 1: a gap-free rotation has exactly one holder at every instant from its
// start.
func TestGapFreeRotationAlwaysHasExactlyOneHolder(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		p, around := somewhere(t, all)
		l := rotation(t, around)
		s := oncall.Schedule{Zone: p.zone, Layers: []oncall.Layer{l}}
		start := l.Start.In(p.zone)
		for _, when := range []time.Time{start, around, instants(p).Draw(t, "when")} {
			want := 1
			if when.Before(start) {
				want = 0
			}
			if got := s.At(when, nil); len(got.OnCall) != want {
				t.Fatalf("at %v on call are %v, want %d", when, got.OnCall, want)
			}
		}
		for _, shift := range s.Shifts(start, start.AddDate(0, 6, 0), nil) {
			if len(shift.OnCall) != 1 {
				t.Fatalf("not one on call in %v", shift)
			}
		}
		if got := s.At(start.Add(-1), nil); got.Source != oncall.FromNobody {
			t.Fatalf("before the start: %v", got)
		}
	})
}

// Property 2: boundaries never decrease, in every zone; two are equal only where a
// whole local day was skipped.
func TestBoundariesNeverDecreaseAndMeetOnlyOnSkippedDays(t *testing.T) {
	for _, p := range places(t) {
		for _, c := range []oncall.Clock{0, 30, 90, 150, 1410} {
			last := time.Time{}
			for d := earliest; d.Before(earliest.AddDate(45, 0, 0)); d = d.AddDate(0, 0, 1) {
				w := oncall.Wall{Year: d.Year(), Month: d.Month(), Day: d.Day(), Hour: int(c) / 60, Min: int(c) % 60}
				next := w.In(p.zone)
				if next.Before(last) {
					t.Fatalf("%v: %v lies before the day before", p.zone, w)
				}
				_, before := next.Add(-time.Second).Zone()
				_, after := next.Zone()
				if next.Equal(last) && after-before < 24*60*60 {
					t.Fatalf("%v: a turn of length zero at %v, and no day was skipped", p.zone, w)
				}
				last = next
			}
		}
	}
}

// Property 3: a range says what a point says at every instant in it; its segments
// tile it without hole or overlap, and neighbours differ.
func TestRangesTileAndAgreeWithPoints(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		from := around.Add(-time.Duration(even(10*24*3600).Draw(t, "before")) * time.Second)
		to := around.Add(time.Duration(even(30*24*3600).Draw(t, "after")) * time.Second)
		end, last := from, oncall.Shift{OnCall: []oncall.PersonID{"none yet"}}
		for _, shift := range s.Shifts(from, to, stays) {
			if !shift.Start.Equal(end) || !shift.Start.Before(shift.End) {
				t.Fatalf("%v does not follow on %v", shift, end)
			}
			if same(shift.OnCall, last.OnCall) {
				t.Fatalf("%v and %v are one", last, shift)
			}
			within := shift.Start.Add(time.Duration(even(int(shift.End.Sub(shift.Start))).Draw(t, "within")))
			for _, when := range []time.Time{shift.Start, within, shift.End.Add(-1)} {
				if got := s.At(when, stays); !same(got.OnCall, shift.OnCall) {
					t.Fatalf("at %v on call are %v, in %v", when, got.OnCall, shift)
				}
			}
			if got := s.At(shift.Start, stays); got.Source != shift.Source {
				t.Fatalf("at %v the source is %q, in %v", shift.Start, got.Source, shift)
			}
			end, last = shift.End, shift
		}
		if !end.Equal(to) {
			t.Fatalf("the range ends at %v, want %v", end, to)
		}
	})
}

// Property 4: splitting a range anywhere and joining the answers gives the whole
// answer.
func TestSplittingARangeAnywhereChangesNothing(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		from, to := around.AddDate(0, 0, -5), around.AddDate(0, 0, 5)
		split := from.Add(time.Duration(even(int(to.Sub(from))).Draw(t, "split")))
		whole := s.Shifts(from, to, stays)
		left, right := s.Shifts(from, split, stays), s.Shifts(split, to, stays)
		if n := len(left); n > 0 && len(right) > 0 && same(left[n-1].OnCall, right[0].OnCall) {
			left[n-1].End, right = right[0].End, right[1:]
		}
		joined := append(left, right...)
		if !slices.EqualFunc(whole, joined, func(a, b oncall.Shift) bool {
			return a.Start.Equal(b.Start) && a.End.Equal(b.End) && same(a.OnCall, b.OnCall)
		}) {
			t.Fatalf("split at %v:\n%v\nwhole:\n%v", split, joined, whole)
		}
	})
}

// Property 5: the final schedule is overrides over the highest layer that has
// somebody over nothing.
func TestFinalScheduleIsOverridesOverHighestLayerOverNothing(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		var want []oncall.PersonID
		for _, l := range slices.Backward(s.Layers) {
			alone := oncall.Schedule{Zone: s.Zone, Layers: []oncall.Layer{l}}
			if want = alone.At(around, stays).OnCall; want != nil {
				break
			}
		}
		bare := s
		bare.Overrides = nil
		if got := bare.At(around, stays); !slices.Equal(got.OnCall, want) {
			t.Fatalf("layers give %v, want %v", got.OnCall, want)
		}
		s.Overrides = append(s.Overrides, oncall.Override{Start: around, End: around.Add(1), OnCall: []oncall.PersonID{"zoe"}})
		if got := s.At(around, stays); !slices.Equal(got.OnCall, []oncall.PersonID{"zoe"}) || got.Source != oncall.FromOverride {
			t.Fatalf("the last override gives %v", got)
		}
	})
}

// Property 6: an override changes nothing outside its own window; adding then
// deleting it restores everything.
func TestOverrideChangesNothingOutsideItsWindow(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		from, to := around.AddDate(0, 0, -4), around.AddDate(0, 0, 6)
		before := s.Shifts(from, to, stays)
		o := overrides(around).Draw(t, "override")
		with := s
		with.Overrides = append(slices.Clone(s.Overrides), o)
		for _, half := range [][2]time.Time{{from, o.Start}, {o.End, to}} {
			if got, want := with.Shifts(half[0], half[1], stays), s.Shifts(half[0], half[1], stays); !equal(got, want) {
				t.Fatalf("outside %v:\n%v\nwithout it:\n%v", o, got, want)
			}
		}
		with.Overrides = with.Overrides[:len(s.Overrides)]
		if got := with.Shifts(from, to, stays); !equal(got, before) {
			t.Fatalf("deleted again:\n%v\nbefore:\n%v", got, before)
		}
	})
}

// Property 7: the same instants written with another UTC offset give the same
// answer.
func TestOffsetInWhichAnInstantIsWrittenDoesNotMatter(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		elsewhere := time.FixedZone("", 900*between(-48, 56).Draw(t, "offset"))
		moved := s
		moved.Overrides = slices.Clone(s.Overrides)
		for i, o := range moved.Overrides {
			moved.Overrides[i].Start, moved.Overrides[i].End = o.Start.In(elsewhere), o.End.In(elsewhere)
		}
		from, to := around.AddDate(0, 0, -3), around.AddDate(0, 0, 3)
		got, want := moved.Shifts(from.In(elsewhere), to.In(elsewhere), stays), s.Shifts(from, to, stays)
		if !equal(got, want) {
			t.Fatalf("written in %v:\n%v\nin UTC:\n%v", elsewhere, got, want)
		}
		a, b := s.At(around, stays), moved.At(around.In(elsewhere), stays)
		if !slices.Equal(a.OnCall, b.OnCall) || a.Source != b.Source {
			t.Fatalf("%v, written otherwise %v", a, b)
		}
	})
}

func equal(a, b []oncall.Shift) bool {
	return slices.EqualFunc(a, b, func(a, b oncall.Shift) bool {
		return a.Start.Equal(b.Start) && a.End.Equal(b.End) && slices.Equal(a.OnCall, b.OnCall) && a.Source == b.Source
	})
}

// Property 10: no holder is outside participants, override and swap users; inactive
// people never hold.
func TestNobodyElseIsEverOnCall(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		known := map[oncall.PersonID]bool{}
		for _, l := range s.Layers {
			for _, ids := range l.Participants {
				for _, id := range ids {
					known[id] = true
				}
			}
		}
		for _, o := range s.Overrides {
			for _, id := range o.OnCall {
				known[id] = true
			}
		}
		for _, shift := range s.Shifts(around.AddDate(0, 0, -10), around.AddDate(0, 0, 20), stays) {
			for i, id := range shift.OnCall {
				if !known[id] || !stays(id) || slices.Contains(shift.OnCall[:i], id) {
					t.Fatalf("%v holds %v", id, shift)
				}
			}
		}
	})
}
