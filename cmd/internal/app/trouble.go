package app

import (
	"context"
	"errors"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	// closedTime bounds a look at whether a way to somebody is closed: a page waits for it.
	closedTime = 500 * time.Millisecond
	// tellTime bounds writing down what has to be told of a trouble, and tellTries how
	// often somebody else may be faster.
	tellTime  = 5 * time.Second
	tellTries = 20
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
		r.announce(ctx, id, t, false)
	}
}

// Mended implements twilio.Reach.
func (r reach) Mended(ctx context.Context, id oncall.PersonID, kind oncall.TroubleKind, via oncall.Method, phone oncall.Phone) {
	was, err := r.store.Mended(ctx, id, kind, via, phone)
	switch {
	case err != nil:
		r.log.WarnContext(ctx, "trouble not forgotten", "responder", string(id), "err", err)
	case was:
		r.announce(ctx, id, oncall.Trouble{Kind: kind, Via: via, Phone: phone}, true)
	}
}

// Owned notes that a person has proven a number: nobody's word stands against it.
func (r reach) Owned(ctx context.Context, id oncall.PersonID, phone oncall.Phone) {
	for _, via := range []oncall.Method{oncall.SMS, oncall.Voice} {
		r.Mended(ctx, id, oncall.Wrong, via, phone)
	}
}

// announce writes the letters that tell of a trouble, or of its end. They are stored
// when it returns, and outlive the program.
func (r reach) announce(ctx context.Context, id oncall.PersonID, t oncall.Trouble, over bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTime)
	defer cancel()
	var err error
	for range tellTries {
		var book oncall.Book
		var roster oncall.Roster
		if book, roster, err = r.Book(ctx); err != nil {
			break
		}
		letters := roster.TroubleLetters(id, t, over)
		if len(letters) == 0 {
			return
		}
		if err = r.Write(ctx, oncall.Change{Book: book, Letters: letters}); !errors.Is(err, oncall.ErrChanged) {
			break
		}
	}
	if err != nil {
		r.log.ErrorContext(ctx, "trouble told to nobody", "responder", string(id), "kind", string(t.Kind), "err", err)
	}
}
