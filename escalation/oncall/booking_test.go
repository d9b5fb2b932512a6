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

// bookings draws overrides as made in chat, some of another team's schedule of the
// same name, some of one that is not there.
func bookings(around time.Time) *rapid.Generator[[]oncall.Booking] {
	one := rapid.Custom(func(t *rapid.T) oncall.Booking {
		return oncall.Booking{
			Override: overrides(around).Draw(t, "override"),
			Team:     oneOf[oncall.TeamID]("platform", "platform", "platform", "web", "gone").Draw(t, "team"),
			Schedule: oneOf("techops", "techops", "techops", "gone").Draw(t, "schedule"),
		}
	})
	return rapid.Map(listOf(one, 0, 5), func(all []oncall.Booking) []oncall.Booking {
		all = slices.Clone(all)
		for i := range all {
			all[i].ID = strconv.Itoa(i + 1)
		}
		return all
	})
}

func rosterOf(s oncall.Schedule) oncall.Roster {
	team := func(id oncall.TeamID) oncall.Team {
		return oncall.Team{ID: id, Schedules: map[string]oncall.Schedule{"techops": s, "devs": {Name: "devs"}}}
	}
	return oncall.Roster{Teams: map[oncall.TeamID]oncall.Team{"platform": team("platform"), "web": team("web")}}
}

// TestBookingsStandAboveTheFileAndComeOffAgain adds bookings to random schedules and
// takes them away.
func TestBookingsStandAboveTheFileAndComeOffAgain(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		file := rosterOf(s)
		made := bookings(around).Draw(t, "bookings")
		with := file.With(oncall.Book{Bookings: made})
		if !reflect.DeepEqual(file, rosterOf(s)) {
			t.Fatal("the file's roster has changed")
		}
		if got := with.With(oncall.Book{Bookings: made}); !reflect.DeepEqual(got, with) {
			t.Fatalf("a second time the same bookings give another roster: %+v", got)
		}
		kept := made[:even(len(made)+1).Draw(t, "kept")]
		if got, want := techops(with.With(oncall.Book{Bookings: kept})), techops(file.With(oncall.Book{Bookings: kept})); !alike(got, want) {
			t.Fatalf("without the last bookings the overrides are %v, want %v", got.Overrides, want.Overrides)
		}
		if got := techops(with.With(oncall.Book{})); !alike(got, s) {
			t.Fatalf("without bookings the schedule is %v, want %v", got, s)
		}
		want := s // the same by hand: one override after the other
		want.Overrides = slices.Clone(s.Overrides)
		for _, b := range made {
			if b.Team == "platform" && b.Schedule == "techops" {
				want.Overrides = append(want.Overrides, b.Override)
			}
		}
		got := techops(with)
		for range 20 {
			when := around.Add(time.Duration(between(-100*60, 100*60).Draw(t, "when")) * time.Minute)
			if g, w := got.At(when, stays), want.At(when, stays); !slices.Equal(g.OnCall, w.OnCall) || g.Source != w.Source {
				t.Fatalf("at %v on call are %v, want %v", when, g, w)
			}
			covered := slices.ContainsFunc(made, func(b oncall.Booking) bool { return !when.Before(b.Start) && when.Before(b.End) })
			if g, w := got.At(when, stays), s.At(when, stays); !covered && !slices.Equal(g.OnCall, w.OnCall) {
				t.Fatalf("outside of every booking at %v on call are %v, want %v: a turn has moved", when, g, w)
			}
		}
	})
}

// TestTheLaterBookingWins stands one more booking above random ones.
func TestTheLaterBookingWins(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		last := oncall.Booking{Team: "platform", Schedule: "techops", Override: oncall.Override{
			ID: "99", Start: around, End: around.Add(time.Hour), OnCall: []oncall.PersonID{"zoe"},
		}}
		got := techops(rosterOf(s).With(oncall.Book{Bookings: append(bookings(around).Draw(t, "bookings"), last)}))
		for _, when := range []time.Time{last.Start, last.End.Add(-1)} {
			if h := got.At(when, stays); !slices.Equal(h.OnCall, last.OnCall) || h.Source != oncall.FromOverride {
				t.Fatalf("at %v on call are %v", when, h)
			}
		}
	})
}

func techops(r oncall.Roster) oncall.Schedule { return r.Teams["platform"].Schedules["techops"] }

// alike reports whether two schedules are the same, down to every override. None is
// none, whether nil or empty.
func alike(a, b oncall.Schedule) bool {
	none := len(a.Overrides) == 0 && len(b.Overrides) == 0
	if none {
		a.Overrides, b.Overrides = nil, nil
	}
	return reflect.DeepEqual(a, b)
}
