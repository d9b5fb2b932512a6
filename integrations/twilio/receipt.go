package twilio

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// messageStatus takes the receipt of an SMS. That it was sent says nothing: many
// carriers never say more.
func (d door) messageStatus(ctx context.Context, h webhook) response {
	status := h.form.Get("MessageStatus")
	if status == "" {
		status = h.form.Get("SmsStatus")
	}
	switch status {
	case "delivered", "read":
		return d.report(ctx, h.page(), func(p incident.Page) incident.Event { return incident.PageDelivered{Page: p.ID} })
	case "undelivered", "failed", "canceled":
		why := lost("SMS "+status, code(h))
		return d.report(ctx, h.page(), func(p incident.Page) incident.Event { return incident.PageFailed{Page: p.ID, Reason: why} })
	}
	return response{}
}

// callStatus takes the progress of a call. That it was completed says nothing
// about a person: voicemail completes calls too.
func (d door) callStatus(ctx context.Context, h webhook) response {
	var why string
	missed := true
	switch h.form.Get("CallStatus") {
	case "queued", "initiated", "ringing", "in-progress", "answered":
		return d.report(ctx, h.page(), func(p incident.Page) incident.Event { return incident.PageRinging{Page: p.ID} })
	case "completed":
		why = "ended without a key"
	case "busy":
		why = "busy"
	case "no-answer":
		why = "not answered"
	case "canceled":
		why = "call cancelled"
	case "failed":
		why, missed = lost("call failed", code(h)), false
		if h.form.Get("SipResponseCode") == "480" { // the phone is off
			why, missed = "not answered", true
		}
	default:
		return response{}
	}
	return d.report(ctx, h.page(), func(p incident.Page) incident.Event {
		switch p.Status {
		case incident.PageCancelling:
			return incident.PageCancelled{Page: p.ID}
		case incident.PageArrived, incident.PageLost, incident.PageWithdrawn:
			return nil // a key was pressed, or it is not wanted any more
		}
		return incident.PageFailed{Page: p.ID, Reason: why, Missed: missed}
	})
}

// report applies an event to the page and to those told in the same message. A
// page that nobody knows, or wants any more, is no error: receipts come late.
func (d door) report(ctx context.Context, id incident.PageID, event func(incident.Page) incident.Event) response {
	all, err := d.told(ctx, id)
	if errors.Is(err, incident.ErrNotFound) {
		d.opts.Observe("receipt", "unknown")
		return response{}
	}
	for _, t := range all {
		if err != nil {
			break
		}
		if ev := event(t.page); ev != nil {
			err = d.handle(ctx, ev)
		}
	}
	if err != nil {
		d.opts.Observe("receipt", "failed")
		d.opts.Log.WarnContext(ctx, "receipt not stored", "page", id, "err", err)
		return response{status: http.StatusServiceUnavailable}
	}
	d.opts.Observe("receipt", "ok")
	return response{}
}

// A telling is one page and what it is about.
type telling struct {
	page  incident.Page
	about incident.Incident
}

// handle applies an event that may have come too late.
func (d door) handle(ctx context.Context, ev incident.Event) error {
	_, err := d.desk.Handle(ctx, ev)
	switch {
	case errors.Is(err, incident.ErrNotFound), errors.Is(err, incident.ErrWithdrawn),
		errors.Is(err, incident.ErrResolved), errors.Is(err, incident.ErrRefused):
		return nil
	}
	return err
}

// told returns the page and those told in the same message, each with its
// incident, the worst first. Those that are gone are left out; without the page
// itself there is none.
func (d door) told(ctx context.Context, id incident.PageID) ([]telling, error) {
	in, first, err := d.sent(ctx, id)
	if err != nil {
		return nil, err
	}
	all := []telling{{first, in}}
	for _, with := range first.With {
		if with == id {
			continue
		}
		in, err := d.desk.Find(ctx, with.Incident())
		if errors.Is(err, incident.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if p, ok := page(in, with); ok {
			all = append(all, telling{p, in})
		}
	}
	slices.SortStableFunc(all, func(a, b telling) int {
		switch {
		case a.about.Severity.Worse(b.about.Severity):
			return -1
		case b.about.Severity.Worse(a.about.Severity):
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
func (d door) sent(ctx context.Context, id incident.PageID) (incident.Incident, incident.Page, error) {
	for waited := time.Duration(0); ; waited += storedPoll {
		in, err := d.desk.Find(ctx, id.Incident())
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

// code is Twilio's error code; 0: none.
func code(h webhook) int {
	n, err := strconv.Atoi(h.form.Get("ErrorCode"))
	if err != nil {
		return 0
	}
	return n
}
