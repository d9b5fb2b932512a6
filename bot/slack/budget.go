package slack

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// patience is how long a call waits for its budget before the caller is sent away
// with the time to come back at; nobody is sent away for longer than farthest.
const (
	patience = time.Second
	farthest = 15 * time.Second
)

// An allowance is how often something may be done.
type allowance struct {
	every time.Duration
	burst int
	leave int // so many stay for whoever is in more of a hurry
}

// What Slack bears: about one post a second in a channel, fifty edits a minute in
// the workspace. What a thread tells never keeps a new card waiting.
var (
	posts   = allowance{every: time.Second, burst: 5}
	replies = allowance{every: time.Second, burst: 5, leave: 2}
	edits   = allowance{every: 1200 * time.Millisecond, burst: 20}
)

// A budget keeps below Slack's limits, and away from what Slack asked us to leave
// alone for a while.
type budget struct {
	now func() time.Time

	mu     sync.Mutex
	purses map[string]*purse
	paused map[string]time.Time
}

// A purse is the budget of one channel or method.
type purse struct {
	limit *rate.Limiter
	next  map[int]time.Time // when the last caller who was sent away comes back, by what they leave
}

func newBudget(now func() time.Time) *budget {
	return &budget{now: now, purses: map[string]*purse{}, paused: map[string]time.Time{}}
}

// spend takes one from the allowance of key, waiting at most for patience.
func (b *budget) spend(ctx context.Context, key string, a allowance) error {
	now := b.now()
	reservation, wait := b.reserve(key, a, now)
	if reservation == nil {
		return &failure{Fault: incident.Fault{Reason: "waiting for Slack's rate limit", Retry: wait}, class: limit}
	}
	if wait <= 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		reservation.CancelAt(b.now())
		return fmt.Errorf("wait for Slack's rate limit: %w", ctx.Err())
	}
}

// reserve returns a reservation and how long to wait for it, or none and when to
// come back. Callers are sent away to one moment each, lest they all return at once.
func (b *budget) reserve(key string, a allowance, now time.Time) (*rate.Reservation, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, ok := b.purses[key]
	if !ok {
		p = &purse{limit: rate.NewLimiter(rate.Every(a.every), a.burst), next: map[int]time.Time{}}
		b.purses[key] = p
	}
	if short := float64(a.leave+1) - p.limit.TokensAt(now); a.leave > 0 && short > 0 {
		return nil, p.turn(now, time.Duration(short*float64(a.every)), a)
	}
	reservation := p.limit.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait <= patience {
		return reservation, wait
	}
	reservation.CancelAt(now)
	return nil, p.turn(now, wait, a)
}

// turn says when a caller who has to wait at least that long may come back.
func (p *purse) turn(now time.Time, wait time.Duration, a allowance) time.Duration {
	next, earliest := p.next[a.leave].Add(a.every), now.Add(wait)
	if next.Before(earliest) || next.After(now.Add(farthest)) {
		next = earliest
	}
	p.next[a.leave] = next
	return next.Sub(now)
}

// pause leaves key alone for that long.
func (b *budget) pause(key string, wait time.Duration) {
	until := b.now().Add(wait)
	b.mu.Lock()
	defer b.mu.Unlock()
	if until.After(b.paused[key]) {
		b.paused[key] = until
	}
}

// resting returns how long key is still to be left alone.
func (b *budget) resting(key string) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	until, ok := b.paused[key]
	if !ok {
		return 0
	}
	wait := until.Sub(b.now())
	if wait <= 0 {
		delete(b.paused, key)
		return 0
	}
	return wait
}
