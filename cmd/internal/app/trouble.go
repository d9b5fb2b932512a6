package app

import (
	"context"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// closedTime bounds a look at whether a way to somebody is closed: a page waits for it.
const closedTime = 500 * time.Millisecond

// reach remembers which ways to people are closed.
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
	if _, err := r.store.Trouble(ctx, id, t); err != nil {
		r.log.WarnContext(ctx, "trouble not stored", "responder", string(id), "err", err)
	}
}

// Mended implements twilio.Reach.
func (r reach) Mended(ctx context.Context, id oncall.PersonID, kind oncall.TroubleKind, via oncall.Method, phone oncall.Phone) {
	if _, err := r.store.Mended(ctx, id, kind, via, phone); err != nil {
		r.log.WarnContext(ctx, "trouble not forgotten", "responder", string(id), "err", err)
	}
}
