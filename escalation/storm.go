package escalation

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// room asks the channel of a card that was never posted whether there is room for it.
// In a storm there is none, and the storm's summary stands for the card.
func (d *Dispatcher) room(ctx context.Context, e incident.Effect) (k known, joined bool, err error) {
	in, roster, err := d.Store.Load(ctx, incident.Subject{ID: e.Incident})
	if err != nil {
		return k, false, err
	}
	k = known{in, roster}
	for _, c := range in.Cards {
		if c.Board != e.Board || c.Channel != e.Channel || c.Asked || c.Ref != "" || !c.Busy.IsZero() || d.Sky == nil || d.Boards[c.Board] == nil || roster.Storm.Cards <= 0 {
			continue
		}
		storm, joins, err := d.enter(ctx, incident.Place{Board: c.Board, Channel: c.Channel}, in, roster.Storm)
		if err != nil || !joins {
			return k, false, err
		}
		_, _, err = d.handle(ctx, incident.CardStormed{ID: in.ID, Board: c.Board, Channel: c.Channel, Storm: storm.No}, &k)
		if errors.Is(err, incident.ErrWithdrawn) {
			err = nil
		}
		return k, true, err
	}
	return k, false, nil
}

// enter takes the card of one more incident into account.
func (d *Dispatcher) enter(ctx context.Context, at incident.Place, in incident.Incident, rate oncall.StormRate) (incident.Storm, bool, error) {
	for range maxTries {
		storm, err := d.Sky.LoadStorm(ctx, at)
		if err != nil {
			return storm, false, err
		}
		next, joins := storm.Enter(in.ID, in.Team, rate, d.Now())
		if joins && storm.Raging() {
			d.crowd.rage(storm, d.Now())
			return storm, true, nil
		}
		if reflect.DeepEqual(storm, next) {
			return storm, false, nil
		}
		next, err = d.Sky.CommitStorm(ctx, next)
		if errors.Is(err, incident.ErrConflict) {
			continue
		}
		if err == nil && joins {
			d.Log.WarnContext(ctx, "storm began", "team", string(in.Team), "channel", at.Channel)
			d.crowd.rage(next, d.Now())
			d.blow()
		}
		return next, joins, err
	}
	return incident.Storm{}, false, incident.ErrConflict
}

// stormy reports whether a storm in that channel of the incident's is not dissolved.
// Where the store can't say, there is none: better many messages than one too few.
func (d *Dispatcher) stormy(ctx context.Context, channel string, in incident.Incident) bool {
	for _, c := range in.Cards {
		if d.Sky == nil || c.Channel != channel {
			continue
		}
		storm, err := d.Sky.LoadStorm(ctx, incident.Place{Board: c.Board, Channel: channel})
		if err != nil {
			d.Log.WarnContext(ctx, "storm not looked at", "channel", channel, "err", err)
			return false
		}
		if !storm.Since.IsZero() {
			return true
		}
	}
	return false
}

// blow has the storms looked at soon.
func (d *Dispatcher) blow() {
	select {
	case d.gust <- struct{}{}:
	default:
	}
}

// stormsEvery is how often the storms are looked at.
const stormsEvery = time.Second

// watchStorms looks at the storms until ctx ends.
func (d *Dispatcher) watchStorms(ctx context.Context) {
	tick := time.NewTicker(stormsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-d.gust:
		}
		if err := d.Storms(ctx); err != nil && ctx.Err() == nil {
			d.Log.WarnContext(ctx, "storms not looked at", "err", err)
		}
	}
}

// Storms brings, once, every storm's summary up to date, and dissolves those that are
// over. A board that is slow delays none of the others.
func (d *Dispatcher) Storms(ctx context.Context) error {
	all, err := d.Sky.Storms(ctx)
	if err != nil {
		return err
	}
	errs := make([]error, len(all))
	var group sync.WaitGroup
	for i, storm := range all {
		d.crowd.rage(storm, d.Now())
		group.Go(func() { errs[i] = d.summarize(ctx, storm) })
	}
	group.Wait()
	return errors.Join(errs...)
}

const (
	// summaryEvery is how often a summary is drawn anew at most; of a large storm less
	// often, since all of it is read each time.
	summaryEvery = 2 * time.Second
	// summaryPace is how many incidents make it a second longer.
	summaryPace = 10_000
)

// summarize brings one summary up to date.
func (d *Dispatcher) summarize(ctx context.Context, storm incident.Storm) error {
	now := d.Now()
	if !storm.Busy.IsZero() && now.Sub(storm.Busy) < incident.Lease {
		return nil // somebody else draws it
	}
	if now.Sub(storm.DrawnAt) < summaryEvery+time.Duration(storm.Size/summaryPace)*time.Second {
		return nil
	}
	size, change, err := d.Sky.Grown(ctx, storm)
	if err != nil {
		return err
	}
	next := storm.Grow(size, d.Sky.Roster().Storm, now)
	if size == 0 && !next.Over() {
		return nil // whoever begins it is about to join
	}
	settles := next.Settled(now) && !storm.Settled(storm.DrawnAt)
	if change == storm.Drawn && next.Over() == storm.Over() && !settles && storm.Ref != "" {
		return nil
	}
	next.Doubtful = next.Doubtful || !storm.Busy.IsZero() && next.Ref == ""
	next.Busy = now
	if next, err = d.Sky.CommitStorm(ctx, next); err != nil {
		if errors.Is(err, incident.ErrConflict) {
			return nil
		}
		return err
	}
	d.crowd.rage(next, now)
	glimpses, err := d.Sky.Glimpses(ctx, next, next.Over())
	if err != nil {
		return err
	}
	return d.draws(ctx, incident.Summary{Storm: next, Glimpses: glimpses, Roster: d.Sky.Roster()}, change)
}

// draws shows a summary, and lets its incidents have cards of their own once they are
// few and no other can join them.
func (d *Dispatcher) draws(ctx context.Context, s incident.Summary, change int64) error {
	next := s.Storm
	board, ok := d.Boards[next.Board]
	if !ok {
		return nil
	}
	call, cancel := context.WithTimeout(ctx, callTime)
	ref, err := board.Summarize(call, s)
	cancel()
	next.Busy, next.DrawnAt = time.Time{}, d.Now()
	if ref != "" {
		next.Ref, next.Doubtful = ref, false
	}
	if err != nil {
		fault := asFault(err)
		d.Log.WarnContext(ctx, "summary not shown", "channel", next.Channel, "err", fault.Reason)
		next.Drawn, next.Doubtful = 0, next.Ref == "" && (next.Doubtful || fault.Unknown)
		if fault.Gone {
			next.Ref = ""
		}
		if fault.Admin != "" {
			d.Alarm(ctx, fault.Admin)
		}
	} else {
		next.Drawn = change
	}
	if err == nil && next.Settled(s.Storm.Busy) {
		next = d.dissolve(ctx, s, next)
	}
	_, err = d.Sky.CommitStorm(context.WithoutCancel(ctx), next)
	if errors.Is(err, incident.ErrConflict) {
		return nil
	}
	return err
}

// dissolve gives the incidents of a storm that is over cards of their own, if they are
// no more than a channel bears at once, and ends it then.
func (d *Dispatcher) dissolve(ctx context.Context, s incident.Summary, next incident.Storm) incident.Storm {
	var open []incident.Glimpse
	for _, g := range s.Glimpses {
		if g.State != incident.Resolved {
			open = append(open, g)
		}
	}
	if len(open) > s.Roster.Storm.Cards {
		return next
	}
	for _, g := range open {
		ev := incident.CardFreed{ID: g.ID, Board: s.Storm.Board, Channel: s.Storm.Channel, Storm: s.Storm.No}
		if err := d.report(ctx, ev); err != nil {
			d.Log.WarnContext(ctx, "storm not dissolved", "channel", s.Storm.Channel, "err", err)
			next.Drawn = 0 // looked at again
			return next
		}
	}
	return next.Dissolve()
}
