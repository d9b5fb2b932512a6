package wire

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A counter is a desk that counts what it carries out, and forgets what it has seen
// when its time is over.
type counter struct {
	mu    sync.Mutex
	until map[string]time.Time
	done  map[string]bool
	ran   int
	takes time.Duration // of one request
	fails int           // so many of the first ones
}

func (d *counter) Run(ctx context.Context, _ commands.Request) commands.Reply {
	d.mu.Lock()
	d.ran++
	fails := d.ran <= d.fails
	d.mu.Unlock()
	select {
	case <-time.After(d.takes):
	case <-ctx.Done():
		return commands.Reply{Err: ctx.Err()}
	}
	if fails {
		return commands.Reply{Text: Broken, Err: errors.New("store away")}
	}
	return commands.Reply{Text: "Done.", OK: true}
}

func (d *counter) Roster() oncall.Roster {
	return oncall.Roster{Teams: map[oncall.TeamID]oncall.Team{"platform": {Name: "Platform"}}}
}

func (d *counter) Once(_ context.Context, _, id string, ttl time.Duration) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Now().Before(d.until[id]) {
		return false, nil
	}
	d.until[id] = time.Now().Add(ttl)
	return true, nil
}

func (d *counter) Forget(_ context.Context, _, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.until, id)
	return nil
}

func (d *counter) Settle(_ context.Context, _, id string, ttl time.Duration) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.until[id], d.done[id] = time.Now().Add(ttl), true
	return nil
}

func (d *counter) Settled(_ context.Context, _, id string) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.done[id], nil
}

func TestARequestIsCarriedOutOnceHoweverOftenItComes(t *testing.T) {
	first, repeat, open := Outcome{First: true}, Outcome{}, Outcome{Open: true}
	tests := []struct {
		name  string
		desk  *counter
		dead  bool            // somebody has claimed it and died
		after []time.Duration // when each delivery comes
		want  []Outcome
		ran   int
	}{
		{"once", &counter{}, false, []time.Duration{0}, []Outcome{first}, 1},
		{"again when it is done", &counter{}, false, []time.Duration{0, time.Second, time.Minute}, []Outcome{first, repeat, repeat}, 1},
		{"again while it is under way", &counter{takes: time.Second}, false, []time.Duration{0, 500 * time.Millisecond}, []Outcome{first, repeat}, 1},
		{"again after it failed", &counter{fails: 1}, false, []time.Duration{0, time.Second}, []Outcome{first, first}, 2},
		{"whoever had it died", &counter{}, true, []time.Duration{0, 3 * time.Second}, []Outcome{open, first}, 1},
		{"slower than the answer may be", &counter{takes: time.Minute}, false, []time.Duration{0, 5 * time.Second}, []Outcome{first, first}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				desk := tt.desk.opened()
				var work, deliveries sync.WaitGroup
				clerk := Clerk{Source: "slack", Log: slog.New(slog.DiscardHandler), Work: &work, Now: time.Now}
				if tt.dead {
					_, _ = desk.Once(t.Context(), "slack", "click", AnswerTime+claimSpare)
				}
				got := make([]Outcome, len(tt.after))
				for i, after := range tt.after {
					deliveries.Go(func() {
						<-time.After(after)
						begin := time.Now()
						got[i] = clerk.Run(t.Context(), desk, "click", commands.Request{})
						if took := time.Since(begin); took > AnswerTime {
							t.Errorf("delivery %d was answered after %s", i, took)
						}
					})
				}
				deliveries.Wait()
				work.Wait()
				for i, want := range tt.want {
					if got[i].First != want.First || got[i].Open != want.Open {
						t.Errorf("delivery %d came to %+v, want %+v", i, got[i], want)
					}
				}
				if desk.ran != tt.ran {
					t.Errorf("carried out %d times, want %d", desk.ran, tt.ran)
				}
			})
		})
	}
}

func TestAFormOpensWhateverTheStoreDoes(t *testing.T) {
	tests := []struct {
		name string
		desk *counter
		text string
		form bool
		took time.Duration
	}{
		{"the store answers", &counter{}, "note PLATFORM-1", false, 0}, // this desk opens none
		{"the store stands still", &counter{takes: time.Minute}, "note PLATFORM-1", true, formTime},
		{"the store is away", &counter{fails: 1}, "note PLATFORM-1", true, 0},
		{"nothing is missing", &counter{takes: time.Minute}, "note PLATFORM-1 words", false, AnswerTime},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var work sync.WaitGroup
				clerk := Clerk{Source: "slack", Log: slog.New(slog.DiscardHandler), Work: &work, Now: time.Now}
				begin := time.Now()
				o := clerk.Run(t.Context(), tt.desk.opened(), "click", commands.Request{Text: tt.text})
				if took := time.Since(begin); took != tt.took {
					t.Errorf("answered after %s, want %s", took, tt.took)
				}
				if !o.First || (o.Reply.Form != nil) != tt.form {
					t.Errorf("outcome = %+v, want a form: %v", o, tt.form)
				}
				work.Wait()
			})
		})
	}
}

// opened is the desk with nothing seen yet.
func (d *counter) opened() *counter {
	return &counter{until: map[string]time.Time{}, done: map[string]bool{}, takes: d.takes, fails: d.fails}
}
