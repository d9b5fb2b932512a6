package handoff

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	// letterTime bounds one delivery; letterClaim is longer, so that nobody else takes
	// a letter that is on its way.
	letterTime  = 10 * time.Second
	letterClaim = 20 * time.Second
	// letterBatch is how many letters one pass takes, all at a time.
	letterBatch = 16
	// resultTime bounds the note of what came of a letter, granted also when the
	// program is stopping.
	resultTime = 3 * time.Second
	// maxTries is how often a letter is tried: about a day with the longest waits.
	maxTries = 300
)

// deliver brings letters that are due to their readers.
func (d *Desk) deliver(ctx context.Context, roster oncall.Roster) error {
	for {
		letters, err := d.Store.Letters(ctx, d.Now(), letterClaim, letterBatch)
		if err != nil {
			return err
		}
		var group sync.WaitGroup
		errs := make([]error, len(letters))
		for i, s := range letters {
			group.Go(func() { errs[i] = d.one(ctx, s, roster) })
		}
		group.Wait()
		if err := errors.Join(errs...); err != nil || len(letters) < letterBatch {
			return err
		}
	}
}

// one delivers a letter and notes what came of it.
func (d *Desk) one(parent context.Context, s oncall.Sending, roster oncall.Roster) error {
	now := d.Now()
	if e := s.Letter.Expires; !e.IsZero() && !now.Before(e) {
		return d.noted(parent, func(ctx context.Context) error { return d.Store.Delivered(ctx, s, s.Ref) })
	}
	ctx, cancel := context.WithTimeout(parent, letterTime)
	defer cancel()
	ref, err := d.Office.Deliver(ctx, s, roster)
	if err == nil {
		return d.noted(parent, func(ctx context.Context) error { return d.Store.Delivered(ctx, s, ref) })
	}
	fault, known := errors.AsType[*incident.Fault](err)
	if known && fault.Admin != "" {
		d.Alarm(parent, fault.Admin)
	}
	d.Log.WarnContext(parent, "letter not delivered", "letter", s.ID, "team", string(s.Letter.Team), "responder", string(s.Letter.To), "err", err)
	if wait := later(s, fault, known); wait > 0 {
		return d.noted(parent, func(ctx context.Context) error { return d.Store.Postpone(ctx, s, now.Add(wait)) })
	}
	return d.noted(parent, func(ctx context.Context) error { return d.Store.Delivered(ctx, s, s.Ref) })
}

// later is how long a letter waits for another try; 0: it is given up.
func later(s oncall.Sending, fault *incident.Fault, known bool) time.Duration {
	backoff := min(5*time.Second<<min(s.Tries, 6), 5*time.Minute)
	switch {
	case s.Tries >= maxTries:
		return 0
	case !known || fault.Unknown || fault.Gone:
		return backoff
	case fault.Retry > 0:
		return max(fault.Retry, backoff)
	}
	return 0
}

func (d *Desk) noted(parent context.Context, note func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), resultTime)
	defer cancel()
	return note(ctx)
}
