package app

import (
	"context"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// sightingsEvery is how often sightings are written. What a crash loses of them is a
// time in somebody's readiness, and no page.
const sightingsEvery = time.Second

// A witness gathers whom pages reached, the last of each person and way, so that a
// storm of pages does not write one for each.
type witness struct {
	mu   sync.Mutex
	seen map[sighted]oncall.Sighting
}

type sighted struct {
	person oncall.PersonID
	via    oncall.Method
}

// add takes a sighting and waits for nothing.
func (w *witness) add(s oncall.Sighting) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen == nil {
		w.seen = map[sighted]oncall.Sighting{}
	}
	w.seen[sighted{s.Person, s.Via}] = s
}

// take returns what was gathered, and begins anew.
func (w *witness) take() []oncall.Sighting {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []oncall.Sighting
	for _, s := range w.seen {
		all = append(all, s)
	}
	w.seen = nil
	return all
}

// testify writes sightings until ctx ends, and those that are left after it.
func (a *App) testify(ctx context.Context) error {
	tick := time.NewTicker(sightingsEvery)
	defer tick.Stop()
	for ended := false; !ended; {
		select {
		case <-ctx.Done():
			ended = true
		case <-tick.C:
		}
		a.write(context.WithoutCancel(ctx), a.witness.take())
	}
	return nil
}

func (a *App) write(ctx context.Context, sightings []oncall.Sighting) {
	if len(sightings) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, sightingsEvery)
	defer cancel()
	if err := a.store.Sighted(ctx, sightings); err != nil {
		a.log.WarnContext(ctx, "sightings not stored", "err", err)
	}
}
