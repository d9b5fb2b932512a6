package escalation

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

const (
	// sweepEvery is how often the due index is looked at.
	sweepEvery = 75 * time.Millisecond
	// sweepGrace is how long the queue has for what is due before the sweep does it.
	sweepGrace = 150 * time.Millisecond
	// sweepClaim keeps an incident that was swept from the next sweeps.
	sweepClaim = 2 * time.Second
	// sweepBatch is how many incidents one look takes at most, in each shard.
	sweepBatch = 200
	// queueTime is how long an effect may wait behind others before it is pushed again.
	queueTime = 10 * time.Second
	// sweepers is how many incidents are swept at a time.
	sweepers = 32
)

// Run sweeps, and looks at the storms, until ctx ends. A store that is away is asked again at the same pace.
func (d *Dispatcher) Run(ctx context.Context) error {
	var beside sync.WaitGroup
	defer beside.Wait()
	beside.Go(func() { d.announce(ctx) })
	if d.Sky != nil {
		beside.Go(func() { d.watchStorms(ctx) })
	}
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	away := false
	for {
		_, err := d.Sweep(ctx)
		d.swept.Store(time.Now().UnixMilli())
		if ctx.Err() != nil {
			return nil
		}
		if (err != nil) != away {
			away = err != nil
			if away {
				d.Log.ErrorContext(ctx, "sweep failed", "err", err)
			} else {
				d.Log.InfoContext(ctx, "sweep recovered")
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// LastSweep returns when, on the wall clock, the last sweep ended, whatever came
// of it; zero before the first.
func (d *Dispatcher) LastSweep() time.Time {
	ms := d.swept.Load()
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// Sweep runs, once, whatever should have run already: deadlines directly, pages
// and cards through the queue. It returns how many incidents it touched.
func (d *Dispatcher) Sweep(ctx context.Context) (int, error) {
	ids, err := d.Index.Overdue(ctx, d.Now().Add(-sweepGrace), sweepGrace+sweepClaim, sweepBatch)
	if err != nil {
		return 0, fmt.Errorf("read the due index: %w", err)
	}
	errs := make([]error, len(ids))
	var group sync.WaitGroup
	slots := make(chan struct{}, sweepers)
	for i, id := range ids {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			errs[i] = d.sweep(ctx, id)
		})
	}
	group.Wait()
	return len(ids), errors.Join(errs...)
}

func (d *Dispatcher) sweep(ctx context.Context, id incident.ID) error {
	in, roster, err := d.Store.Load(ctx, incident.Subject{ID: id})
	if errors.Is(err, incident.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	now := d.Now()
	var again []incident.Effect
	for _, e := range in.Owed() {
		if e.Kind == incident.Wake || e.At.After(now) || d.queued(e, now) {
			continue
		}
		e.Round = now.UnixMilli()
		again = append(again, e)
	}
	if len(again) > 0 {
		if err := d.Queue.Push(ctx, again); err != nil {
			return err
		}
	}
	if in.Overdue(now) {
		_, _, err = d.handle(ctx, incident.Tick{ID: id}, &known{in, roster})
	}
	return err
}

// queued reports whether an effect most likely waits for its turn in a queue that
// is behind, where a second one would only make it more so. What is behind for
// too long is pushed again all the same: it might have been lost.
func (d *Dispatcher) queued(e incident.Effect, now time.Time) bool {
	return now.Sub(e.At) < queueTime && d.Queue.Busy(e)
}
