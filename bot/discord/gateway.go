package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"github.com/earshot-oncall/earshot/bot/wire"
)

const (
	// soonest and latest bound the wait before the gateway is tried again. Of sessions
	// that end at once Discord bears a thousand a day: those wait for up to rarest, until
	// one has lasted.
	soonest = time.Second
	latest  = 30 * time.Second
	rarest  = 2 * time.Minute
	lasted  = time.Minute

	// silence is how long the gateway may say nothing at all: it answers our heartbeats,
	// one in 41 seconds.
	silence = 90 * time.Second
)

// intents are what the gateway tells us of: the servers, messages, of which we get to
// read those that mention us, and reactions to them.
const intents = discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsGuildMessageReactions

// deafness is what the admins are told when the gateway can't reach us.
const deafness = "Discord's gateway has had no connection to Earshot for a minute: clicks, commands and mentions there are not heard, phones and cards go on. " +
	"Look at the log, at the bot's page in Discord's developer portal, and at the way out to wss://gateway.discord.gg"

// hear keeps one connection to the gateway until ctx ends, and has alarm told of each
// minute without one.
func (c *Client) hear(ctx context.Context, desk Desk, alarm func(context.Context, string)) {
	standing := make(chan int)
	var group sync.WaitGroup
	group.Go(func() {
		wire.Guard{
			Standing: standing, After: c.deafFor,
			Deaf:  func(ctx context.Context) { alarm(ctx, deafness) },
			Heard: func(ctx context.Context) { c.log.InfoContext(ctx, "gateway heard again") },
		}.Run(ctx)
	})
	c.connect(ctx, desk, standing)
	group.Wait()
}

// connect makes one connection after another. One that drops is resumed, and where
// that fails begun anew: what was pressed in between is lost, and Discord says so to
// whoever pressed.
func (c *Client) connect(ctx context.Context, desk Desk, standing chan<- int) {
	g := c.newGateway(ctx, desk)
	for wait := soonest; ctx.Err() == nil; {
		since := time.Now()
		g.catching.Store(true)
		if err := g.session.Open(); err != nil {
			c.options.Observe("gateway.connect", "failed")
			c.log.WarnContext(ctx, "gateway not reached", "err", classify(err).Reason)
			_ = g.session.Close() // whatever is left of it
			g = c.newGateway(ctx, desk)
			wait = min(2*wait, latest)
		} else {
			c.options.Observe("gateway.connect", "ok")
			c.log.InfoContext(ctx, "gateway connected")
			g.last(ctx, standing)
			if ctx.Err() == nil {
				c.log.WarnContext(ctx, "gateway dropped the connection")
			}
			if wait = min(2*wait, rarest); time.Since(since) > lasted {
				wait = soonest
			}
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
	_ = g.session.Close()
}

// A gateway is one session of the library's, which may be resumed.
type gateway struct {
	session  *discordgo.Session
	greeted  chan struct{} // Discord says that the session works
	dropped  chan struct{}
	catching *atomic.Bool // hears what was said while nobody listened, until Discord says that this is all
}

// last waits for the end of an open connection, and tells of one over which Discord
// greeted us that it has come, and gone.
func (g gateway) last(ctx context.Context, standing chan<- int) {
	tell := func(n int) {
		select {
		case standing <- n:
		case <-ctx.Done():
		}
	}
	for stands := false; ; {
		select {
		case <-g.greeted:
			if !stands {
				stands = true
				tell(1)
			}
			continue
		case <-g.dropped:
		case <-ctx.Done():
		}
		select {
		case <-g.greeted: // of this connection, not of the next one
		default:
		}
		if stands {
			tell(-1)
		}
		return
	}
}

// beckon says so without waiting for who listens.
func beckon(to chan<- struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

func (c *Client) newGateway(ctx context.Context, desk Desk) gateway {
	g := gateway{newSession(c.options), make(chan struct{}, 1), make(chan struct{}, 1), new(atomic.Bool)}
	g.session.Identify.Intents = intents
	g.session.StateEnabled, g.session.SyncEvents = false, true
	g.session.ShouldReconnectOnError = false // its own waits grow to ten minutes
	g.session.LogLevel = -1                  // it writes past our log, what people said too
	g.session.Dialer = &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: timeout, NetDialContext: dialPatient}
	g.session.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) { beckon(g.dropped) })
	g.session.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		raw := append(json.RawMessage(nil), e.RawData...)
		switch e.Type {
		case "READY", "RESUMED":
			g.catching.Store(false)
			beckon(g.greeted)
		case "INTERACTION_CREATE":
			late := g.catching.Load()
			c.answers.Go(func() { c.heardAct(ctx, raw, desk, late) })
		case "MESSAGE_REACTION_ADD":
			c.answers.Go(func() { c.heardReaction(ctx, raw, desk) })
		case "MESSAGE_CREATE":
			c.answers.Go(func() { c.heardMessage(ctx, raw, desk) })
		}
	})
	return g
}

// heardAct answers an interaction that came over the gateway. A late one counts only
// if Discord still waits for it: whoever was told that it failed must not have done it.
func (c *Client) heardAct(parent context.Context, raw []byte, desk Desk, late bool) {
	var a act
	if err := json.Unmarshal(raw, &a); err != nil {
		c.log.WarnContext(parent, "interaction not understood", "err", err)
		return
	}
	if late {
		err := c.callBack(parent, a, response{Type: promises, Data: map[string]any{"flags": ephemeral}})
		if err != nil || a.Type == aPartial {
			c.log.WarnContext(parent, "late interaction left undone", "err", err)
			return
		}
		a.promised = true
	}
	answer := c.contained(parent, a, desk)
	told, isMessage := answer.Data.(message)
	switch {
	case answer.Type == nothingYet:
	case a.promised && isMessage:
		c.fulfil(context.WithoutCancel(parent), a, told)
	default:
		if err := c.callBack(parent, a, answer); err != nil {
			c.log.WarnContext(parent, "answer not delivered", "err", err)
		}
	}
}

func (c *Client) callBack(parent context.Context, a act, answer response) error {
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(parent), timeout, wire.ErrSlow)
	defer cancel()
	return c.ask(ctx, call{
		name: "interactions.callback", verb: http.MethodPost, url: discordgo.EndpointInteractionResponse(a.ID, a.Token), body: answer,
	})
}

// contain has a panic told in the log.
func (c *Client) contain(ctx context.Context) {
	if p := recover(); p != nil {
		c.log.ErrorContext(ctx, "message panicked", "err", fmt.Sprint(p), "stack", string(debug.Stack()))
	}
}

// dialPatient connects so that a line which says nothing for too long counts as dead:
// the library itself waits for ever.
func dialPatient(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: timeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return patient{conn}, nil
}

type patient struct{ net.Conn }

// Read implements net.Conn.
func (p patient) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}
