package escalation

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// limit returns in what time the receiver of a page gets one message at most; 0: no
// limit. A channel hears of each incident by itself, unless there are too many of them.
func (d *Dispatcher) limit(ctx context.Context, p incident.Page, in incident.Incident, roster oncall.Roster) time.Duration {
	if p.Via == oncall.Channel && !d.stormy(ctx, p.Channel, in) {
		return 0
	}
	return roster.Bundling
}

// take asks the page limit for leave to send p now, and answers with the pages to send
// in one message, or with how p is to wait: by itself, or in the pool where many do.
func (d *Dispatcher) take(ctx context.Context, p incident.Page, now time.Time, window time.Duration) (send []incident.PageID, wait incident.PageHeld, err error) {
	err = d.changeBundle(ctx, p, func(b incident.Bundle) incident.Bundle {
		next, pages, until := b.Take(p.ID, now, window)
		send, wait = pages, incident.PageHeld{Page: p.ID, Until: until}
		if send != nil || len(next.Waiting) < d.PoolAt {
			return next
		}
		d.crowd.hold(p.Way(), until)
		if wait.Pool = len(b.Waiting) >= d.PoolAt && !slices.Contains(b.Waiting, p.ID); wait.Pool {
			return b
		}
		return next
	})
	return send, wait, err
}

// giveBack returns the leave of a page that turned out not to be wanted any more.
func (d *Dispatcher) giveBack(ctx context.Context, p incident.Page, window time.Duration) error {
	if window <= 0 {
		return nil
	}
	d.crowd.free(p.Way())
	return d.changeBundle(ctx, p, func(b incident.Bundle) incident.Bundle { return b.Return(p.ID) })
}

func (d *Dispatcher) changeBundle(ctx context.Context, p incident.Page, change func(incident.Bundle) incident.Bundle) error {
	way := p.Way()
	for range maxTries {
		b, err := d.Journal.LoadBundle(ctx, way.Person, way.Via)
		if err != nil {
			return fmt.Errorf("load the page limit of %s: %w", way.Person, err)
		}
		next := change(b)
		if reflect.DeepEqual(b, next) {
			return nil
		}
		err = d.Journal.CommitBundle(ctx, next)
		if !errors.Is(err, incident.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("page limit of %s: %w, %d times", way.Person, incident.ErrConflict, maxTries)
}
