package twilio

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Desk is where what people and carriers say is carried out.
type Desk interface {
	// Run carries out what somebody said or pressed, and answers in words.
	Run(context.Context, commands.Request) commands.Reply
	// Handle applies an event.
	Handle(context.Context, incident.Event) (incident.Incident, error)
	// Find returns an incident, or incident.ErrNotFound.
	Find(context.Context, incident.ID) (incident.Incident, error)
	// Roster returns the present roster.
	Roster() oncall.Roster
	// Drilled notes how far a test page has come, and reports whether that was news.
	Drilled(context.Context, oncall.DrillNews) (bool, error)
	// Once reports whether it is the first to ask for that id in that scope within ttl.
	Once(ctx context.Context, scope, id string, ttl time.Duration) (first bool, err error)
	// Forget undoes Once, for what could not be done after all.
	Forget(ctx context.Context, scope, id string) error
}

// The paths of the webhooks.
const (
	pathSMS           = "/twilio/sms"
	pathVoice         = "/twilio/voice"
	pathKey           = "/twilio/voice/key"
	pathMessageStatus = "/twilio/status/message"
	pathCallStatus    = "/twilio/status/call"
)

// maxBody is more than any webhook of Twilio's holds.
const maxBody = 64 << 10

// webhookTimeout is well below the 15 s for which Twilio waits.
const webhookTimeout = 8 * time.Second

// A webhook is a request of Twilio's whose signature holds.
type webhook struct {
	form  url.Values // what Twilio says
	query url.Values // what we put into the address
}

// page is the page that the address names.
func (h webhook) page() incident.PageID { return incident.PageID(h.query.Get("page")) }

// door answers Twilio.
type door struct {
	*Client
	desk Desk
}

// Handler serves everything below /twilio/. Without a public URL no signature
// can be checked, and everything is refused.
func (c *Client) Handler(desk Desk) http.Handler {
	d := door{Client: c, desk: desk}
	mux := http.NewServeMux()
	mux.Handle("POST "+pathSMS, d.verified(d.addressed(d.incoming)))
	mux.Handle("POST "+pathVoice, d.verified(d.answered))
	mux.Handle("POST "+pathKey, d.verified(d.pressed))
	mux.Handle("POST "+pathMessageStatus, d.verified(d.messageStatus))
	mux.Handle("POST "+pathCallStatus, d.verified(d.callStatus))
	mux.Handle("POST "+pathTestVoice, d.verified(d.testAnswered))
	mux.Handle("POST "+pathTestKey, d.verified(d.testPressed))
	mux.Handle("POST "+pathTestMessage, d.verified(d.testMessage))
	mux.Handle("POST "+pathTestCall, d.verified(d.testCall))
	return mux
}

// A response is what a webhook is answered with; the zero one says nothing.
type response struct {
	status int    // 0: 200 with a body, 204 without
	twiml  string // the body
}

// verified believes a request for its signature, made with a token of ours for our
// own public address, and for naming our account.
func (d door) verified(serve func(context.Context, webhook) response) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "body too large or broken off", http.StatusRequestEntityTooLarge)
			return
		}
		hook, ok := d.verify(r, body)
		if !ok {
			d.opts.Log.WarnContext(r.Context(), "webhook refused", "provider", "twilio", "path", r.URL.Path)
			http.Error(w, "signature does not match", http.StatusUnauthorized)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), webhookTimeout)
		defer cancel()
		d.write(w, r, serve(ctx, hook))
	})
}

// addressed refuses what was not sent to a number, or a service, of ours.
func (d door) addressed(serve func(context.Context, webhook) response) func(context.Context, webhook) response {
	return func(ctx context.Context, h webhook) response {
		if !d.senders.has(h.form.Get("To"), h.form.Get("MessagingServiceSid")) {
			d.opts.Log.WarnContext(ctx, "webhook refused", "provider", "twilio", "err", "sent to a number that is not ours")
			return response{status: http.StatusUnauthorized}
		}
		return serve(ctx, h)
	}
}

// verify checks who sends the request and reads it.
func (d door) verify(r *http.Request, body []byte) (webhook, bool) {
	if d.public == "" {
		return webhook{}, false
	}
	target := d.public + r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	query := r.URL.Query()
	form, signed, err := parameters(body, query)
	if err != nil {
		return webhook{}, false
	}
	for _, token := range []string{d.opts.AuthToken, d.opts.Secondary} {
		if genuine(token, target, signed, r.Header.Get("X-Twilio-Signature")) {
			return webhook{form: form, query: query}, form.Get("AccountSid") == d.opts.AccountSID
		}
	}
	return webhook{}, false
}

func (d door) write(w http.ResponseWriter, r *http.Request, res response) {
	switch {
	case res.twiml != "":
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		if _, err := io.WriteString(w, res.twiml); err != nil {
			d.opts.Log.WarnContext(r.Context(), "answer lost", "provider", "twilio", "path", r.URL.Path, "err", err)
		}
	case res.status == http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(res.status)
	case res.status != 0:
		w.WriteHeader(res.status)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// written makes a response of the library's result.
func (d door) written(ctx context.Context, twiml string, err error) response {
	if err != nil {
		d.opts.Log.ErrorContext(ctx, "answer not written", "provider", "twilio", "err", err)
		return response{status: http.StatusInternalServerError}
	}
	return response{twiml: twiml}
}

// address is a webhook of ours that quotes the page back.
func (c *Client) address(path string, page incident.PageID, more url.Values) string {
	q := url.Values{"page": {string(page)}}
	for k, v := range more {
		q[k] = v
	}
	return c.public + path + "?" + q.Encode()
}
