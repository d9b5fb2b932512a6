package handoff

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

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

func TestATeamWhoseIncidentsCanNotBeReadHoldsUpNobodyElse(t *testing.T) {
	w := newWorld(t)
	web := w.roster.Teams["platform"]
	web.ID, web.Name, web.SlackChannel = "web", "Web", "C0WEB"
	w.roster.Teams["web"] = web
	d := w.desk()
	w.pass(t, d, monday.Add(-time.Minute))
	w.text()
	away := errors.New("shard is away")
	d.Open = func(_ context.Context, team oncall.TeamID) ([]incident.Incident, error) {
		if team == "platform" {
			return nil, away
		}
		return nil, nil
	}
	w.now = monday
	if err := d.Pass(t.Context()); !errors.Is(err, away) {
		t.Errorf("error = %v, want %v", err, away)
	}
	if got := w.text(); strings.Contains(got, "Handoff of Platform") || !strings.Contains(got, "Handoff of Web") {
		t.Errorf("told:\n%s", got)
	}
	w.pass(t, w.desk(), monday.Add(time.Minute))
	if got := w.text(); !strings.Contains(got, "Handoff of Platform") || strings.Contains(got, "Handoff of Web") {
		t.Errorf("told once it is back:\n%s", got)
	}
}

// TestTwoFilesDoNotQuarrelInTheChannel has two programs of which one still has the
// file of before, and passes of both every second.
func TestTwoFilesDoNotQuarrelInTheChannel(t *testing.T) {
	w := newWorld(t)
	d := w.desk()
	before := w.roster
	w.pass(t, d, monday.Add(-48*time.Hour))
	w.text()
	after := newRoster(t)
	swapped := after.Teams["platform"].Schedules["techops"]
	swapped.Layers[0].Participants = [][]oncall.PersonID{{"ben"}, {"ana"}}
	for i := range 20 {
		w.roster = after
		if i%2 == 1 {
			w.roster = before
		}
		w.pass(t, d, monday.Add(-47*time.Hour).Add(time.Duration(i)*time.Second))
	}
	if got := w.text(); strings.Count(got, "Handoff of Platform") != 1 {
		t.Errorf("told:\n%s", got)
	}
}
