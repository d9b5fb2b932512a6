package oncall_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// The ten properties of schedules, on random ones. More checks than a hundred
// each: RAPID_CHECKS=10000 go test ./escalation/oncall.

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
	for _, id := range people[:rapid.IntRange(2, 5).Draw(t, "n")] {
		l.Participants = append(l.Participants, []oncall.PersonID{id})
	}
	return l
}

// scene draws what most properties begin with.
func scene(t *rapid.T, all []place) (p place, around time.Time, s oncall.Schedule) {
	p = rapid.SampledFrom(all).Draw(t, "place")
	around = instants(p).Draw(t, "around")
	return p, around, schedules(all, p, around).Draw(t, "schedule")
}

func TestGapFreeRotationAlwaysHasExactlyOneHolder(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(all).Draw(t, "place")
		around := instants(p).Draw(t, "around")
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
		if got := s.At(start.Add(-1), nil); got.Source != oncall.FromNobody {
			t.Fatalf("before the start: %v", got)
		}
	})
}

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

func TestRangesTileAndAgreeWithPoints(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		from := around.Add(-time.Duration(rapid.IntRange(0, 10*24*3600).Draw(t, "before")) * time.Second)
		to := around.Add(time.Duration(rapid.IntRange(0, 30*24*3600).Draw(t, "after")) * time.Second)
		end, last := from, oncall.Shift{OnCall: []oncall.PersonID{"none yet"}}
		for _, shift := range s.Shifts(from, to, stays) {
			if !shift.Start.Equal(end) || !shift.Start.Before(shift.End) {
				t.Fatalf("%v does not follow on %v", shift, end)
			}
			if same(shift.OnCall, last.OnCall) {
				t.Fatalf("%v and %v are one", last, shift)
			}
			middle := shift.Start.Add(shift.End.Sub(shift.Start) / 2)
			for _, when := range []time.Time{shift.Start, middle, shift.End.Add(-1)} {
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

func TestSplittingARangeAnywhereChangesNothing(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		from, to := around.AddDate(0, 0, -5), around.AddDate(0, 0, 5)
		split := from.Add(time.Duration(rapid.Int64Range(0, int64(to.Sub(from))).Draw(t, "split")))
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

func TestOffsetInWhichAnInstantIsWrittenDoesNotMatter(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		elsewhere := time.FixedZone("", 900*rapid.IntRange(-48, 56).Draw(t, "offset"))
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
