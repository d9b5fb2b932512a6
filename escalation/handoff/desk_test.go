package handoff

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// TestEveryHandoffIsToldOnce lets several desks of one store pass in any order over
// weeks, each dying now and then between a delivery and its note.
func TestEveryHandoffIsToldOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		w.fails = func() bool { return rapid.IntRange(0, 5).Draw(rt, "dies") == 0 }
		desks := []*Desk{w.desk(), w.desk(), w.desk()}
		w.pass(t, desks[0], monday.Add(-48*time.Hour))
		end := monday.Add(22 * 24 * time.Hour)
		for at := w.now; at.Before(end); {
			at = at.Add(time.Duration(rapid.IntRange(1, 40*60*60).Draw(rt, "later")) * time.Second)
			w.pass(t, desks[rapid.IntRange(0, 2).Draw(rt, "desk")], at)
		}
		w.fails = nil
		w.pass(t, desks[0], w.now.Add(time.Minute))
		w.pass(t, desks[0], w.now.Add(time.Minute))
		told, reminded := map[string]int{}, map[string]int{}
		holders := ""
		for _, s := range w.got {
			text := s.Letter.Text + strings.Join(s.Letter.Lines, "\n")
			switch {
			case s.Letter.To == "" && strings.HasPrefix(s.Letter.Text, "Handoff") && strings.Contains(text, "techops: "):
				_, line, _ := strings.Cut(text, "techops: ")
				line, _, _ = strings.Cut(line, "\n")
				who, _, _ := strings.Cut(line, " come")
				if who == holders {
					rt.Errorf("%s is told to come on twice in a row", who)
				}
				holders = who
				told[line]++
			case strings.HasPrefix(s.Letter.Text, "You come on call for platform/techops"):
				reminded[string(s.Letter.To)+s.Letter.Expires.String()]++
			}
		}
		for what, n := range told {
			if n != 1 {
				rt.Errorf("told %d times: %s", n, what)
			}
		}
		for what, n := range reminded {
			if n != 1 {
				rt.Errorf("reminded %d times: %s", n, what)
			}
		}
		if len(w.letters) > 0 {
			rt.Errorf("%d letters are left", len(w.letters))
		}
	})
}

func TestAPassThatFindsNothingWritesNothing(t *testing.T) {
	w := newWorld(t)
	d := w.desk()
	w.pass(t, d, monday.Add(-48*time.Hour))
	written := w.written
	for i := range 100 {
		w.pass(t, d, monday.Add(-47*time.Hour).Add(time.Duration(i)*time.Minute))
	}
	if w.written != written {
		t.Errorf("%d writes though nothing happened", w.written-written)
	}
}

func TestWhatBecomesOfALetter(t *testing.T) {
	fault := func(f incident.Fault) error { return &f }
	tests := []struct {
		name   string
		err    error
		again  time.Duration // tried again after that long; 0: given up
		alarms int
	}{
		{"the provider is away", fault(incident.Fault{Reason: "away", Retry: 3 * time.Second}), 5 * time.Second, 0},
		{"it may have arrived", fault(incident.Fault{Reason: "hangs", Unknown: true}), 5 * time.Second, 0},
		{"the provider asks for a minute", fault(incident.Fault{Reason: "slow down", Retry: time.Minute}), time.Minute, 0},
		{"something else broke", errors.New("no idea"), 5 * time.Second, 0},
		{"an admin has to act", fault(incident.Fault{Reason: "no scope", Admin: "install the app again"}), 0, 1},
		{"nobody can be told", fault(incident.Fault{Reason: "no chat"}), 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.no = func(oncall.Sending) error { return tt.err }
			alarms := 0
			d := w.desk()
			d.Alarm = func(context.Context, string) { alarms++ }
			w.letters["1"] = oncall.Sending{ID: "1", Letter: oncall.Letter{To: "ana", Team: "platform", Text: "hello"}}
			at := w.now
			if err := d.deliver(t.Context(), w.roster); err != nil {
				t.Fatal(err)
			}
			got := time.Duration(0)
			if _, left := w.letters["1"]; left {
				got = w.due["1"].Sub(at)
			}
			if got != tt.again || alarms != tt.alarms {
				t.Errorf("again after %s, %d alarms; want %s, %d", got, alarms, tt.again, tt.alarms)
			}
		})
	}
}

func TestALetterThatIsTooLateIsDropped(t *testing.T) {
	w := newWorld(t)
	w.letters["1"] = oncall.Sending{ID: "1", Letter: oncall.Letter{To: "ana", Text: "soon", Expires: w.now}}
	if err := w.desk().deliver(t.Context(), w.roster); err != nil {
		t.Fatal(err)
	}
	if len(w.got) > 0 || len(w.letters) > 0 {
		t.Errorf("delivered %v, left %v", w.got, w.letters)
	}
}

func TestRunPassesUntilItIsStopped(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	delivered := make(chan string, 10)
	w.no = func(s oncall.Sending) error {
		delivered <- fmt.Sprint(s.ID)
		return nil
	}
	d := w.desk()
	done := make(chan error)
	go func() { done <- d.Run(ctx) }()
	d.Nudge()
	select {
	case <-delivered:
	case <-time.After(10 * time.Second):
		t.Error("nothing is delivered")
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
