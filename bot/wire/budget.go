package wire

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

// An Allowance is how often something may be done.
type Allowance struct {
	Every time.Duration
	Burst int
	Leave int // so many stay for whoever is in more of a hurry
}

// A Budget keeps below a platform's limits, and away from what it asked us to leave
// alone for a while.
type Budget struct {
	of  string
	now func() time.Time

	mu     sync.Mutex
	purses map[string]*purse
	paused map[string]time.Time
}

// NewBudget returns the budget of a platform, named as in "Slack's".
func NewBudget(of string, now func() time.Time) *Budget {
	return &Budget{of: of, now: now, purses: map[string]*purse{}, paused: map[string]time.Time{}}
}

// A purse is the budget of one channel or method.
type purse struct {
	limit *rate.Limiter
	next  map[int]time.Time // when the last caller who was sent away comes back, by what they leave
}

// Spend takes one from the allowance of key, waiting at most for patience.
func (b *Budget) Spend(ctx context.Context, key string, a Allowance) error {
	now := b.now()
	reservation, wait := b.reserve(key, a, now)
	if reservation == nil {
		return &Failure{Fault: incident.Fault{Reason: "waiting for " + b.of + "'s rate limit", Retry: wait}, Class: Limit}
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
		return fmt.Errorf("wait for %s's rate limit: %w", b.of, ctx.Err())
	}
}

// reserve returns a reservation and how long to wait for it, or none and when to
// come back. Callers are sent away to one moment each, lest they all return at once.
func (b *Budget) reserve(key string, a Allowance, now time.Time) (*rate.Reservation, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, ok := b.purses[key]
	if !ok {
		p = &purse{limit: rate.NewLimiter(rate.Every(a.Every), a.Burst), next: map[int]time.Time{}}
		b.purses[key] = p
	}
	if short := float64(a.Leave+1) - p.limit.TokensAt(now); a.Leave > 0 && short > 0 {
		return nil, p.turn(now, time.Duration(short*float64(a.Every)), a)
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
func (p *purse) turn(now time.Time, wait time.Duration, a Allowance) time.Duration {
	next, earliest := p.next[a.Leave].Add(a.Every), now.Add(wait)
	if next.Before(earliest) || next.After(now.Add(farthest)) {
		next = earliest
	}
	p.next[a.Leave] = next
	return next.Sub(now)
}

// Pause leaves key alone for that long.
func (b *Budget) Pause(key string, wait time.Duration) {
	until := b.now().Add(wait)
	b.mu.Lock()
	defer b.mu.Unlock()
	if until.After(b.paused[key]) {
		b.paused[key] = until
	}
}

// Resting returns how long key is still to be left alone.
func (b *Budget) Resting(key string) time.Duration {
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
