package slack

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	sdk "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/earshot-oncall/earshot/bot/wire"
)

const (
	opening = "apps.connections.open"

	// openEvery is what lies between two attempts at least, and openLatest at most
	// while Slack is away; a person has to act after a refusal, which is asked about
	// more slowly.
	openEvery  = time.Second
	openLatest = 30 * time.Second
	openSlowly = time.Minute

	// handshake bounds the making of a connection.
	handshake = 10 * time.Second

	// frame is how large a write buffer has to be for an acknowledgement to leave in
	// one piece: Slack loses those in several.
	frame = 32 << 10
)

// A line is one connection to Slack after another. The library would also renew them,
// but knows no pause for one that drops at once and waits five minutes for a Slack
// that is away: so each of its clients lives for one connection.
type line struct {
	*Client
	desk     Desk
	alarm    func(context.Context, string)
	standing chan<- int
	hearing  sync.WaitGroup // envelopes under way
}

// run keeps a connection up until ctx ends.
func (l *line) run(ctx context.Context) {
	defer l.hearing.Wait()
	fails := 0
	for ctx.Err() == nil {
		pace := time.NewTimer(openEvery)
		stood, err := l.connect(ctx)
		fails++
		if stood {
			fails = 0
		}
		if ctx.Err() == nil && err != nil {
			pace.Reset(l.failed(ctx, err, fails))
		}
		select {
		case <-pace.C:
		case <-ctx.Done():
			pace.Stop()
		}
	}
}

// connect makes one connection and hears what comes over it until it ends; stood says
// whether Slack greeted us.
func (l *line) connect(parent context.Context) (stood bool, err error) {
	ctx, hangUp := context.WithCancel(context.WithoutCancel(parent))
	socket := socketmode.New(
		sdk.New("", sdk.OptionAppLevelToken(l.appToken), sdk.OptionAPIURL(l.apiURL.String()), sdk.OptionHTTPClient(&single{http: l.http})),
		socketmode.OptionDialer(&websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: handshake, WriteBufferSize: frame}),
		socketmode.OptionReadLimit(maxBody),
		socketmode.OptionPingInterval(l.silence),
	)
	ended := make(chan error, 1)
	go func() { ended <- socket.RunContext(ctx) }()
	defer func() {
		hangUp()
		if last := <-ended; err == nil && !errors.Is(last, context.Canceled) {
			err = last
		}
		if stood {
			l.tell(parent, -1)
		}
	}()
	for {
		select {
		case err := <-ended:
			ended <- err
			return stood, nil
		case e := <-socket.Events:
			switch e.Type {
			case socketmode.EventTypeHello:
				stood = true
				l.observe(opening, "ok")
				l.log.InfoContext(parent, "slack connection stands")
				l.tell(parent, 1)
			case socketmode.EventTypeConnectionError:
				if failed, ok := e.Data.(*sdk.ConnectionErrorEvent); ok && !errors.Is(failed.ErrorObj, errSpent) {
					return stood, failed.ErrorObj
				}
				return stood, nil
			default:
				l.take(ctx, socket, e)
			}
		case <-parent.Done():
			l.hearing.Wait()
			wait(leaving, ended)
			return stood, nil
		}
	}
}

// take has an envelope heard beside the next one. The library may not know how to read
// what one holds; we do.
func (l *line) take(ctx context.Context, socket *socketmode.Client, e socketmode.Event) {
	request := e.Request
	if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok {
		request = new(socketmode.Request)
		if json.Unmarshal(bad.Message, request) != nil {
			request = nil
		}
	}
	if request == nil || request.EnvelopeID == "" {
		return
	}
	l.hearing.Go(func() { l.hear(ctx, socket, *request) })
}

// tell says that a connection has come or gone.
func (l *line) tell(ctx context.Context, n int) {
	select {
	case l.standing <- n:
	case <-ctx.Done():
	}
}

// failed tells of an attempt that came to nothing, and when to make the next one.
func (l *line) failed(ctx context.Context, err error, fails int) time.Duration {
	f := closed(err)
	next := min(openEvery<<min(max(fails-1, 0), 10), openLatest)
	next -= time.Duration(rand.Int64N(int64(next) / 5)) // so that not all come back at once
	result := "failed"
	switch f.Class {
	case wire.Limit:
		next, result = max(f.Retry, openEvery), "limited"
	case wire.Refusal:
		next, result = openSlowly, "refused"
	}
	l.observe(opening, result)
	l.log.WarnContext(ctx, "no slack connection", "err", f, "again_in", next)
	if f.Admin != "" {
		l.alarm(ctx, f.Admin)
	}
	return next
}

// closed is why no connection could be made.
func closed(err error) *wire.Failure {
	f := classify(err)
	var answer sdk.SlackErrorResponse
	if f.Class != wire.Refusal || !errors.As(err, &answer) {
		return f
	}
	switch answer.Err {
	case "invalid_auth", "not_authed", "token_revoked", "token_expired":
		f.Admin = "Slack refuses the app's token: set a fresh SLACK_APP_TOKEN"
	case "not_allowed_token_type":
		f.Admin = "SLACK_APP_TOKEN is no app-level token: take the one that begins with xapp- from the Slack app's Basic Information page"
	case "missing_scope", "no_permission":
		f.Admin = "SLACK_APP_TOKEN lacks the scope connections:write: make a new one with it on the Slack app's Basic Information page"
	case "account_inactive":
		f.Admin = "the Slack app was removed or its account deactivated: install it again, and look at SLACK_APP_TOKEN"
	default:
		f.Admin = "Slack opens no connection for Socket Mode: " + answer.Err
	}
	return f
}

// errSpent refuses a client of the library its second connection.
var errSpent = errors.New("one connection each")

// A single makes one request.
type single struct {
	http  *http.Client
	spent atomic.Bool
}

func (s *single) Do(r *http.Request) (*http.Response, error) {
	if s.spent.Swap(true) {
		return nil, errSpent
	}
	return s.http.Do(r) //nolint:gosec // the library asks what SLACK_API_URL names, and nobody else
}

// wait waits, unless there is nothing to wait for any more.
func wait(d time.Duration, over chan error) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case err := <-over:
		over <- err
	}
}
