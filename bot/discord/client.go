// Package discord asks Discord's REST API about what the configuration names:
//
//	Survey --GET users/@me, channels/ID, users/ID--> what is to be mended, a line each
//
// The library waits out rate limits without an end and knows one address alone.
// Here it may do neither: a limit ends the survey, and every request is sent to
// where the settings say.
package discord

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// timeout bounds one request.
const timeout = 8 * time.Second

// Options say which bot we are.
type Options struct {
	Token  string
	APIURL string       // empty: Discord's own
	HTTP   *http.Client // nil: one of our own; only its Transport is used
}

// A Client is one bot. Make it with New.
type Client struct {
	session *discordgo.Session
}

// New returns a Client. It calls nobody yet. An APIURL that can't be parsed makes
// every request fail with words that say so.
func New(o Options) *Client {
	to, err := url.Parse(strings.TrimRight(cmp.Or(o.APIURL, discordgo.EndpointAPI), "/"))
	if err != nil || to.Host == "" {
		to = &url.URL{Scheme: "http", Host: "not-a-valid-DISCORD_API_URL.invalid"}
	}
	d := detour{to: to, next: http.DefaultTransport}
	if o.HTTP != nil && o.HTTP.Transport != nil {
		d.next = o.HTTP.Transport
	}
	s, _ := discordgo.New("Bot " + o.Token) // it has no error to return
	s.Client = &http.Client{Timeout: timeout, Transport: d}
	s.ShouldRetryOnRateLimit, s.MaxRestRetries = false, 0
	return &Client{session: s}
}

// user returns a user; "@me" is the bot.
func (c *Client) user(ctx context.Context, id string) (*discordgo.User, error) {
	return c.session.User(url.PathEscape(id), discordgo.WithContext(ctx))
}

func (c *Client) channel(ctx context.Context, id string) (*discordgo.Channel, error) {
	return c.session.Channel(url.PathEscape(id), discordgo.WithContext(ctx))
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
