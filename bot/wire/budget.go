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

// debt is how far beyond its burst an allowance may be drawn upon: for so long a
// caller waits, unless others are in more of a hurry.
func (a Allowance) debt() time.Duration {
	if a.Leave > 0 {
		return 0
	}
	return patience
}

// A Want is one more of what has an allowance.
type Want struct {
	Key string // the method, and where a limit is the channel's, that too
	Allowance
}

// A Budget keeps below a platform's limits, and away from what it asked us to leave
// alone for a while: with a Pool, together with all other instances. Without one, and
// while the Pool does not answer, each instance keeps the limits by itself.
type Budget struct {
	of   string
	now  func() time.Time
	pool Pool

	mu     sync.Mutex
	purses map[string]*purse
	paused map[string]time.Time
	alone  time.Time // until when the pool is not asked
}

// NewBudget returns the budget of a platform, named as in "Slack's". The pool may be
// nil.
func NewBudget(of string, pool Pool, now func() time.Time) *Budget {
	return &Budget{of: of, pool: pool, now: now, purses: map[string]*purse{}, paused: map[string]time.Time{}}
}

// A purse is this instance's part in the budget of one channel or method.
type purse struct {
	limit *rate.Limiter
	next  map[int]time.Time // when the last caller who was sent away comes back, by what they leave
}

// Spend takes one of each from its allowance, waiting at most for patience, or takes
// nothing of what is our own.
func (b *Budget) Spend(ctx context.Context, wants ...Want) error {
	keys := make([]string, len(wants))
	for i, w := range wants {
		keys[i] = w.Key
	}
	if err := b.Rested(keys...); err != nil {
		return err
	}
	now := b.now()
	taken, wait := b.reserve(wants, now)
	if len(taken) < len(wants) {
		return b.later(wait)
	}
	drawn, err := b.draw(ctx, wants)
	if err == nil {
		err = b.Rested(keys...) // as the others have found meanwhile
	}
	if err != nil {
		b.putBack(taken, now)
		return err
	}
	if wait = max(wait, drawn); wait <= 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		b.putBack(taken, now)
		return fmt.Errorf("wait for %s's rate limit: %w", b.of, ctx.Err())
	}
}

// later sends a caller away for that long.
func (b *Budget) later(wait time.Duration) error {
	return &Failure{Fault: incident.Fault{Reason: "waiting for " + b.of + "'s rate limit", Retry: wait}, Class: Limit}
}

// reserve returns a reservation for each, and how long to wait for them; or fewer, and
// when to come back.
func (b *Budget) reserve(wants []Want, now time.Time) (taken []*rate.Reservation, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range wants {
		one, longer := b.purse(w).reserve(w.Allowance, now)
		if one == nil {
			putBack(taken, now)
			return nil, longer
		}
		taken, wait = append(taken, one), max(wait, longer)
	}
	return taken, wait
}

func (b *Budget) putBack(taken []*rate.Reservation, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	putBack(taken, at)
}

// putBack gives back what was taken at that time; later it would count as used.
func putBack(taken []*rate.Reservation, at time.Time) {
	for _, one := range taken {
		one.CancelAt(at)
	}
}

func (b *Budget) purse(w Want) *purse {
	p, ok := b.purses[w.Key]
	if !ok {
		p = &purse{limit: rate.NewLimiter(rate.Every(w.Every), w.Burst), next: map[int]time.Time{}}
		b.purses[w.Key] = p
	}
	return p
}

// reserve returns a reservation and how long to wait for it, or none and when to
// come back. Callers are sent away to one moment each, lest they all return at once.
func (p *purse) reserve(a Allowance, now time.Time) (*rate.Reservation, time.Duration) {
	if short := float64(a.Leave+1) - p.limit.TokensAt(now); a.Leave > 0 && short > 0 {
		return nil, p.turn(now, time.Duration(short*float64(a.Every)), a)
	}
	reservation := p.limit.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait <= a.debt() {
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
