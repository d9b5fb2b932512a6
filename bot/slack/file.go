package slack

import (
	"context"
	"strings"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
)

// handOver puts the file of a reply, after the reply itself, below the cards of its
// incident, or where none of those can be reached, before whoever asked for it.
func (c *Client) handOver(parent context.Context, user string, reply commands.Reply) {
	if reply.File == nil {
		return
	}
	c.answers.Go(func() {
		ctx, cancel := wire.Errand(context.WithoutCancel(parent))
		defer cancel()
		shown := false
		for _, card := range reply.File.Cards {
			at, _, ok := parseRef(card.Ref)
			if card.Board != source || !ok {
				continue
			}
			if err := c.share(ctx, sent{at.channel, threadOf(at, card)}, reply.File); err != nil {
				c.log.WarnContext(parent, "file not shown below the card", "err", err)
				continue
			}
			shown = true
		}
		if shown {
			return
		}
		direct, err := c.open(ctx, user)
		if err == nil {
			err = c.share(ctx, sent{channel: direct}, reply.File)
		}
		if err != nil {
			c.log.WarnContext(parent, "file not shown", "err", err)
		}
	})
}

// share uploads a file into a channel, or a thread of it.
func (c *Client) share(ctx context.Context, to sent, f *commands.File) error {
	return c.call(ctx, uploading, uploading, func(ctx context.Context) error {
		_, err := c.api.UploadFileContext(ctx, sdk.UploadFileParameters{
			Channel: to.channel, ThreadTimestamp: to.ts,
			Filename: f.Name, Title: f.Name, FileSize: len(f.Text), Reader: strings.NewReader(f.Text),
		})
		return err
	})
}
