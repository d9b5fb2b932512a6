package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/breaker"
)

// Options are the gateway and what surrounds it. Setup and Words are required.
type Options struct {
	Setup     func() Setup                 // the present one: a reload may change it
	Words     func(incident.Notice) string // the text of an SMS that nobody can reply to
	PublicURL string                       // how the gateway reaches us; empty: no receipts

	HTTP    *http.Client                // nil: one of its own; only its Transport is used
	Log     *slog.Logger                // nil: silence
	Observe func(method, result string) // counts requests; nil: nobody does
	Reach   Reach                       // nil: no way is ever closed
}

// Reach remembers which ways to people are closed.
type Reach interface {
	// Closed returns why the person's number may not be paged by that way, if so.
	Closed(context.Context, oncall.Person, oncall.Method) (oncall.Trouble, bool)
}

// A Client pages people by SMS. It is a Pager of the Dispatcher.
type Client struct {
	opts    Options
	public  string // without a slash at its end
	http    *http.Client
	breaker *breaker.Breaker
}

// New returns a Client.
func New(o Options) *Client {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(string, string) {}
	}
	c := &Client{opts: o, public: strings.TrimRight(o.PublicURL, "/"), breaker: breaker.New("gateway", "SMS", o.Log)}
	c.http = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if o.HTTP != nil {
		c.http.Transport = o.HTTP.Transport
	}
	return c
}

// Ready reports whether a gateway is set up.
func (c *Client) Ready() bool { return c.opts.Setup().Ready() }

// ref is the name of whatever a gateway took: none of its own is understood.
const ref = "gateway"

// Page sends an SMS. With receipt its fate will be heard of at the Handler; without
// one, that the gateway took it is all that is ever known. Every error is an
// incident.Fault, or incident.ErrWithdrawn where nothing was sent.
func (c *Client) Page(ctx context.Context, n incident.Notice) (_ string, receipt bool, err error) {
	setup := c.opts.Setup()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if f := c.unfit(ctx, setup, n); f != nil {
		c.opts.Observe(string(n.Via), breaker.Outcome(f))
		return "", false, f
	}
	_, err = c.breaker.Execute(func() (string, error) {
		if err := n.Leave(); err != nil {
			return "", err
		}
		return ref, c.send(ctx, setup.plan, c.message(setup.plan, n))
	})
	if errors.Is(err, incident.ErrWithdrawn) {
		c.opts.Observe(string(n.Via), "withdrawn")
		return "", false, err
	}
	f := asFault(err)
	c.opts.Observe(string(n.Via), breaker.Outcome(f))
	if f != nil {
		return "", false, f
	}
	if setup.Receipts() && c.public != "" {
		n.Mute(noReplies)
		return ref, true, nil
	}
	n.Mute(noReceipts)
	return ref, false, nil
}

// Tell sends an SMS that is no page, such as a code or a word to an admin. Nothing more
// is heard of it.
func (c *Client) Tell(ctx context.Context, to oncall.Phone, text string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	setup := c.opts.Setup()
	if !setup.Ready() {
		return &incident.Fault{Reason: "SMS not sent: no provider for it is configured"}
	}
	_, err := c.breaker.Execute(func() (string, error) {
		return ref, c.send(ctx, setup.plan, message{To: string(to), Text: text})
	})
	f := asFault(err)
	c.opts.Observe("tell", breaker.Outcome(f))
	if f != nil {
		return f
	}
	return nil
}

// Why a page that went through the gateway can't be answered where it arrives, and
// what else is not to be expected.
const (
	noReplies  = "sent by the SMS gateway, which takes no replies"
	noReceipts = "accepted by the SMS gateway, which takes no replies and sends no receipts"
)

// unfit refuses what the gateway need not be asked about.
func (c *Client) unfit(ctx context.Context, s Setup, n incident.Notice) *incident.Fault {
	switch {
	case !s.Ready():
		return &incident.Fault{Reason: fmt.Sprintf("no provider for %s is configured", n.Via)}
	case n.Via != oncall.SMS:
		return &incident.Fault{Reason: fmt.Sprintf("the SMS gateway can't page by %s", n.Via)}
	case len(n.Incidents) == 0:
		return &incident.Fault{Reason: "SMS about no incident"}
	case n.To.Phone == "":
		return &incident.Fault{Reason: "SMS not sent: no phone number"}
	case c.opts.Reach == nil:
		return nil
	}
	if t, closed := c.opts.Reach.Closed(ctx, n.To, n.Via); closed {
		return &incident.Fault{Reason: "SMS refused: " + t.Words}
	}
	return nil
}

// message is a notice as the templates see it.
func (c *Client) message(p *plan, n incident.Notice) message {
	m := message{ID: string(n.Page), To: string(n.To.Phone), Text: c.opts.Words(n)}
	if c.public != "" {
		m.Callback = p.callback(c.public, n.Page)
	}
	return m
}

// asFault turns the breaker's own refusals into faults.
func asFault(err error) *incident.Fault {
	var f *incident.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return f
	case breaker.Open(err):
		return &incident.Fault{Reason: "SMS not sent: the gateway has been failing", Down: true}
	}
	return &incident.Fault{Reason: "SMS not sent: not known whether it is still wanted", Retry: retryAfter}
}

// timeout bounds one request. It is well below incident.Lease, after which the page
// is taken for lost in doubt.
const timeout = 8 * time.Second
