package app

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	// closedTime bounds a look at whether a way to somebody is closed: a page waits for it.
	closedTime = 500 * time.Millisecond
	// tellTime bounds writing down what has to be told of a trouble.
	tellTime = 5 * time.Second
)

// reach remembers which ways to people are closed, and has it told.
type reach struct{ *App }

// Closed implements twilio.Reach. What can't be read closes nothing: a page that is
// refused is better than one that was never tried.
func (r reach) Closed(ctx context.Context, to oncall.Person, via oncall.Method) (oncall.Trouble, bool) {
	ctx, cancel := context.WithTimeout(ctx, closedTime)
	defer cancel()
	known, err := r.store.Reaches(ctx, []oncall.PersonID{to.ID})
	if err != nil {
		r.log.WarnContext(ctx, "not known whether a way is closed", "responder", string(to.ID), "err", err)
		return oncall.Trouble{}, false
	}
	return known[to.ID].Closed(via, to.Phone)
}

// Trouble implements twilio.Reach.
func (r reach) Trouble(ctx context.Context, id oncall.PersonID, t oncall.Trouble) {
	fresh, err := r.store.Trouble(ctx, id, t)
	switch {
	case err != nil:
		r.log.WarnContext(ctx, "trouble not stored", "responder", string(id), "err", err)
	case fresh:
		r.announce(ctx, id)
	}
}

// Mended implements twilio.Reach.
func (r reach) Mended(ctx context.Context, id oncall.PersonID, kind oncall.TroubleKind, via oncall.Method, phone oncall.Phone) {
	was, err := r.store.Mended(ctx, id, kind, via, phone)
	switch {
	case err != nil:
		r.log.WarnContext(ctx, "trouble not forgotten", "responder", string(id), "err", err)
	case was:
		r.announce(ctx, id)
	}
}

// Owned notes that a person has proven a number: nobody's word stands against it.
func (r reach) Owned(ctx context.Context, id oncall.PersonID, phone oncall.Phone) {
	for _, via := range []oncall.Method{oncall.SMS, oncall.Voice} {
		r.Mended(ctx, id, oncall.Wrong, via, phone)
	}
}

// announce writes the letters that tell of what is new, or over, in people's reach.
// They are stored when it returns, and outlive the program; what a crash came before is
// told by the next look.
func (a *App) announce(ctx context.Context, ids ...oncall.PersonID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTime)
	defer cancel()
	// The book is read before the troubles, so that whoever notes one meanwhile either is
	// seen or makes the write fail.
	_, _, err := a.rebook(ctx, func(b oncall.Book, roster oncall.Roster) (oncall.Change, bool, error) {
		known, err := a.store.Reaches(ctx, ids)
		if err != nil {
			return oncall.Change{}, false, err
		}
		change, due := b.Warn(roster, known)
		return change, due, nil
	})
	if err != nil {
		a.log.WarnContext(ctx, "troubles told to nobody yet", "err", err)
	}
}

// warnEvery is how often everybody's reach is looked at for what was not told.
const warnEvery = time.Minute

// sayLost logs whose number, linked in chat, the file has given to somebody else.
func (a *App) sayLost() {
	for id, p := range a.Roster().People {
		if lost := p.Lost(); lost != "" {
			a.log.Warn("number not used", "responder", string(id), "why", lost)
		}
	}
}

// warn tells of troubles, at the start and every minute, that a crash left untold, or
// that the file has made.
func (a *App) warn(ctx context.Context) error {
	a.fresh(ctx)
	a.sayLost()
	tick := time.NewTicker(warnEvery)
	defer tick.Stop()
	for {
		a.announce(ctx, slices.Collect(maps.Keys(a.Roster().People))...)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
