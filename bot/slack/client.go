package slack

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	sdk "github.com/slack-go/slack"
	"github.com/sony/gobreaker/v2"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
)

// Bounds on what a call to Slack may take. An errand is one Show or Page with all
// its calls; it ends before the lease on it does.
const (
	callTimeout = 8 * time.Second
)

// silence is how long Slack may send nothing over a connection, not even a ping,
// before that counts as dead.
const silence = 30 * time.Second

// Options say which workspace to work in, and as whom.
type Options struct {
	Token         string
	SigningSecret string                      // of what comes over HTTP; empty: nothing is heard there
	AppToken      string                      // opens connections for Listen
	Silence       time.Duration               // how long such a connection may be silent; 0: half a minute
	APIURL        string                      // empty: Slack's own
	HTTP          *http.Client                // nil: one of our own; without a timeout it gets ours
	Now           func() time.Time            // nil: the wall clock
	Log           *slog.Logger                // nil: nothing is logged
	Command       string                      // empty: "/oncall"
	Observe       func(method, result string) // told of every call; nil: nobody is

	// Noticed is told of people of the roster whose accounts have changed, and whether
	// they are deactivated; nil: nobody is.
	Noticed func(ctx context.Context, deactivated map[string]bool)
	// Home is told of whoever opened their home or pressed a button there, and what came
	// of that; it has the home published. Nil: there are no homes.
	Home func(ctx context.Context, user string, outcome *commands.Reply)
	Pool wire.Pool // shares the limits with all instances; nil: they are this one's own
}

// A Client shows cards in one workspace, pages people there and hears what they
// say. Make it with New, end it with Close.
type Client struct {
	api     *sdk.Client
	http    *http.Client
	apiURL  *url.URL
	secret  string
	command string

	appToken string
	silence  time.Duration

	now     func() time.Time
	log     *slog.Logger
	observe func(method, result string)
	budget  *wire.Budget
	direct  *gobreaker.CircuitBreaker[sent]
	team    atomic.Pointer[string] // the workspace, once Check has learned it
	unsure  sync.Map               // refs of cards whose thread may hold more than we know
	copies  sync.Map               // direct messages drawn while others still wait: page to revision
	answers sync.WaitGroup         // answers and commands under way
	people  accounts
	noticed func(context.Context, map[string]bool)
	home    func(context.Context, string, *commands.Reply)
}

// New returns a Client. It calls nobody yet.
func New(o Options) *Client {
	c := &Client{
		secret: o.SigningSecret, command: o.Command, appToken: o.AppToken, silence: o.Silence,
		home: o.Home, now: o.Now, log: o.Log, observe: o.Observe,
		http: guarded(o.HTTP), noticed: o.Noticed,
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.silence <= 0 {
		c.silence = silence
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.command == "" {
		c.command = "/oncall"
	}
	if c.observe == nil {
		c.observe = func(string, string) {}
	}
	base := o.APIURL
	if base == "" {
		base = sdk.APIURL
	}
	if !strings.HasSuffix(base, "/") {
		base += "/" // the library glues the method's name to it
	}
	if c.apiURL, _ = url.Parse(base); c.apiURL == nil {
		c.apiURL = &url.URL{}
	}
	c.api = sdk.New(o.Token, sdk.OptionAPIURL(base), sdk.OptionHTTPClient(c.http))
	c.budget = wire.NewBudget("Slack", o.Pool, c.now)
	c.direct = gobreaker.NewCircuitBreaker[sent](gobreaker.Settings{
		Name:         "slack direct messages",
		Timeout:      15 * time.Second,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= 5 },
		IsSuccessful: func(err error) bool { return !wire.Down(err) },
		IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
	})
	return c
}

// Close waits for the answers that are still under way and hangs up.
func (c *Client) Close() {
	c.answers.Wait()
	c.http.CloseIdleConnections()
}

// Check reports whether Slack takes the token, and learns which workspace it is
// for: commands from another one are refused from then on.
func (c *Client) Check(ctx context.Context) error {
	var who *sdk.AuthTestResponse
	err := c.call(ctx, "auth.test", "", func(ctx context.Context) (err error) {
		who, err = c.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return wire.Settle(err)
	}
	c.team.Store(&who.TeamID)
	return nil
}

// Tell sends somebody plain words as a direct message.
func (c *Client) Tell(ctx context.Context, user, text string) error {
	_, err := c.post(ctx, user, message{text: escape(text, maxText)})
	return wire.Settle(err)
}

// idle is how many connections to Slack are kept for the next storm; the standard
// two would have every other call shake hands first.
const idle = 32

// guarded returns a copy of the client that always has a timeout and never
// follows a redirect, which would carry the token to wherever it points.
func guarded(h *http.Client) *http.Client {
	own := http.Client{}
	if h != nil {
		own = *h
	}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok && own.Transport == nil {
		transport := standard.Clone()
		transport.MaxIdleConnsPerHost = idle
		own.Transport = transport
	}
	if own.Timeout <= 0 {
		own.Timeout = callTimeout
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}
