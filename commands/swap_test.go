package commands

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestSwaps(t *testing.T) {
	k := newTalk(t)
	k.says("ana", "swap @ben next")
	k.says("hal", "accept 1")
	k.says("ben", "volunteer 1")
	k.says("ben", "who")
	k.says("ben", "accept 1")
	k.says("ben", "accept 1")
	k.says("ben", "decline 1")
	k.says("ben", "next")
	k.says("ana", "undo 2")
	k.says("ana", "swap @paul now for nothing")
	k.says("paul", "decline 5")
	k.says("paul", "decline 5")
	k.says("ana", "swap @ben 11:00 - 13:00 for nothing on platform/techops")
	k.says("ana", "swap cancel 6")
	k.says("ben", "accept 6")
	k.says("ana", "swap @ben 2 for 2026-01-12")
	k.says("paul", "withdraw 7")
	k.says("ana", "swap @ben wed 18:00 - thu 9:00 for nothing")
	k.says("ana", "swap @ben 2026-01-21T18:00 for 12h for nothing")
	k.is("swap")
}

func TestSwapsThatAreRefused(t *testing.T) {
	k := newTalk(t)
	for _, words := range []string{
		"swap", "swap @ana now", "swap @ben", "swap @nobody now", "swap @ben tue", "swap @ben 2030-01-01", "swap @zoe now",
		"swap @ben now on platform/techop", "swap @ben now on web", "swap @paul next", "swap @ben now for 2", "swap @ben now for 2030-01-01",
		"swap @ben for nothing", "accept 9", "accept", "withdraw 9",
	} {
		k.says("ana", words)
	}
	k.says("hal", "swap @ben next for nothing")
	k.says("wes", "swap @ben now")
	k.asks(stranger("swap @ben now"))
	k.is("swap-refused")
}

// TestSwapsByForm fills forms in, wrongly first.
func TestSwapsByForm(t *testing.T) {
	k := newTalk(t)
	const shift = "2026-01-19T14:00:00Z - 2026-01-26T14:00:00Z on platform/techops"
	for _, words := range []string{
		"swap @zoe " + shift + " for next", "swap @paul " + shift + " for next", "swap @ben  for next", "swap @ana " + shift + " for next",
		"swap @ben " + shift + " for next", "swap @ben " + shift + " for nothing", "cover ", "cover " + shift,
	} {
		r := from("ana", words)
		r.Form = true
		k.asks(r)
	}
	k.is("swap-form")
}

// TestASwapOfWhatHasChangedHands lets the shift go before the yes.
func TestASwapOfWhatHasChangedHands(t *testing.T) {
	k := newTalk(t)
	k.says("ana", "swap @ben now for nothing")
	k.says("ana", "swap @ben next")
	k.says("paul", "override platform @hal for 1h")
	k.says("ben", "accept 1")
	k.says("ben", "accept 1")
	k.says("paul", "override platform @hal instead of @ben from 2026-01-27T09:00 to 2026-01-28T09:00")
	k.says("ben", "accept 2")
	k.says("ana", "swap @ben next for nothing")
	k.later(25 * time.Hour)
	k.says("ben", "accept 9")
	k.is("swap-late")
}

// TestAShiftThatMayBeTwo has Ana on call in two places at once.
func TestAShiftThatMayBeTwo(t *testing.T) {
	k := newTalk(t)
	platform := k.desk.roster.Teams["platform"]
	second := platform.Schedules["techops"]
	second.Name = "devs"
	platform.Schedules["devs"] = second
	for _, words := range []string{"cover now", "cover next", "cover 2026-01-19", "cover now on platform/devs", "cover 3 on platform/techops"} {
		k.says("ana", words)
	}
	k.is("swap-ambiguous")
}

// TestTheDayOfAShift speaks of shifts by nothing but a day.
func TestTheDayOfAShift(t *testing.T) {
	d := newDesk(t)
	turn := turn{Request: from("hal", ""), desk: d, roster: d.roster, now: d.now}
	at := place{"platform", "techops"}
	shift := func(from, to string) turnOf {
		span, problem := parseSpan(from+" - "+to, d.now, turn.zone())
		if problem != "" {
			t.Fatal(problem)
		}
		return turnOf{at, span}
	}
	friday := shift("2026-01-16T09:00", "2026-01-17T09:00")
	tests := []struct {
		name  string
		words string
		of    []turnOf
		want  int // -1: none or several
	}{
		{"one that begins on it", "fri", []turnOf{shift("2026-01-15T09:00", "2026-01-16T09:00"), friday}, 1},
		{"one that covers most of it", "fri", []turnOf{shift("2026-01-14T09:00", "2026-01-16T13:00")}, 0},
		{"one that covers the less of it", "fri", []turnOf{shift("2026-01-14T09:00", "2026-01-16T11:00")}, -1},
		{"two that begin on it", "fri", []turnOf{shift("2026-01-16T00:00", "2026-01-16T08:00"), shift("2026-01-16T16:00", "2026-01-16T23:00")}, -1},
		{"none", "sun", []turnOf{friday}, -1},
		{"a date", "2026-01-16", []turnOf{friday}, 0},
		{"a moment in it", "sat 8:00", []turnOf{friday}, 0},
		{"its end is not in it", "sat 9:00", []turnOf{friday}, -1},
		{"a part that goes beyond it", "fri 18:00 - sat 10:00", []turnOf{friday}, -1},
		{"the first that is to come", "next", []turnOf{shift("2026-01-11T02:00", "2026-01-12T09:00"), friday}, 1},
		{"of two that begin together none is next", "next", []turnOf{friday, friday}, -1},
		{"the present one", "this", []turnOf{shift("2026-01-11T02:00", "2026-01-12T09:00"), friday}, 0},
		{"nobody holds now", "now", []turnOf{friday}, -1},
		{"no time at all", "banana", []turnOf{friday}, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, problem := turn.pickShift(tt.words, tt.of)
			if (problem != "") != (tt.want < 0) {
				t.Fatalf("problem = %q", problem)
			}
			if problem == "" && got != tt.of[tt.want] {
				t.Errorf("got %s", got.span.In(turn.zone()))
			}
		})
	}
}

func TestCovering(t *testing.T) {
	k := newTalk(t)
	k.says("ana", "cover")
	k.says("ana", "cover now")
	k.says("hal", "accept 1")
	k.says("ana", "volunteer 1")
	k.says("wes", "volunteer 1")
	k.asks(stranger("volunteer 1"))
	k.says("hal", "volunteer 1")
	k.says("ben", "volunteer 1")
	k.says("hal", "cover 2026-01-13T18:00 - 2026-01-14T09:00")
	k.says("ben", "volunteer 4")
	k.says("hal", "cover cancel 4")
	k.says("ana", "cover next")
	k.says("paul", "cover cancel 5")
	k.says("ana", "cover next")
	k.later(25 * time.Hour)
	k.says("ben", "volunteer 6")
	k.says("ana", "cover fri")
	team := k.desk.roster.Teams["platform"]
	team.SlackChannel = ""
	k.desk.roster.Teams["platform"] = team
	k.says("ana", "cover next")
	k.is("cover")
}

// TestOnlyTheFirstVolunteerHasIt has two press at once.
func TestOnlyTheFirstVolunteerHasIt(t *testing.T) {
	d := newDesk(t)
	d.run(t, from("ana", "cover now"))
	d.rival = func() {
		if first := d.run(t, from("ben", "volunteer 1")); !first.OK {
			t.Errorf("the first is told %s", first)
		}
	}
	second := d.run(t, from("hal", "volunteer 1"))
	if second.OK || second.Text != "Question 1 is already taken by Ben Li (02:00)." {
		t.Errorf("the second is told %s", second)
	}
	if len(d.book.Bookings) != 1 || d.book.Bookings[0].OnCall[0] != "ben" || d.book.Bookings[0].InsteadOf != "ana" {
		t.Errorf("bookings: %+v", d.book.Bookings)
	}
}

// TestShiftsAcrossAClockChange speaks of a shift in which the clocks jump.
func TestShiftsAcrossAClockChange(t *testing.T) {
	k := newTalk(t)
	k.desk.now = time.Date(2026, time.March, 6, 17, 0, 0, 0, time.UTC)
	k.says("ana", "next")
	k.says("ana", "swap @ben sun 01:00 - sun 04:00 for nothing")
	k.says("ben", "accept 1")
	k.is("swap-clock-change")
}

// TestTheEarlierEndsTheQuestion looks at how long questions wait.
func TestTheEarlierEndsTheQuestion(t *testing.T) {
	hours := func(from, to int) oncall.Span {
		return oncall.Span{Start: night.Add(time.Duration(from) * time.Hour), End: night.Add(time.Duration(to) * time.Hour)}
	}
	tests := []struct {
		name       string
		give, take oncall.Span
		want       time.Duration
	}{
		{"far ahead", hours(50, 60), oncall.Span{}, 24 * time.Hour},
		{"soon", hours(5, 60), oncall.Span{}, 5 * time.Hour},
		{"the other sooner", hours(50, 60), hours(7, 9), 7 * time.Hour},
		{"running", hours(-2, 3), hours(70, 90), 3 * time.Hour},
		{"running for long", hours(0, 100), oncall.Span{}, 24 * time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := turn{now: night}.lapse(oncall.Ask{Give: tt.give, Take: tt.take})
			if want := night.Add(tt.want); !got.Equal(want) {
				t.Errorf("lapses %s, want %s", got, want)
			}
		})
	}
}
