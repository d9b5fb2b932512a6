package oncall_test

import (
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// bookings draws overrides as made in chat, some of a schedule that is not there.
func bookings(around time.Time) *rapid.Generator[[]oncall.Booking] {
	one := rapid.Custom(func(t *rapid.T) oncall.Booking {
		return oncall.Booking{
			Override: overrides(around).Draw(t, "override"), Team: "platform",
			Schedule: rapid.SampledFrom([]string{"techops", "techops", "gone"}).Draw(t, "schedule"),
		}
	})
	return rapid.Map(rapid.SliceOfN(one, 0, 5), func(all []oncall.Booking) []oncall.Booking {
		all = slices.Clone(all)
		for i := range all {
			all[i].ID = strconv.Itoa(i + 1)
		}
		return all
	})
}

func rosterOf(s oncall.Schedule) oncall.Roster {
	return oncall.Roster{Teams: map[oncall.TeamID]oncall.Team{"platform": {
		ID: "platform", Schedules: map[string]oncall.Schedule{"techops": s, "devs": {Name: "devs"}},
	}}}
}

// TestBookingsStandAboveTheFileAndComeOffAgain adds bookings to random schedules and
// takes them away.
func TestBookingsStandAboveTheFileAndComeOffAgain(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		file := rosterOf(s)
		made := bookings(around).Draw(t, "bookings")
		with := file.With(made)
		if !reflect.DeepEqual(file, rosterOf(s)) {
			t.Fatal("the file's roster has changed")
		}
		if got := with.With(made); !reflect.DeepEqual(got, with) {
			t.Fatalf("a second time the same bookings give another roster: %+v", got)
		}
		want := s // the same by hand: one override after the other
		want.Overrides = slices.Clone(s.Overrides)
		for _, b := range made {
			if b.Schedule == "techops" {
				want.Overrides = append(want.Overrides, b.Override)
			}
		}
		bare := with.With(nil).Teams["platform"].Schedules["techops"]
		got := with.Teams["platform"].Schedules["techops"]
		for range 20 {
			when := around.Add(time.Duration(rapid.IntRange(-100*60, 100*60).Draw(t, "when")) * time.Minute)
			if g, w := got.At(when, stays), want.At(when, stays); !same(g.OnCall, w.OnCall) || g.Source != w.Source {
				t.Fatalf("at %v on call are %v, want %v", when, g, w)
			}
			if g, w := bare.At(when, stays), s.At(when, stays); !same(g.OnCall, w.OnCall) {
				t.Fatalf("without its bookings at %v on call are %v, want %v", when, g, w)
			}
			covered := slices.ContainsFunc(made, func(b oncall.Booking) bool { return !when.Before(b.Start) && when.Before(b.End) })
			if g, w := got.At(when, stays), s.At(when, stays); !covered && !same(g.OnCall, w.OnCall) {
				t.Fatalf("outside of every booking at %v on call are %v, want %v: a turn has moved", when, g, w)
			}
		}
	})
}
