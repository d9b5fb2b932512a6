package handoff

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Store keeps the book and the letters.
type Store interface {
	// Book returns the book as it is now and the roster with it.
	Book(context.Context) (oncall.Book, oncall.Roster, error)
	// Write saves a change that was decided on what Book returned, or answers
	// oncall.ErrChanged when somebody else was faster.
	Write(context.Context, oncall.Change) error
	// Letters returns letters that are due and keeps them from others for the length
	// of claim.
	Letters(ctx context.Context, now time.Time, claim time.Duration, limit int) ([]oncall.Sending, error)
	// Delivered strikes a letter off; ref names its message for letters of the same key.
	Delivered(ctx context.Context, s oncall.Sending, ref string) error
	// Postpone keeps a letter until a later time.
	Postpone(ctx context.Context, s oncall.Sending, until time.Time) error
}

// An Office delivers letters. Errors are *incident.Fault.
type Office interface {
	Deliver(ctx context.Context, s oncall.Sending, roster oncall.Roster) (ref string, err error)
}

// Options are what a Desk needs. Alarm, Reaches and Find may be left out.
type Options struct {
	Store  Store
	Office Office
	Open   func(context.Context, oncall.TeamID) ([]incident.Incident, error)
	// Reaches returns what is known of how people are reached.
	Reaches func(context.Context, []oncall.PersonID) (map[oncall.PersonID]oncall.Reach, error)
	Wake    func(context.Context, incident.ID) error // has an incident look at what is due
	// Find returns an incident, or incident.ErrNotFound. Without it no room is kept.
	Find  func(context.Context, incident.ID) (incident.Incident, error)
	Now   func() time.Time
	Log   *slog.Logger
	Alarm func(ctx context.Context, what string) // tells the admins what they have to mend
}

// A Desk makes the passes of one instance. Any number may work on one Store.
type Desk struct {
	Options
	nudged chan struct{}
}

// New returns a Desk.
func New(o Options) *Desk {
	if o.Alarm == nil {
		o.Alarm = func(context.Context, string) {}
	}
	return &Desk{Options: o, nudged: make(chan struct{}, 1)}
}

// passEvery is how often a pass is made: a handoff is told within a second.
const passEvery = time.Second

// Run makes passes until ctx ends. A store that is away is asked again at the same
// pace.
func (d *Desk) Run(ctx context.Context) error {
	tick := time.NewTicker(passEvery)
	defer tick.Stop()
	away := false
	for {
		err := d.Pass(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if (err != nil) != away {
			if away = err != nil; away {
				d.Log.WarnContext(ctx, "handoffs not looked at", "err", err)
			} else {
				d.Log.InfoContext(ctx, "handoffs looked at again")
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-d.nudged:
		}
	}
}

// Nudge has the next pass made at once, because something was written.
func (d *Desk) Nudge() {
	select {
	case d.nudged <- struct{}{}:
	default:
	}
}

// Pass tells, once, whatever is due, and delivers the letters that are.
func (d *Desk) Pass(ctx context.Context) error {
	book, roster, err := d.Store.Book(ctx)
	if err != nil {
		return err
	}
	open := func(team oncall.TeamID) ([]incident.Incident, error) { return d.Open(ctx, team) }
	woken := d.wake(ctx, book, open)
	change, due, left := Plan(book, roster, open, d.reaches(ctx), d.Now())
	if due {
		err := d.Store.Write(ctx, change)
		if err != nil && !errors.Is(err, oncall.ErrChanged) {
			return fmt.Errorf("write what is told: %w", err)
		}
		if err == nil && len(change.Letters) > 0 {
			d.Log.InfoContext(ctx, "handoff told", "letters", len(change.Letters))
		}
	}
	return errors.Join(woken, left, d.rooms(ctx), d.deliver(ctx, roster))
}

func (d *Desk) reaches(ctx context.Context) Reaches {
	if d.Reaches == nil {
		return nil
	}
	return func(ids []oncall.PersonID) (map[oncall.PersonID]oncall.Reach, error) { return d.Reaches(ctx, ids) }
}

// wakers is how many incidents are woken at a time.
const wakers = 16

// wake lets go of what a maintenance holds that was ended early. The end is told,
// and the maintenance struck off, only when nothing is left of that.
func (d *Desk) wake(ctx context.Context, book oncall.Book, open Open) error {
	ids, err := Overheld(book, open, d.Now())
	errs := make([]error, len(ids))
	var group sync.WaitGroup
	slots := make(chan struct{}, wakers)
	for i, id := range ids {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			errs[i] = d.Wake(ctx, id)
		})
	}
	group.Wait()
	return errors.Join(err, errors.Join(errs...))
}
