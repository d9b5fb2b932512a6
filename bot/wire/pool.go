package wire

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// A Pool is what all instances spend from together.
type Pool interface {
	// Draw takes one of what may be done on a platform once in every, and ahead of
	// that by room at most. It returns how far ahead that is; or it takes nothing and
	// returns how long to wait for the next. Rests are the keys of the platform that
	// are to be left alone, each until when.
	Draw(ctx context.Context, platform, key string, every, room time.Duration) (taken bool, wait time.Duration, rests map[string]time.Time, err error)
	// Rest has every instance leave a key of a platform alone.
	Rest(ctx context.Context, platform, key string, until time.Time) error
}

const (
	// poolTime is how long the pool may hold a caller up.
	poolTime = 150 * time.Millisecond
	// aloneFor is how long it is left out after it did not answer.
	aloneFor = time.Second
)

// draw takes one of each from the pool, all at once, and returns how long to wait for
// them. A pool that does not answer in time has no say for a while.
func (b *Budget) draw(parent context.Context, wants []Want) (time.Duration, error) {
	if b.pool == nil || b.lonely() {
		return 0, nil
	}
	ctx, cancel := context.WithTimeout(parent, poolTime)
	defer cancel()
	waits, errs := make([]time.Duration, len(wants)), make([]error, len(wants))
	var group sync.WaitGroup
	for i, w := range wants {
		group.Go(func() { waits[i], errs[i] = b.drawOne(ctx, w) })
	}
	group.Wait()
	wait := time.Duration(0)
	for i, err := range errs {
		if _, refused := errors.AsType[*Failure](err); refused {
			return 0, err
		}
		if err != nil && parent.Err() == nil {
			b.leaveOut()
		}
		wait = max(wait, waits[i])
	}
	return wait, nil
}

func (b *Budget) drawOne(ctx context.Context, w Want) (time.Duration, error) {
	full := time.Duration(w.Burst) * w.Every
	taken, wait, rests, err := b.pool.Draw(ctx, b.of, w.Key, w.Every, full-time.Duration(w.Leave)*w.Every+w.debt())
	if err != nil {
		return 0, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for key, until := range rests {
		b.rest(key, until)
	}
	if !taken {
		return 0, b.later(b.purse(w).turn(b.now(), wait+w.debt(), w.Allowance))
	}
	return wait - full, nil
}

func (b *Budget) lonely() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now().Before(b.alone)
}

func (b *Budget) leaveOut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.alone = b.now().Add(aloneFor)
}

// Pause leaves key alone for that long, here and in all other instances.
func (b *Budget) Pause(ctx context.Context, key string, wait time.Duration) {
	until := b.now().Add(wait)
	b.mu.Lock()
	b.rest(key, until)
	b.mu.Unlock()
	if b.pool == nil || b.lonely() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), poolTime)
	defer cancel()
	if err := b.pool.Rest(ctx, b.of, key, until); err != nil {
		b.leaveOut() // the others hear it from the platform
	}
}

func (b *Budget) rest(key string, until time.Time) {
	if until.After(b.paused[key]) {
		b.paused[key] = until
	}
}

// Rested is nil unless one of the keys is still to be left alone, as far as is known
// here: nothing is asked, and a page waits for nobody's budget.
func (b *Budget) Rested(keys ...string) error {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, key := range keys {
		if wait := b.paused[key].Sub(now); wait > 0 {
			return &Failure{Fault: incident.Fault{Reason: b.of + " asked to slow down", Retry: wait}, Class: Limit}
		}
		delete(b.paused, key)
	}
	return nil
}
