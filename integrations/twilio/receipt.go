package twilio

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/integrations/receipt"
)

// messageStatus takes the receipt of an SMS.
func (d door) messageStatus(ctx context.Context, h webhook) response {
	status := h.form.Get("MessageStatus")
	if status == "" {
		status = h.form.Get("SmsStatus")
	}
	return d.taken(ctx, h.page(), d.texted(ctx, h.page(), fate{status: status, code: code(h)}))
}

// callStatus takes the progress of a call.
func (d door) callStatus(ctx context.Context, h webhook) response {
	off := h.form.Get("SipResponseCode") == sipUnavailable
	return d.taken(ctx, h.page(), d.rung(ctx, h.page(), fate{status: h.form.Get("CallStatus"), code: code(h), off: off}))
}

// taken says how a receipt was taken. One about a page that nobody knows, or wants
// any more, is no error: receipts come late.
func (d door) taken(ctx context.Context, id incident.PageID, err error) response {
	switch {
	case errors.Is(err, incident.ErrNotFound):
		d.opts.Observe("receipt", "unknown")
		return response{}
	case err != nil:
		d.opts.Observe("receipt", "failed")
		d.opts.Log.WarnContext(ctx, "receipt not stored", "page", id, "err", err)
		return response{status: http.StatusServiceUnavailable}
	}
	d.opts.Observe("receipt", "ok")
	return response{}
}

// sipUnavailable is said of a phone that is off.
const sipUnavailable = "480"

// A fate is what Twilio says has become of a message or a call.
type fate struct {
	status string
	code   int  // Twilio's, for what went wrong; 0: none
	off    bool // the phone of a failed call is off
}

// texted applies the fate of an SMS. That it was sent says nothing: many carriers
// never say more.
func (d door) texted(ctx context.Context, id incident.PageID, f fate) error {
	switch f.status {
	case "delivered", "read":
		return receipt.Report(ctx, d.desk, id, func(p incident.Page) incident.Event { return incident.PageDelivered{Page: p.ID} })
	case "undelivered", "failed", "canceled":
		why := lost("SMS "+f.status, f.code)
		return d.failed(ctx, id, f.code, func(p incident.Page) incident.Event { return incident.PageFailed{Page: p.ID, Reason: why} })
	}
	return nil
}

// rung applies the fate of a call. That it was completed says nothing about a
// person: voicemail completes calls too.
func (d door) rung(ctx context.Context, id incident.PageID, f fate) error {
	var why string
	missed := true
	switch f.status {
	case "queued", "initiated", "ringing", "in-progress", "answered":
		return receipt.Report(ctx, d.desk, id, func(p incident.Page) incident.Event { return incident.PageRinging{Page: p.ID} })
	case "completed":
		why = "ended without a key"
	case "busy":
		why = "busy"
	case "no-answer":
		why = "not answered"
	case "canceled":
		why = "call cancelled"
	case "failed":
		why, missed = lost("call failed", f.code), false
		if f.off {
			why, missed = "not answered", true
		}
	default:
		return nil
	}
	return d.failed(ctx, id, f.code, func(p incident.Page) incident.Event {
		switch p.Status {
		case incident.PageCancelling:
			return incident.PageCancelled{Page: p.ID}
		case incident.PageArrived, incident.PageLost, incident.PageWithdrawn:
			return nil // a key was pressed, or it is not wanted any more
		}
		return incident.PageFailed{Page: p.ID, Reason: why, Missed: missed}
	})
}

// failed reports a page that reached nobody, so that the next step runs, and then
// remembers what the code says of the number that it went to. What is to be mended
// about ours an admin is told.
func (d door) failed(ctx context.Context, id incident.PageID, code int, event func(incident.Page) incident.Event) error {
	var news incident.Page
	err := receipt.Report(ctx, d.desk, id, func(p incident.Page) incident.Event {
		if p.ID == id && p.Status != incident.PageLost {
			news = p
		}
		return event(p)
	})
	if err != nil || news.ID == "" {
		return err
	}
	d.trouble(ctx, news.To, d.desk.Roster().People[news.To].Phone, news.Via, code)
	if admin := refusals[code].admin; admin != "" {
		d.opts.Alarm(ctx, admin)
	}
	return nil
}

// code is Twilio's error code; 0: none.
func code(h webhook) int {
	n, err := strconv.Atoi(h.form.Get("ErrorCode"))
	if err != nil {
		return 0
	}
	return n
}
