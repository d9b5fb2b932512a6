package escalation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// take asks the page limit of the person and method for leave to send p now, and
// answers with the pages to send in one message, or with the time to wait until.
func (d *Dispatcher) take(ctx context.Context, p incident.Page, now time.Time, window time.Duration) (send []incident.PageID, until time.Time, err error) {
	err = d.changeBundle(ctx, p, func(b incident.Bundle) incident.Bundle {
		b, send, until = b.Take(p.ID, now, window)
		if send == nil && len(b.Waiting) >= d.PoolAt {
			d.crowd.hold(incident.Way{Person: p.To, Via: p.Via}, until)
		}
		return b
	})
	return send, until, err
}

// giveBack returns the leave of a page that turned out not to be wanted any more.
func (d *Dispatcher) giveBack(ctx context.Context, p incident.Page, window time.Duration) error {
	if window <= 0 || p.To == "" {
		return nil
	}
	d.crowd.free(incident.Way{Person: p.To, Via: p.Via})
	return d.changeBundle(ctx, p, func(b incident.Bundle) incident.Bundle { return b.Return(p.ID) })
}

func (d *Dispatcher) changeBundle(ctx context.Context, p incident.Page, change func(incident.Bundle) incident.Bundle) error {
	for range maxTries {
		b, err := d.Journal.LoadBundle(ctx, p.To, p.Via)
		if err != nil {
			return fmt.Errorf("load the page limit of %s: %w", p.To, err)
		}
		err = d.Journal.CommitBundle(ctx, change(b))
		if !errors.Is(err, incident.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("page limit of %s: %w, %d times", p.To, incident.ErrConflict, maxTries)
}
