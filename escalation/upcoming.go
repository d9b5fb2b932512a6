package escalation

import (
	"context"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

const (
	// upcomingEvery is how often the due index is asked for what comes next.
	upcomingEvery = time.Second
	// upcomingAhead is how far ahead it is asked: a queue leaves wakes that are further
	// off to that.
	upcomingAhead = 3 * time.Second
)

// announce has the queue wake, each at its time, what the due index says is due
// within seconds. One that is pushed twice is known already; one that is missed, or
// finds nothing due, is the sweep's, or nobody's.
func (d *Dispatcher) announce(ctx context.Context) {
	tick := time.NewTicker(upcomingEvery)
	defer tick.Stop()
	pushed := map[incident.Effect]bool{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var err error
		if pushed, err = d.Announce(ctx, pushed); err != nil && ctx.Err() == nil {
			d.Log.WarnContext(ctx, "wakes left to the sweep", "err", err)
		}
	}
}

// Announce pushes, once, the wakes of the next seconds but those that were pushed
// already, and returns all of them.
func (d *Dispatcher) Announce(ctx context.Context, pushed map[incident.Effect]bool) (map[incident.Effect]bool, error) {
	now := d.Now()
	wakes, err := d.Index.Upcoming(ctx, now, now.Add(upcomingAhead))
	if err != nil {
		return pushed, err
	}
	known, fresh := make(map[incident.Effect]bool, len(wakes)), wakes[:0]
	for _, e := range wakes {
		known[e] = true
		if !pushed[e] {
			fresh = append(fresh, e)
		}
	}
	return known, d.Queue.Push(ctx, fresh)
}
