// Package receipt applies what a carrier says of a page to every page that went
// out in the same message.
//
//	"undelivered", of PLATFORM-42/p3 --> PageFailed for PLATFORM-42/p3
//	                                 +-> PageFailed for WEB-7/p1, told with it
//
// A receipt may be doubled, out of order, late, or faster than the answer to the
// request that it is about. None of that is an error.
package receipt

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// A Desk is where receipts are carried out.
type Desk interface {
	// Handle applies an event.
	Handle(context.Context, incident.Event) (incident.Incident, error)
	// Find returns an incident, or incident.ErrNotFound.
	Find(context.Context, incident.ID) (incident.Incident, error)
}

// A Telling is one page and what it is about.
type Telling struct {
	Page  incident.Page
	About incident.Incident
}

// Report applies an event to the page and to those told in the same message; nil
// is no event. A page that nobody knows is incident.ErrNotFound; any other error
// says that the receipt is not stored, or not whole, and should be brought again.
func Report(ctx context.Context, desk Desk, id incident.PageID, event func(incident.Page) incident.Event) error {
	all, err := Told(ctx, desk, id)
	if err != nil {
		return err
	}
	for _, t := range all {
		if ev := event(t.Page); ev != nil {
			if err := Handle(ctx, desk, ev); err != nil {
				return err
			}
		}
	}
	return nil
}

// Handle applies an event that may have come too late.
func Handle(ctx context.Context, desk Desk, ev incident.Event) error {
	_, err := desk.Handle(ctx, ev)
	switch {
	case errors.Is(err, incident.ErrNotFound), errors.Is(err, incident.ErrWithdrawn),
		errors.Is(err, incident.ErrResolved), errors.Is(err, incident.ErrRefused):
		return nil
	}
	return err
}

// Told returns the page and those told in the same message, each with its
// incident, the worst first. Those that are gone are left out; without the page
// itself there is none.
func Told(ctx context.Context, desk Desk, id incident.PageID) ([]Telling, error) {
	in, first, err := sent(ctx, desk, id)
	if err != nil {
		return nil, err
	}
	all := []Telling{{first, in}}
	for _, with := range first.With {
		if with == id {
			continue
		}
		in, err := desk.Find(ctx, with.Incident())
		if errors.Is(err, incident.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if p, ok := page(in, with); ok {
			all = append(all, Telling{p, in})
		}
	}
	slices.SortStableFunc(all, func(a, b Telling) int {
		switch {
		case a.About.Severity.Worse(b.About.Severity):
			return -1
		case b.About.Severity.Worse(a.About.Severity):
			return 1
		}
		return 0
	})
	return all, nil
}

// A receipt may be here before the answer to the request that it is about has
// been stored, and with it who else was told: that is waited for, but not for long.
const (
	storedWithin = time.Second
	storedPoll   = 20 * time.Millisecond
)

// sent finds a page, and its incident, as of after it was sent.
func sent(ctx context.Context, desk Desk, id incident.PageID) (incident.Incident, incident.Page, error) {
	for waited := time.Duration(0); ; waited += storedPoll {
		in, err := desk.Find(ctx, id.Incident())
		if err != nil {
			return in, incident.Page{}, err
		}
		p, ok := page(in, id)
		if !ok {
			return in, p, incident.ErrNotFound
		}
		if p.Status != incident.PageOnWire || waited >= storedWithin {
			return in, p, nil
		}
		select {
		case <-ctx.Done():
			return in, p, nil
		case <-time.After(storedPoll):
		}
	}
}

// page finds one page of an incident.
func page(in incident.Incident, id incident.PageID) (incident.Page, bool) {
	for _, p := range in.Pages {
		if p.ID == id {
			return p, true
		}
	}
	return incident.Page{}, false
}
