package discord

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/sony/gobreaker/v2"

	"github.com/earshot-oncall/earshot/bot/wire"
)

// timeout bounds one request.
const timeout = 8 * time.Second

// Options say which bot we are.
type Options struct {
	Token       string
	Application string // id of the application; empty: learned by Check
	PublicKey   string // set: interactions come over HTTP, signed with it; empty: over the gateway
	APIURL      string // empty: Discord's own
	Command     string // empty: "oncall"

	HTTP    *http.Client                // nil: one of our own; only its Transport is used
	Now     func() time.Time            // nil: the wall clock
	Log     *slog.Logger                // nil: nothing is logged
	Observe func(method, result string) // told of every call; nil: nobody is
	Shelf   Shelf                       // keeps what a button can't carry; nil: such buttons are left out
	Pool    wire.Pool                   // shares the limits with all instances; nil: they are this one's own
}

// A Client is one bot: it shows cards in its servers, pages people there and hears
// what they say. Make it with New, end it with Close.
type Client struct {
	session *discordgo.Session
	options Options
	now     func() time.Time
	log     *slog.Logger
	budget  *wire.Budget
	direct  *gobreaker.CircuitBreaker[sent]
	answers sync.WaitGroup // answers and commands under way
	deafFor time.Duration  // how long the gateway may be away before an admin hears of it

	self    atomic.Pointer[string] // the bot's user, once Check has learned it
	guilds  sync.Map               // channel to the server it is in
	private sync.Map               // user to the channel of direct messages with them
	parents sync.Map               // thread to the channel it is in; channel to nothing
	threads sync.Map               // thread to the incident it is about
	gone    sync.Map               // nonces whose message was deleted, to what makes the next one differ
	unsure  sync.Map               // threads that may hold more than we know
}

// New returns a Client. It calls nobody yet. An APIURL that can't be parsed makes
// every request fail with words that say so.
func New(o Options) *Client {
	o.Command = cmp.Or(strings.TrimPrefix(o.Command, "/"), "oncall")
	c := &Client{options: o, now: o.Now, log: o.Log, deafFor: wire.DeafFor}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.options.Observe == nil {
		c.options.Observe = func(string, string) {}
	}
	c.budget = wire.NewBudget("Discord", o.Pool, c.now)
	c.session = newSession(o)
	c.direct = gobreaker.NewCircuitBreaker[sent](gobreaker.Settings{
		Name:         "discord direct messages",
		Timeout:      15 * time.Second,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= 5 },
		IsSuccessful: func(err error) bool { return !wire.Down(err) },
		IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
	})
	return c
}

// newSession is the library's session, sent to where the settings say.
func newSession(o Options) *discordgo.Session {
	to, err := url.Parse(strings.TrimRight(cmp.Or(o.APIURL, discordgo.EndpointAPI), "/"))
	if err != nil || to.Host == "" {
		to = &url.URL{Scheme: "http", Host: "not-a-valid-DISCORD_API_URL.invalid"}
	}
	d := detour{to: to, next: transport()}
	if o.HTTP != nil && o.HTTP.Transport != nil {
		d.next = o.HTTP.Transport
	}
	s, _ := discordgo.New("Bot " + o.Token) // it has no error to return
	s.Client = &http.Client{
		Timeout: timeout, Transport: d,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // it would carry the token along
	}
	s.ShouldRetryOnRateLimit, s.MaxRestRetries = false, 0
	return s
}

// idle is how many connections are kept for the next storm.
const idle = 32

func transport() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	own := standard.Clone()
	own.MaxIdleConnsPerHost = idle
	return own
}

// Close waits for the answers that are still under way and hangs up.
func (c *Client) Close() {
	c.answers.Wait()
	c.session.Client.CloseIdleConnections()
}

// Check reports whether Discord takes the token, and learns which bot it is for.
func (c *Client) Check(ctx context.Context) error {
	var who discordgo.User
	err := c.ask(ctx, call{name: "users.me", verb: http.MethodGet, url: discordgo.EndpointUser("@me"), into: &who})
	if err != nil {
		return wire.Settle(err)
	}
	c.self.Store(&who.ID)
	return nil
}

// application is the id under which commands and answers go; a bot's own where the
// settings name none.
func (c *Client) application() string {
	if self := c.self.Load(); c.options.Application == "" && self != nil {
		return *self
	}
	return c.options.Application
}

// Tell sends somebody plain words as a direct message.
func (c *Client) Tell(ctx context.Context, user, text string) error {
	return wire.Settle(c.confide(ctx, user, message{Content: escape(text, maxContent)}))
}

// A detour sends the library's requests to another host than the library's.
type detour struct {
	to   *url.URL
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (d detour) RoundTrip(r *http.Request) (*http.Response, error) {
	own, err := url.Parse(discordgo.EndpointAPI)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = d.to.Scheme, d.to.Host, ""
	r.URL.RawPath = d.to.EscapedPath() + "/" + strings.TrimPrefix(r.URL.EscapedPath(), own.Path)
	r.URL.Path = d.to.Path + "/" + strings.TrimPrefix(r.URL.Path, own.Path)
	return d.next.RoundTrip(r)
}

// CloseIdleConnections lets http.Client.CloseIdleConnections through.
func (d detour) CloseIdleConnections() {
	if closer, ok := d.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}
