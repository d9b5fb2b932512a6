package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	twilioclient "github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
)

// timeout bounds all requests for one page together. It is well below
// incident.Lease, after which the page is taken for lost in doubt.
const timeout = 8 * time.Second

// A wire carries the requests of one call of ours: to another host than the
// library's, under a context that the library knows nothing of. It remembers
// how far a request came, which the library's errors don't tell.
type wire struct {
	ctx  context.Context
	to   *url.URL
	next http.RoundTripper

	sent   atomic.Bool   // a request may have reached Twilio
	status int           // of the last answer; 0: none
	wish   time.Duration // its Retry-After
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.sent.Store(false)
	w.status, w.wish = 0, 0
	ctx := httptrace.WithClientTrace(w.ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { w.sent.Store(true) },
	})
	r = r.Clone(ctx)
	if r.URL.Host == ownHost || w.to.Host != ownHost { // Twilio's other hosts stay what they are
		r.URL.Scheme, r.URL.Host, r.Host = w.to.Scheme, w.to.Host, ""
		r.URL.Path, r.URL.RawPath = w.to.Path+r.URL.Path, ""
	}
	res, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	w.status = res.StatusCode
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
		w.wish = time.Duration(s) * time.Second
	}
	return res, nil
}

// ownHost is where the library sends all requests about messages and calls.
const ownHost = "api.twilio.com"

// dial returns the library's client for one call of ours, and the wire it uses.
func (c *Client) dial(ctx context.Context) (*api.ApiService, *wire) {
	w := &wire{ctx: ctx, to: c.api, next: c.transport}
	return api.NewApiService(c.handler(w)), w
}

// handler makes the library send by a wire. One of our own making reads no
// environment for a region.
func (c *Client) handler(w *wire) *twilioclient.RequestHandler {
	cl := &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(c.opts.AccountSID, c.opts.AuthToken),
		HTTPClient: &http.Client{
			Transport:     w,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	cl.SetAccountSid(c.opts.AccountSID)
	return &twilioclient.RequestHandler{Client: cl}
}

// fault sorts the error of a request that would have changed something.
func (w *wire) fault(kind string, err error) denial {
	var rest *twilioclient.TwilioRestError
	said := errors.As(err, &rest) && (rest.Code != 0 || rest.Status != 0)
	doubt := func(why string) denial {
		return denial{Fault: &incident.Fault{Reason: kind + " left in doubt: " + why, Unknown: true}}
	}
	switch {
	case said && (w.status == 0 || w.status >= http.StatusBadRequest):
		return refused(kind, max(w.status, rest.Status), rest.Code, w.wish)
	case w.status == 0 && !w.sent.Load():
		return denial{Fault: &incident.Fault{Reason: kind + " not sent: Twilio can't be reached", Retry: jittered(retryAfter)}}
	case w.status == 0:
		return doubt("Twilio took the request and did not answer")
	case w.status < http.StatusMultipleChoices:
		return doubt("Twilio's answer can't be read")
	case w.status >= http.StatusInternalServerError:
		return doubt(fmt.Sprintf("Twilio answered %d and nothing else", w.status))
	}
	return refused(kind, w.status, 0, w.wish)
}
