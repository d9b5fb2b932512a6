package slack

import (
	"bytes"
	"context"
	"errors"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
)

// uploading is the first of the three requests of an upload, by which it is limited.
const uploading = "files.getUploadURLExternal"

// maxAlt bounds the words in a picture's place.
const maxAlt = 2000

// illustrated is the message with a picture below its words. The file belongs to no
// channel: whoever sees the message sees it, also where one person alone does.
func (c *Client) illustrated(ctx context.Context, m message, p *commands.Picture) (message, error) {
	if p == nil {
		return m, nil
	}
	var id string
	err := c.call(ctx, uploading, uploading, func(ctx context.Context) error {
		f, err := c.api.UploadFileContext(ctx, sdk.UploadFileParameters{
			Filename: p.Name, Title: p.Name, AltTxt: bot.Clean(p.Alt, maxAlt), FileSize: len(p.PNG), Reader: bytes.NewReader(p.PNG),
		})
		if err == nil {
			id = f.ID
		}
		return err
	})
	if err != nil {
		return m, err
	}
	if len(m.blocks) == 0 {
		m.blocks = paragraphs(m.text)
	}
	picture := sdk.NewImageBlockSlackFile(&sdk.SlackFileObject{ID: id}, bot.Clean(p.Alt, maxAlt), "", nil)
	last := len(m.blocks)
	if last > 0 && m.blocks[last-1].BlockType() == sdk.MBTAction {
		last-- // buttons stay below
	}
	m.blocks = append(m.blocks[:last:last], append([]sdk.Block{picture}, m.blocks[last:]...)...)
	return m, nil
}

// illustrate sends a picture after a reply that has been given without it: by send, to
// whoever sees the reply. Without it the reply stands all the same.
func (c *Client) illustrate(parent context.Context, reply commands.Reply, send func(context.Context, message) error) {
	if reply.Picture == nil {
		return
	}
	c.answers.Go(func() {
		ctx, cancel := wire.Errand(context.WithoutCancel(parent))
		defer cancel()
		m, err := c.illustrated(ctx, message{text: escape(reply.Picture.Alt, maxText)}, reply.Picture)
		if err == nil {
			m.blocks = m.blocks[len(m.blocks)-1:] // its words are the picture's own
			err = send(ctx, m)
		}
		if err != nil {
			c.log.WarnContext(parent, "picture not shown", "err", err)
		}
	})
}

// Announce posts words with a picture below them in a channel, or brings the message
// of that name up to date. A workspace that lets us upload nothing gets the words.
func (c *Client) Announce(parent context.Context, channel string, ref string, reply commands.Reply) (string, error) {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	m := speak(words(reply), reply.Offers)
	drawn, err := c.illustrated(ctx, m, reply.Picture)
	if f := (*wire.Failure)(nil); errors.As(err, &f) && f.Class == wire.Refusal {
		c.log.WarnContext(parent, "picture not shown", "err", err)
		drawn, err = m, nil
	}
	if err != nil {
		return ref, wire.Settle(err)
	}
	if at, _, known := parseRef(ref); known && at.channel == channel {
		return ref, wire.Settle(c.redraw(ctx, at, drawn))
	}
	if err := c.mayPost(ctx, channel, posts); err != nil {
		return ref, wire.Settle(err)
	}
	at, err := c.post(ctx, channel, drawn)
	if err != nil {
		return ref, wire.Settle(err)
	}
	return at.ref(), nil
}

// publish shows everybody in a channel what one person asked to be shown.
func (c *Client) publish(parent context.Context, channel string, reply commands.Reply) commands.Reply {
	c.answers.Go(func() {
		ctx, cancel := wire.Errand(context.WithoutCancel(parent))
		defer cancel()
		if _, err := c.Announce(ctx, channel, "", reply); err != nil {
			c.log.WarnContext(parent, "reply not shown to the channel", "err", err)
		}
	})
	return commands.Reply{OK: true, Text: "Shown to everybody here."}
}
