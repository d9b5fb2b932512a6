package escalation

import (
	"context"
	"slices"
	"sync"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	// poolNamed is how many pages of a pool are claimed one by one, the worst: a
	// message names no more anyway. All others are counted.
	poolNamed = 10
	// poolWriters is how many pages of a pool are marked as sent at a time.
	poolWriters = 16
)

// pooled is a page that goes with another's message.
type pooled struct {
	page incident.PageID
	in   incident.Incident
}

// company takes the pool of a page's receiver along: those of its pages that are
// still wanted, the worst first. What is lost on the way goes by itself a little
// later.
func (d *Dispatcher) company(ctx context.Context, p incident.Page) ([]pooled, error) {
	way := p.Way()
	pages, ins, err := d.Journal.Gather(ctx, way.Person, way.Via)
	if err != nil {
		return nil, err
	}
	var all []pooled
	for i, id := range pages {
		wanted := func(q incident.Page) bool { return q.ID == id && q.Status == incident.PageQueued }
		if in := ins[i]; in.State == incident.Triggered && slices.ContainsFunc(in.Pages, wanted) {
			all = append(all, pooled{id, in})
		}
	}
	slices.SortStableFunc(all, func(a, b pooled) int { return worseFirst(a.in, b.in) })
	return all, nil
}

func worseFirst(a, b incident.Incident) int {
	switch {
	case a.Severity.Worse(b.Severity):
		return -1
	case b.Severity.Worse(a.Severity):
		return 1
	}
	return 0
}

// tellPool records for every page of a pool what became of the message that it went
// with.
func (d *Dispatcher) tellPool(ctx context.Context, all []pooled, roster oncall.Roster, event func(incident.PageID) incident.Event) {
	var group sync.WaitGroup
	slots := make(chan struct{}, poolWriters)
	for _, one := range all {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			if err := d.reportOf(ctx, event(one.page), &known{one.in, roster}); err != nil {
				d.Log.WarnContext(ctx, "page of a pool goes by itself", "page", string(one.page), "err", err)
			}
		})
	}
	group.Wait()
}
