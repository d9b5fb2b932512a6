package commands

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// busy is a desk whose platform has two schedules that its first tier pages, one of
// them with overrides in the file, and whose web has a schedule for the nights.
func busy(t *testing.T) *talk {
	t.Helper()
	k := newTalk(t)
	platform, web := k.desk.roster.Teams["platform"], k.desk.roster.Teams["web"]
	techops := platform.Schedules["techops"]
	techops.Overrides = []oncall.Override{
		{Start: night.AddDate(0, 0, -9), End: night.AddDate(0, 0, -8), OnCall: []oncall.PersonID{"paul"}},
		{Start: night.AddDate(0, 0, 20), End: night.AddDate(0, 0, 21), OnCall: []oncall.PersonID{"paul"}, InsteadOf: "ben"},
	}
	devs := techops
	devs.Name, devs.Overrides = "devs", nil
	devs.Layers = []oncall.Layer{{
		Participants: [][]oncall.PersonID{{"hal"}}, Turn: oncall.Turn{N: 1, Unit: oncall.Days}, Start: techops.Layers[0].Start,
		Hours: []oncall.Window{{From: 9 * 60, To: 17 * 60}},
	}}
	platform.Schedules = map[string]oncall.Schedule{"techops": techops, "devs": devs}
	web.Schedules = map[string]oncall.Schedule{"nights": {Team: "web", Name: "nights", Zone: techops.Zone}}
	k.desk.roster.Teams["platform"], k.desk.roster.Teams["web"] = platform, web
	return k
}

func TestSchedulesThatGoWithoutSaying(t *testing.T) {
	k := busy(t)
	k.says("ben", "override @zoe for 2h")
	k.says("ben", "override devs @zoe for 2h")
	platform := k.desk.roster.Teams["platform"]
	platform.Policies[oncall.DefaultPolicy].Tiers[0].Page = append(platform.Policies[oncall.DefaultPolicy].Tiers[0].Page, oncall.Target{Kind: oncall.ToSchedule, Name: "devs"})
	k.says("ben", "override platform @zoe for 1h")
	k.says("ben", "override")
	k.says("ben", "take for 2h")
	k.says("paul", "take weekend")
	for _, r := range []Request{from("wes", "take until 9am"), from("zoe", "take for 2h"), from("wes", "override"), from("zoe", "override"), from("zoe", "take")} {
		r.Team = ""
		k.asks(r)
	}
	k.is("schedules")
}

func TestWhatChanges(t *testing.T) {
	k := busy(t)
	k.says("ben", "override techops @hal for @ben mon 12:00 - mon 15:00")
	k.says("ben", "override techops @zoe and hal instead of @ben tue 12:00 - tue 15:00")
	k.says("ben", "override techops @zoe, @hal, @ben wed 12:00 - wed 15:00")
	k.says("ben", "override platform/devs @ana today 8:00 - 12:00")
	k.says("hal", "override platform/devs @zoe from 2026-01-13T00:00 for 10d")
	k.says("ben", "override list")
	k.says("ben", "override list web")
	k.says("ben", "override cancel 2")
	k.later(5 * 24 * time.Hour)
	k.says("ben", "override list platform")
	k.says("ben", "override cancel 10")
	k.says("ben", "override cancel 10")
	k.says("ben", "who platform at 2026-01-15T10:00")
	k.is("changes")
}

func TestTakingBack(t *testing.T) {
	k := busy(t)
	k.says("ben", "take techops for 3h")
	k.says("wes", "undo 1")
	k.later(2 * time.Minute)
	k.says("hal", "undo 1")
	k.says("hal", "undo 1")
	k.says("hal", "undo")
	k.says("hal", "undo 99")
	k.says("ben", "override cancel")
	k.says("ben", "override techops @zoe fri 18:00 - 20:00")
	k.says("ben", "override techops @hal fri 18:00 - 20:00")
	k.says("ben", "undo 3")
	k.later(11 * time.Minute)
	k.says("ben", "undo 5")
	k.says("wes", "undo 5")
	k.says("ben", "audit")
	k.says("ben", "audit web")
	k.says("ben", "audit wbe")
	k.is("undo")
	if held := k.desk.Roster().Teams["platform"].Schedules["techops"].At(night.Add(time.Minute), nil).OnCall; len(held) != 1 || held[0] != "ben" {
		t.Errorf("a minute into what was taken back after two, %v was on call; want Ben", held)
	}
}

func TestABookingIsForgottenAYearAfterItsEnd(t *testing.T) {
	d := newDesk(t)
	old := func(id string, days int) oncall.Booking {
		end := night.AddDate(0, 0, -days)
		o := oncall.Override{ID: id, Start: end.Add(-time.Hour), End: end, OnCall: []oncall.PersonID{"ben"}}
		return oncall.Booking{Override: o, Team: "platform", Schedule: "techops"}
	}
	d.book.Last, d.book.Bookings = 7, []oncall.Booking{old("2", 401), old("4", 399), old("6", 0)}
	if got := d.run(t, from("ben", "take for 2h")); !got.OK {
		t.Fatal(got)
	}
	var ids []string
	for _, b := range d.book.Bookings {
		ids = append(ids, b.ID)
	}
	if got := strings.Join(ids, " "); got != "4 6 9" {
		t.Errorf("bookings %s, want 4 6 9", got)
	}
}

// TestAChangeThatFindsNoPeace has somebody else be faster every time.
func TestAChangeThatFindsNoPeace(t *testing.T) {
	d := newDesk(t)
	var rival func()
	rival = func() { d.book.Version, d.rival = d.book.Version+1, rival }
	d.rival = rival
	got := d.run(t, from("ben", "take for 2h"))
	if got.OK || !errors.Is(got.Err, oncall.ErrChanged) {
		t.Errorf("reply = %v %s (%v), want it to give up", got.OK, got, got.Err)
	}
	if len(d.book.Bookings)+len(d.rows)+len(d.letters) > 0 {
		t.Errorf("it left something behind: %+v", d.book)
	}
}

func TestABookThatIsAwayIsNoPromise(t *testing.T) {
	for _, words := range []string{"take for 2h", "override @hal for 2h", "override list", "override cancel 2", "undo 1", "audit"} {
		d := newDesk(t)
		d.broken = errStore
		got := d.run(t, from("ben", words))
		if got.OK || got.Err == nil || strings.Contains(got.String(), "dial") {
			t.Errorf("%s: %+v, want a refusal that keeps the cause to the log", words, got)
		}
	}
	d := newDesk(t)
	d.rival = func() { d.broken = errStore }
	got := d.run(t, from("ben", "take for 2h"))
	if want := "Earshot can't say whether that was saved."; got.OK || got.Err == nil || !strings.HasPrefix(got.Text, want) {
		t.Errorf("reply = %+v, want %s", got, want)
	}
}

// TestALongChangeIsCutShort overrides a schedule that changes hands every day.
func TestALongChangeIsCutShort(t *testing.T) {
	d := busy(t).desk
	got := d.run(t, from("ben", "override platform/devs @ana for 20d"))
	if !got.OK || len(got.Lines) != maxPieces+1 {
		t.Fatalf("reply = %v with %d lines, want %d: %s", got.OK, len(got.Lines), maxPieces+1, got)
	}
	if want := fmt.Sprintf("and %d more", 41-maxPieces); got.Lines[maxPieces] != want {
		t.Errorf("it ends with %q, want %q", got.Lines[maxPieces], want)
	}
	if len(d.rows) != 1 {
		t.Errorf("%d rows of the audit, want one", len(d.rows))
	}
}
