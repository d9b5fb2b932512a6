package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
)

// maxAlt bounds the words in a picture's place.
const maxAlt = 1000

// An attachment is a file of a message.
type attachment struct {
	ID   int    `json:"id"`
	Name string `json:"filename"`
	Alt  string `json:"description"`
}

// illustrated is the message with a picture below its words.
func (m message) illustrated(p *commands.Picture) message {
	if p == nil {
		return m
	}
	m.picture = p
	m.Attachments = []attachment{{Name: p.Name, Alt: bot.Clean(p.Alt, maxAlt)}}
	m.Embeds = append(m.Embeds[:len(m.Embeds):len(m.Embeds)], &discordgo.MessageEmbed{Image: &discordgo.MessageEmbedImage{URL: "attachment://" + p.Name}})
	return m
}

// encoded is the body of a call, with its picture or file where it is a message with one.
func encoded(body any) (contentType string, raw []byte, err error) {
	if m, ok := body.(message); ok && m.picture != nil {
		return discordgo.MultipartBodyWithJSON(m, []*discordgo.File{{
			Name: m.picture.Name, ContentType: "image/png", Reader: bytes.NewReader(m.picture.PNG),
		}})
	}
	if m, ok := body.(message); ok && m.file != nil {
		return discordgo.MultipartBodyWithJSON(m, []*discordgo.File{{
			Name: m.file.Name, ContentType: "text/markdown; charset=utf-8", Reader: strings.NewReader(m.file.Text),
		}})
	}
	if body != nil {
		raw, err = json.Marshal(body)
	}
	return "application/json", raw, err
}

// Announce posts words with a picture below them in a channel, or brings the message
// of that name up to date. What it may have posted already under a name of its own
// Discord knows by its nonce, for some minutes.
func (c *Client) Announce(parent context.Context, channel, ref, name string, reply commands.Reply) (string, error) {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	m := c.word(ctx, commands.Request{}, reply)
	if at, _, known := parseRef(ref); known && at.channel == channel {
		return ref, wire.Settle(c.redraw(ctx, at, m, updates))
	}
	m.Nonce = c.nonce("announcement", name)
	at, err := c.once(ctx, channel, m, false)
	if err != nil {
		return ref, wire.Settle(err)
	}
	return at.ref(), nil
}
