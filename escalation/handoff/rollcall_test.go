package handoff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// asking is a world whose team calls the roll for a quarter of an hour, with Paul as
// its admin, right before the handoff from Ana to Ben and Hal.
func asking(t *testing.T) *world {
	w := newWorld(t)
	team := w.roster.Teams["platform"]
	team.Announce = oncall.Announcement{Rollcall: 15 * time.Minute}
	w.roster.Teams["platform"] = team
	w.roster.People["paul"] = oncall.Person{ID: "paul", Name: "Paul Novak", Slack: "U0PAUL"}
	w.roster.Admins = []oncall.PersonID{"paul", "ana"}
	w.pass(t, w.desk(), monday.Add(-time.Minute))
	return w
}

// knowing is a desk that is told what is known of how people are reached.
func (w *world) knowing(known map[oncall.PersonID]oncall.Reach, err error) *Desk {
	d := w.desk()
	d.Reaches = func(context.Context, []oncall.PersonID) (map[oncall.PersonID]oncall.Reach, error) { return known, err }
	return d
}

// here has somebody say that they are here.
func (w *world) here(id oncall.PersonID) {
	w.write(func(b oncall.Book) oncall.Book {
		b, _ = b.Here(id, w.now)
		return b
	})
}

// missing are the words to somebody about those who have not said that they are here.
func (w *world) missing(id oncall.PersonID) []string {
	return slices.DeleteFunc(w.said(id), func(s string) bool { return !strings.Contains(s, "has not said that they are here") })
}

func TestWhoComesOnIsAskedWhetherTheyAreHere(t *testing.T) {
	w := asking(t)
	w.pass(t, w.desk(), monday)
	for _, s := range w.got {
		switch l := s.Letter; {
		case l.To == "ben" && strings.HasPrefix(l.Text, "You are on call now"):
			if len(l.Offers) == 0 || l.Offers[0].Label != "I'm here" || !strings.HasPrefix(l.Offers[0].Words, "here ") {
				t.Errorf("ben's letter has no button: %+v", l)
			}
		case l.To == "hal" && strings.HasPrefix(l.Text, "You are on call now"):
			if !strings.Contains(l.Text, "reply HERE within 15m") || len(l.Offers) > 0 {
				t.Errorf("hal's letter: %+v", l)
			}
		}
	}
	if len(w.book.Calls) != 2 || !slices.Equal(w.book.Calls[0].After, []oncall.PersonID{"ana"}) {
		t.Errorf("calls: %+v", w.book.Calls)
	}
}

func TestSilenceIsToldOnceToWhoGoesOffAndTheAdmins(t *testing.T) {
	acked := func(at time.Duration) map[oncall.PersonID]oncall.Reach {
		return map[oncall.PersonID]oncall.Reach{"ben": {Acked: monday.Add(at)}, "hal": {Acked: monday.Add(at)}}
	}
	away := errors.New("dial tcp: connection refused")
	tests := []struct {
		name   string
		happen func(w *world)
		known  map[oncall.PersonID]oncall.Reach
		err    error
		told   int // how many are missed
	}{
		{"nobody answers", func(*world) {}, nil, nil, 2},
		{"one answers", func(w *world) { w.here("ben") }, nil, nil, 1},
		{"both do", func(w *world) { w.here("ben"); w.here("hal") }, nil, nil, 0},
		{"an acknowledgement meanwhile is as good", func(*world) {}, acked(time.Minute), nil, 0},
		{"one before the handoff is not", func(*world) {}, acked(-time.Minute), nil, 2},
		{"the store can't be asked, which tells nothing yet", func(*world) {}, nil, away, 0},
		{"somebody else took it meanwhile", func(w *world) {
			w.write(func(b oncall.Book) oncall.Book {
				b.Bookings = append(b.Bookings, oncall.Booking{Team: "platform", Schedule: "techops", Override: oncall.Override{
					ID: "90", Start: monday.Add(time.Minute), End: monday.Add(time.Hour), OnCall: []oncall.PersonID{"ana"},
				}})
				return b
			})
		}, nil, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := asking(t)
			one, other := w.knowing(tt.known, tt.err), w.knowing(tt.known, tt.err)
			w.pass(t, w.desk(), monday)
			w.now = monday.Add(5 * time.Minute)
			tt.happen(w)
			early := w.knowing(tt.known, nil)
			w.pass(t, early, monday.Add(15*time.Minute-time.Second))
			if got := w.missing("ana"); len(got) > 0 {
				t.Errorf("told before the time: %q", got)
			}
			w.now = monday.Add(15 * time.Minute)
			w.rival = func() { _ = other.Pass(t.Context()) }
			for range 3 {
				if err := errors.Join(one.Pass(t.Context()), other.Pass(t.Context())); !errors.Is(err, tt.err) {
					t.Fatalf("error %v, want %v", err, tt.err)
				}
			}
			for _, id := range []oncall.PersonID{"ana", "paul"} { // ana goes off and is an admin, too
				if got := w.missing(id); len(got) != tt.told {
					t.Errorf("%s is told %q, want %d", id, got, tt.told)
				}
			}
			if got := append(w.missing("ben"), w.missing("hal")...); len(got) > 0 {
				t.Errorf("those who are asked are told %q", got)
			}
		})
	}
}

func TestTheMessageOfARollCallShowsTheAcknowledgement(t *testing.T) {
	w := asking(t)
	w.pass(t, w.desk(), monday)
	w.pass(t, w.knowing(map[oncall.PersonID]oncall.Reach{"ben": {Acked: monday.Add(time.Minute)}}, nil), monday.Add(15*time.Minute))
	for _, s := range w.got {
		if s.Letter.To == "ben" && s.Ref != "" {
			if text := strings.Join(s.Letter.Lines, " "); !strings.Contains(text, "Here since 09:01") || len(s.Letter.Offers) > 0 {
				t.Errorf("the message is %+v", s.Letter)
			}
			return
		}
	}
	t.Errorf("ben's message was not edited: %+v", w.got)
}

// TestProgramsThatDieCallTheRollOnce kills two instances at some of their steps.
func TestProgramsThatDieCallTheRollOnce(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w := asking(t)
			desks := []*Desk{w.knowing(nil, nil), w.knowing(nil, nil)}
			w.dies = deaths(seed)
			for i := range 12 {
				w.rival = func() { _ = desks[(i+1)%2].Pass(t.Context()) }
				w.pass(t, desks[i%2], monday.Add(time.Duration(i)*2*time.Minute))
			}
			w.dies, w.rival = nil, nil
			w.pass(t, desks[0], monday.Add(time.Hour))
			for _, id := range []oncall.PersonID{"ana", "paul"} {
				if got := w.missing(id); len(got) != 2 {
					t.Errorf("%s is told %q", id, got)
				}
			}
			if len(w.book.Calls) != 2 {
				t.Errorf("calls: %+v", w.book.Calls)
			}
		})
	}
}

func TestTheHandoffSaysWhetherWhoComesOnCanBeReached(t *testing.T) {
	stopped := oncall.Reach{Troubles: []oncall.Trouble{{Kind: oncall.Stopped, Via: oncall.SMS, Phone: "+16175550108", Words: "the phone replied STOP"}}}
	tests := []struct {
		name  string
		known map[oncall.PersonID]oncall.Reach
		err   error
		want  string
	}{
		{"with what is wrong", map[oncall.PersonID]oncall.Reach{"hal": stopped}, nil, "Reach of Hal Byrne: phone +1617…08 from the file; delivered: SMS never, call never; never acknowledged anything; ⚠ the phone replied STOP"},
		{"and is told all the same when that can't be read", nil, errors.New("away"), "Nothing is open."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.pass(t, w.desk(), monday.Add(-time.Minute))
			w.pass(t, w.knowing(tt.known, tt.err), monday)
			for _, s := range w.got {
				if l := s.Letter; strings.HasPrefix(l.Text, "Handoff of") && !slices.Contains(l.Lines, tt.want) {
					t.Errorf("the channel reads %q", l.Lines)
				}
			}
			if !strings.Contains(w.text(), tt.want) {
				t.Error("no handoff was told")
			}
		})
	}
}
