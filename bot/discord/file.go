package discord

import (
	"context"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
)

// A scribe stands before a Desk and puts the files of its replies below the cards of
// their incident, behind the answer.
type scribe struct {
	Desk
	client *Client
	user   string // who asked
}

func (c *Client) scribe(desk Desk, user string) scribe { return scribe{desk, c, user} }

// Run implements Desk.
func (s scribe) Run(ctx context.Context, r commands.Request) commands.Reply {
	reply := s.Desk.Run(ctx, r)
	if reply.File != nil {
		s.client.answers.Go(func() { s.client.handOver(context.WithoutCancel(ctx), s.user, reply) })
	}
	return reply
}

// handOver puts a file into the thread of each card, or before whoever asked for it
// where no thread takes it.
func (c *Client) handOver(parent context.Context, user string, reply commands.Reply) {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	m := message{Attachments: []attachment{{Name: reply.File.Name, Alt: reply.File.Name}}, file: reply.File}
	shown := false
	for _, card := range reply.File.Cards {
		at, _, ok := parseRef(card.Ref)
		if card.Board != source || !ok {
			continue
		}
		root := rootOf(at, card)
		err := c.spend(ctx, postingIn(root.id), edits)
		if err == nil {
			_, err = c.reply(ctx, root, reply.Incident, m)
		}
		if err != nil {
			c.log.WarnContext(parent, "file not shown below the card", "err", err)
			continue
		}
		shown = true
	}
	if shown {
		return
	}
	if err := c.confide(ctx, user, m); err != nil {
		c.log.WarnContext(parent, "file not shown", "err", err)
	}
}
