package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// DefaultListen is where the page is found unless told otherwise.
const DefaultListen = "127.0.0.1:8080"

// Options say where the demo listens and whom it tells. The zero value works.
type Options struct {
	Listen string       // loopback only; default DefaultListen
	Out    io.Writer    // where the address is printed; nil: nowhere
	Log    *slog.Logger // nil: nothing is logged
}

// Run shows the demo until the context ends.
func Run(ctx context.Context, o Options) error { return run(ctx, o, startApp) }

// A server is the app, as far as the demo needs it.
type server interface {
	// Handler answers everything the outside may ask.
	Handler() http.Handler
	// Run does the work until the context ends.
	Run(context.Context) error
	// Close lets go of what it holds.
	Close() error
}

// A site is all that an app is told about the world it is started in.
type site struct {
	Config    []byte // earshot.yaml
	Listen    string
	PublicURL string
	RedisURL  string
	APIToken  string
	Slack     slackfake.Options   // its URL and secrets
	Discord   discordfake.Options // its URL and secrets
	Twilio    twiliofake.Options  // its secrets
	TwilioURL string
	Now       func() time.Time
	Log       *slog.Logger
}

// A starter makes the app of a site.
type starter func(site) (server, error)

// run is Run with any app.
func run(ctx context.Context, o Options, start starter) error {
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	front, err := listen(ctx, cmp.Or(o.Listen, DefaultListen))
	if err != nil {
		return err
	}
	defer func() { _ = front.Close() }() // closed already, where it served
	s, err := newStage(ctx, front.Addr(), start, o.Log)
	if err != nil {
		return err
	}
	defer s.close()
	return s.play(ctx, front, func() {
		fmt.Fprintf(o.Out, "Earshot demo: open %s\nNothing leaves this machine, and everything is forgotten at the end. Ctrl-C stops it.\n", s.base)
	})
}

// together runs the parts until one of them returns, then ends the others and
// waits for them.
func together(ctx context.Context, parts ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	problems := make([]error, len(parts))
	var group sync.WaitGroup
	for i, part := range parts {
		group.Go(func() {
			defer cancel()
			problems[i] = part(ctx)
		})
	}
	group.Wait()
	return errors.Join(problems...)
}

// own opens a port of its own for one of the fakes.
func own(ctx context.Context) (net.Listener, error) {
	var ports net.ListenConfig
	l, err := ports.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open a port on loopback: %w", err)
	}
	return l, nil
}
