package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/wire"
)

// everything is the key of what Discord asks us to leave alone as a whole.
const everything = "*"

// A call is one request to Discord.
type call struct {
	name string // in the metrics
	verb string
	url  string
	key  string // what a rate limit of this call is about; empty: its name
	body any    // nil: none
	into any    // nil: the answer is of no interest
	post bool   // it makes a message
}

// ask does one thing at Discord, unless Discord asked us to leave it alone, and
// turns whatever comes of it into what a caller can act upon. No lock is held and
// nothing is waited for: a page is not held up by cards.
func (c *Client) ask(ctx context.Context, k call) error {
	if k.key == "" {
		k.key = k.name
	}
	if err := c.budget.Rested(everything, k.key); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("call %s: %w", k.name, context.Cause(ctx))
	}
	err := c.send(ctx, k)
	if err == nil {
		c.options.Observe(k.name, "ok")
		return nil
	}
	if ctx.Err() != nil && !errors.Is(context.Cause(ctx), wire.ErrSlow) {
		c.options.Observe(k.name, "cancelled")
		return wire.Stopped(ctx, k.name, k.post)
	}
	f := classify(err)
	f.Unknown = f.Unknown && k.post
	switch {
	case f.Class == wire.Limit:
		key := k.key
		if global(err) {
			key = everything
		}
		c.budget.Pause(ctx, key, f.Retry)
		c.options.Observe(k.name, "limited")
	case unauthorized(err):
		c.budget.Pause(ctx, everything, afterRefused) // who goes on asking is shut out by address
		c.options.Observe(k.name, "refused")
	case f.Class == wire.Refusal:
		c.options.Observe(k.name, "refused")
	default:
		c.options.Observe(k.name, "failed")
	}
	return f
}

// afterRefused is how long a token that Discord refuses is kept to ourselves.
const afterRefused = 30 * time.Second

// send has the library send the request, past its own limiter.
func (c *Client) send(ctx context.Context, k call) error {
	contentType, body, err := encoded(k.body)
	if err != nil {
		return fmt.Errorf("encode %s: %w", k.name, err)
	}
	bucket := discordgo.NewRatelimiter().LockBucket(k.key)
	answer, err := c.session.RequestWithLockedBucket(k.verb, k.url, contentType, body, bucket, 0, discordgo.WithContext(ctx))
	if err != nil || k.into == nil {
		return err
	}
	if err := json.Unmarshal(answer, k.into); err != nil {
		return fmt.Errorf("read the answer to %s: %w", k.name, err)
	}
	return nil
}

// What Discord bears in one channel, and of the bot as a whole: five messages in five
// seconds, fifty requests a second. What threads tell and what edits do never keeps a
// new card waiting, what machines changed nobody who waits to see what they did, and
// none of them a page.
var (
	posts   = wire.Allowance{Every: time.Second, Burst: 5}
	edits   = wire.Allowance{Every: time.Second, Burst: 4}
	updates = wire.Allowance{Every: time.Second, Burst: 4, Leave: 1}
	all     = wire.Allowance{Every: 30 * time.Millisecond, Burst: 20}
)

// hurry is the allowance of an edit that a person waits for, or else of another.
func hurry(hurried bool) wire.Allowance {
	if hurried {
		return edits
	}
	return updates
}

// The keys of what is limited in each channel by itself.
func postingIn(channel string) string { return "messages.create " + channel }
func editingIn(channel string) string { return "messages.edit " + channel }

// spend takes one from the budget of a channel, and from that of all of them.
func (c *Client) spend(ctx context.Context, key string, a wire.Allowance) error {
	return c.budget.Spend(ctx, wire.Want{Key: key, Allowance: a}, wire.Want{Key: everything, Allowance: all})
}

// user returns a user; "@me" is the bot.
func (c *Client) user(ctx context.Context, id string) (*discordgo.User, error) {
	var u discordgo.User
	err := c.send(ctx, call{name: "users.get", verb: http.MethodGet, url: discordgo.EndpointUser(escapeID(id)), into: &u})
	return &u, err
}

func (c *Client) channel(ctx context.Context, id string) (*discordgo.Channel, error) {
	var ch discordgo.Channel
	err := c.send(ctx, call{name: "channels.get", verb: http.MethodGet, url: discordgo.EndpointChannel(escapeID(id)), into: &ch})
	return &ch, err
}
