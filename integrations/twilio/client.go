package twilio

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/breaker"
)

// Options are the account and what surrounds it.
type Options struct {
	AccountSID string
	AuthToken  string
	Secondary  string // a second token that signatures may be made with, while tokens are changed; empty: none
	From       string // our senders, as ParseSenders reads them
	APIURL     string // empty: https://api.twilio.com
	PublicURL  string // how Twilio reaches us; empty: no receipts, no replies, no keys

	HTTP    *http.Client                  // nil: one of its own; only its Transport is used
	Now     func() time.Time              // nil: time.Now
	Log     *slog.Logger                  // nil: silence
	Observe func(method, result string)   // counts requests; nil: nobody does
	Slots   Slots                         // nil: replies name incidents by id
	Reach   Reach                         // nil: no way is ever closed
	Alarm   func(context.Context, string) // tells an admin what to mend; nil: nobody is told
}

// Reach remembers which ways to people are closed.
type Reach interface {
	// Closed returns why the person's number may not be paged by that way, if so.
	Closed(context.Context, oncall.Person, oncall.Method) (oncall.Trouble, bool)
	// Trouble notes that a way to a person is closed, or was refused, and tells
	// whoever has to know, once.
	Trouble(context.Context, oncall.PersonID, oncall.Trouble)
	// Mended notes that such a trouble of a number is over.
	Mended(context.Context, oncall.PersonID, oncall.TroubleKind, oncall.Method, oncall.Phone)
}

// Slots number the incidents of one person, and count what is said to them.
type Slots interface {
	// ClaimSlot returns the incident's number, giving it the smallest free one if
	// it has none. It begins the count of Echoed anew.
	ClaimSlot(context.Context, oncall.PersonID, incident.ID) (int, error)
	// Slots returns all of the person's numbers in use: of what is open, and of what
	// has ended lately.
	Slots(context.Context, oncall.PersonID) (open, ended map[int]incident.ID, err error)
	// Echoed counts an answer that nothing came of, and returns how many there were
	// in a row.
	Echoed(ctx context.Context, person oncall.PersonID, within time.Duration) (int, error)
	// Heard begins that count anew.
	Heard(context.Context, oncall.PersonID) error
}

// A Client pages people by SMS and by voice. It is a Pager of the Dispatcher.
type Client struct {
	opts      Options
	api       *url.URL
	public    string // without a slash at its end
	transport http.RoundTripper
	senders   Senders
	sms       *lines
	calls     *lines
	given     given
	followed  chan pursuit
	breakers  map[oncall.Method]*breaker.Breaker
}

// New returns a Client. A PublicURL or APIURL that can't be parsed makes every
// request fail with words that say so.
func New(o Options) *Client {
	if o.APIURL == "" {
		o.APIURL = "https://api.twilio.com"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(string, string) {}
	}
	if o.Alarm == nil {
		o.Alarm = func(context.Context, string) {}
	}
	to, err := url.Parse(strings.TrimRight(o.APIURL, "/"))
	if err != nil || to.Host == "" {
		to = &url.URL{Scheme: "http", Host: "not-a-valid-TWILIO_API_URL.invalid"}
	}
	c := &Client{opts: o, api: to, public: strings.TrimRight(o.PublicURL, "/"), transport: pool(), followed: make(chan pursuit, maxFollowed)}
	if senders, err := ParseSenders(o.From); err == nil { // else there is no line, and every page says so
		c.senders = senders
	}
	c.sms, c.calls = linesOf(c.senders)
	if o.HTTP != nil && o.HTTP.Transport != nil {
		c.transport = o.HTTP.Transport
	}
	c.breakers = map[oncall.Method]*breaker.Breaker{
		oncall.SMS: breaker.New("twilio", aMessage, o.Log), oncall.Voice: breaker.New("twilio", aCall, o.Log),
	}
	return c
}

// pool keeps enough connections open for a storm of pages.
func pool() http.RoundTripper {
	shared, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t := shared.Clone()
	t.MaxIdleConnsPerHost = 32
	return t
}

// Check asks Twilio about the account: whether the credentials hold and it is active.
func (c *Client) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	service, w := c.dial(ctx)
	account, err := service.FetchAccount(c.opts.AccountSID)
	if err != nil {
		f := w.fault("request", err)
		c.opts.Observe("check", breaker.Outcome(f.Fault))
		return fmt.Errorf("check the Twilio account: %w", f)
	}
	c.opts.Observe("check", "ok")
	if s := value(account.Status); s != "" && s != "active" {
		return fmt.Errorf("check the Twilio account: it is %s", oneLine(s))
	}
	return nil
}

// value reads one of the library's optional fields.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
