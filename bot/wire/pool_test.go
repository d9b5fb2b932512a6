package wire_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

// hourly is an allowance that does not fill while a test runs.
func hourly(burst, leave int) wire.Allowance {
	return wire.Allowance{Every: time.Hour, Burst: burst, Leave: leave}
}

// instances are the budgets of two programs on one server.
func instances(t *testing.T, server *redistest.Server) (one, other *wire.Budget) {
	t.Helper()
	budget := func() *wire.Budget {
		redis, err := storage.Dial(server.URL())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = redis.Close() })
		store := storage.New(storage.Options{Redis: redis, Roster: func(oncall.Book) oncall.Roster { return oncall.Roster{} }, Now: time.Now})
		return wire.NewBudget("Slack", store, time.Now)
	}
	return budget(), budget()
}

// spent counts how many of n tries are let through, by each of the budgets in turn.
func spent(t *testing.T, n int, key string, a wire.Allowance, budgets ...*wire.Budget) (let int) {
	t.Helper()
	for i := range n {
		err := budgets[i%len(budgets)].Spend(t.Context(), wire.Want{Key: key, Allowance: a})
		if err == nil {
			let++
			continue
		}
		if f := failure(t, err); f.Class != wire.Limit || f.Retry <= 0 {
			t.Errorf("sent away with %+v, want a limit and when to come back", f)
		}
	}
	return let
}

func failure(t *testing.T, err error) *wire.Failure {
	t.Helper()
	f, ok := errors.AsType[*wire.Failure](err)
	if !ok {
		t.Fatalf("error = %v, want a Failure", err)
	}
	return f
}

func TestTwoInstancesShareOneAllowance(t *testing.T) {
	one, other := instances(t, redistest.Start(t))
	if let := spent(t, 20, "posts C1", hourly(6, 0), one, other); let != 6 {
		t.Errorf("%d posts of two instances, want the 6 of one", let)
	}
	if let := spent(t, 20, "posts C2", hourly(6, 0), other); let != 6 {
		t.Errorf("%d posts in another channel, want 6", let)
	}
}

func TestWhatThePoolRefusedIsNotUsedUp(t *testing.T) {
	server := redistest.Start(t)
	one, other := instances(t, server)
	spent(t, 6, "edits", hourly(6, 0), other)
	if let := spent(t, 20, "edits", hourly(6, 0), one); let != 0 {
		t.Errorf("%d let through of what another has used up", let)
	}
	server.Kill()
	if let := spent(t, 20, "edits", hourly(6, 0), one); let != 6 {
		t.Errorf("%d let through without the server, want the 6 that were refused before", let)
	}
}

func TestWhatPeopleDidGoesBeforeWhatMachinesChanged(t *testing.T) {
	one, other := instances(t, redistest.Start(t))
	if let := spent(t, 30, "edits", hourly(20, 5), one, other); let != 15 {
		t.Errorf("%d edits of machines, want 15 of 20", let)
	}
	if let := spent(t, 5, "edits", hourly(20, 2), one); let != 3 {
		t.Errorf("%d edits of what shows the same elsewhere, want 3", let)
	}
	if let := spent(t, 5, "edits", hourly(20, 0), other); let != 2 {
		t.Errorf("%d edits after what a person did, want the 2 that are left", let)
	}
}

func TestOneInstanceIsAskedToSlowDownAndAllDo(t *testing.T) {
	one, other := instances(t, redistest.Start(t))
	one.Pause(t.Context(), "edits", time.Minute)
	one.Pause(t.Context(), "users.info", time.Hour)
	for _, b := range []*wire.Budget{one, other} {
		err := b.Spend(t.Context(), wire.Want{Key: "edits", Allowance: hourly(20, 0)})
		if f := failure(t, err); f.Retry <= 0 || f.Retry > time.Minute || f.Reason != "Slack asked to slow down" {
			t.Errorf("sent away with %+v, want the minute that Slack named", f)
		}
	}
	if err := other.Rested("users.info"); err == nil {
		t.Error("a method without a budget is not left alone")
	}
	if err := other.Spend(t.Context(), wire.Want{Key: "posts C1", Allowance: hourly(20, 0)}); err != nil {
		t.Errorf("another key is left alone: %v", err)
	}
}

func TestWithoutItsServerEachInstanceKeepsTheLimitItself(t *testing.T) {
	server := redistest.Start(t)
	one, other := instances(t, server)
	if let := spent(t, 4, "edits", hourly(6, 0), one); let != 4 {
		t.Fatalf("%d of 4 let through", let)
	}
	server.Kill()
	if let := spent(t, 10, "edits", hourly(6, 0), one); let != 2 {
		t.Errorf("%d more, want the 2 that this instance has left", let)
	}
	if let := spent(t, 10, "edits", hourly(6, 0), other); let != 6 {
		t.Errorf("%d of another instance, want its own 6", let)
	}
	one.Pause(t.Context(), "edits", time.Minute)
	if f := failure(t, one.Rested("edits")); f.Retry <= 0 || f.Retry > time.Minute {
		t.Errorf("left alone for %s, want the minute that Slack named", f.Retry)
	}
}

// A slow pool answers when its caller has gone, and counts who asked.
type slow struct {
	mu    sync.Mutex
	asked []string
}

func (p *slow) Draw(ctx context.Context, _, key string, _, _ time.Duration) (bool, time.Duration, map[string]time.Time, error) {
	return false, 0, nil, p.hang(ctx, key)
}

func (p *slow) Rest(ctx context.Context, _, key string, _ time.Time) error { return p.hang(ctx, key) }

func (p *slow) hang(ctx context.Context, key string) error {
	p.mu.Lock()
	p.asked = append(p.asked, key)
	p.mu.Unlock()
	<-ctx.Done()
	return ctx.Err()
}

func TestASlowServerHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := &slow{}
		b := wire.NewBudget("Slack", pool, time.Now)
		began := time.Now()
		wants := []wire.Want{{Key: "posts C1", Allowance: hourly(20, 0)}, {Key: "all", Allowance: hourly(20, 0)}}
		for range 5 {
			if err := b.Spend(t.Context(), wants...); err != nil {
				t.Error(err)
			}
		}
		b.Pause(t.Context(), "posts C2", time.Minute)
		if took := time.Since(began); took > 200*time.Millisecond {
			t.Errorf("five posts and a rest took %s", took)
		}
		slices.Sort(pool.asked)
		if want := []string{"all", "posts C1"}; !slices.Equal(pool.asked, want) {
			t.Errorf("asked %q, want %q: once each, both at the same time", pool.asked, want)
		}
		<-time.After(2 * time.Second)
		if err := b.Spend(t.Context(), wants[0]); err != nil || len(pool.asked) != 3 {
			t.Errorf("asked %q, %v, want it asked again", pool.asked, err)
		}
	})
}

func TestWhoHasToWaitForOneTakesNothingOfTheOther(t *testing.T) {
	b := wire.NewBudget("Discord", nil, time.Now)
	spent(t, 1, "all", hourly(1, 0), b)
	for range 3 {
		if err := b.Spend(t.Context(), wire.Want{Key: "posts", Allowance: hourly(2, 0)}, wire.Want{Key: "all", Allowance: hourly(1, 0)}); err == nil {
			t.Error("let through")
		}
	}
	if let := spent(t, 5, "posts", hourly(2, 0), b); let != 2 {
		t.Errorf("%d let through, want 2", let)
	}
}

func TestWhoIsSentAwayComesBackAtATimeOfTheirOwn(t *testing.T) {
	one, other := instances(t, redistest.Start(t))
	a := wire.Allowance{Every: 2 * time.Second, Burst: 1, Leave: 0}
	spent(t, 1, "edits", a, other)
	var last time.Duration
	for range 4 {
		f := failure(t, one.Spend(t.Context(), wire.Want{Key: "edits", Allowance: a}))
		if f.Retry <= last {
			t.Errorf("comes back after %s, as does whoever came before", f.Retry)
		}
		last = f.Retry
	}
}
