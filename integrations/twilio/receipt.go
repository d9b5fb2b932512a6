package twilio

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/integrations/receipt"
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
	switch err := receipt.Report(ctx, d.desk, id, event); {
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

// code is Twilio's error code; 0: none.
func code(h webhook) int {
	n, err := strconv.Atoi(h.form.Get("ErrorCode"))
	if err != nil {
		return 0
	}
	return n
}
