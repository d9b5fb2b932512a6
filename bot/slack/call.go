package slack

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/wire"
)

// The methods that are limited, or looked at, by name.
const (
	posting = "chat.postMessage"
	editing = "chat.update"
)

// What Slack bears: about one post a second in a channel, fifty edits a minute in
// the workspace. What a thread tells never keeps a new card waiting, and what machines
// changed nobody who waits to see what they did: their card comes first, then what
// stands for many cards, then the other cards, and at last the direct messages that show
// the same elsewhere: after a long night there are many of them.
var (
	posts   = wire.Allowance{Every: time.Second, Burst: 5}
	answers = wire.Allowance{Every: time.Second, Burst: 5, Leave: 1}
	replies = wire.Allowance{Every: time.Second, Burst: 5, Leave: 2}
	edits   = wire.Allowance{Every: 1200 * time.Millisecond, Burst: 20}
	echoes  = wire.Allowance{Every: 1200 * time.Millisecond, Burst: 20, Leave: 2}
	updates = wire.Allowance{Every: 1200 * time.Millisecond, Burst: 20, Leave: 5}
	copies  = wire.Allowance{Every: 1200 * time.Millisecond, Burst: 20, Leave: 8}
)

// hurry is the allowance of what a person waits for, or else of what nobody does.
func hurry(hurried bool, waited, other wire.Allowance) wire.Allowance {
	if hurried {
		return waited
	}
	return other
}

// mayPost and mayEdit wait for the budget, a moment at most.
func (c *Client) mayPost(ctx context.Context, channel string, a wire.Allowance) error {
	return c.budget.Spend(ctx, wire.Want{Key: posting + " " + channel, Allowance: a})
}

func (c *Client) mayEdit(ctx context.Context, a wire.Allowance) error {
	return c.budget.Spend(ctx, wire.Want{Key: editing, Allowance: a})
}

// sent is where a message stands.
type sent struct{ channel, ts string }

// ref is the message's name for the rest of Earshot: "C0PLATFORM:1712.0001".
func (s sent) ref() string { return s.channel + ":" + s.ts }

// refs are what ref writes, and nothing that another platform would.
var refs = regexp.MustCompile(`^([CDG][A-Z0-9]+):([0-9]+\.[0-9]+)(\+?)$`)

// parseRef reads what ref wrote; many is true for a message about several
// incidents.
func parseRef(ref string) (at sent, many, ok bool) {
	m := refs.FindStringSubmatch(ref)
	if m == nil {
		return sent{}, false, false
	}
	return sent{m[1], m[2]}, m[3] == bundled, true
}

// bundled marks the ref of a message that tells of several incidents.
const bundled = "+"

// A message is one post, or what one is edited to.
type message struct {
	text        string      // in mrkdwn, escaped
	blocks      []sdk.Block // shown in the text's place, where there are any
	attachments []sdk.Attachment
	metadata    sdk.SlackMetadata
	thread      string // the ts of its parent
	broadcast   bool   // of a reply: the channel sees it, too
}

func (m message) options() []sdk.MsgOption {
	options := []sdk.MsgOption{
		sdk.MsgOptionText(m.text, false),
		sdk.MsgOptionAttachments(m.attachments...),
		sdk.MsgOptionDisableLinkUnfurl(),
		sdk.MsgOptionDisableMediaUnfurl(),
	}
	if len(m.blocks) > 0 {
		options = append(options, sdk.MsgOptionBlocks(m.blocks...))
	}
	if m.metadata.EventType != "" {
		options = append(options, sdk.MsgOptionMetadata(m.metadata))
	}
	if m.thread != "" {
		options = append(options, sdk.MsgOptionTS(m.thread))
	}
	if m.broadcast {
		options = append(options, sdk.MsgOptionBroadcast())
	}
	return options
}

// post sends a message to a channel, or to a person by their id.
func (c *Client) post(ctx context.Context, channel string, m message) (at sent, err error) {
	err = c.call(ctx, posting, posting+" "+channel, func(ctx context.Context) (err error) {
		at.channel, at.ts, err = c.api.PostMessageContext(ctx, channel, m.options()...)
		if err == nil && at.ts == "" {
			err = errors.New("slack named no message")
		}
		return err
	})
	return at, err
}

// edit makes a message show something else.
func (c *Client) edit(ctx context.Context, at sent, m message) error {
	return c.call(ctx, editing, editing, func(ctx context.Context) error {
		_, _, _, err := c.api.UpdateMessageContext(ctx, at.channel, at.ts, m.options()...)
		return err
	})
}

// call does one thing at Slack, unless Slack asked us to leave key alone, and
// turns whatever comes of it into what a caller can act upon.
func (c *Client) call(ctx context.Context, method, key string, do func(context.Context) error) error {
	if err := c.budget.Rested(key); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("call %s: %w", method, context.Cause(ctx))
	}
	err := do(ctx)
	if err == nil {
		c.observe(method, "ok")
		return nil
	}
	if ctx.Err() != nil && !errors.Is(context.Cause(ctx), wire.ErrSlow) {
		c.observe(method, "cancelled")
		return wire.Stopped(ctx, method, method == posting)
	}
	f := classify(err)
	f.Unknown = f.Unknown && method == posting
	switch f.Class {
	case wire.Limit:
		c.budget.Pause(ctx, key, f.Retry)
		c.observe(method, "limited")
	case wire.Refusal:
		c.observe(method, "refused")
	default:
		c.observe(method, "failed")
	}
	return f
}
