package discord

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
)

// A heard message is the part of one that we read.
type heard struct {
	ID        string `json:"id"`
	ChannelID string `json:"channel_id"`
	Server    string `json:"guild_id"`
	Content   string `json:"content"`
	Author    user   `json:"author"`
	Member    struct {
		Nick string `json:"nick"`
	} `json:"member"`
}

// leading is the mention with which a message to us begins.
var leading = regexp.MustCompile(`^\s*<@!?([0-9]+)>[\s:,]*`)

// heardMessage carries out what somebody said to us in a channel or a thread. The
// answer goes to the speaker by direct message, since Discord knows no private note
// in a channel; where that is closed, it stands below what was said.
func (c *Client) heardMessage(parent context.Context, raw []byte, desk Desk) {
	defer c.contain(parent)
	var m heard
	self := c.self.Load()
	if json.Unmarshal(raw, &m) != nil || m.Author.Bot || m.Author.ID == "" || self == nil {
		return
	}
	to := leading.FindStringSubmatch(m.Content)
	if to == nil || to[1] != *self {
		return
	}
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	roster := desk.Roster()
	if !c.serves(ctx, m.Server, roster) {
		return
	}
	above := c.parentOf(ctx, m.ChannelID)
	request := commands.Request{
		Text: strings.TrimSpace(m.Content[len(to[0]):]), By: speaker(roster, m.Author, m.Member.Nick),
		Source: source, Team: teamOf(roster, m.ChannelID, above),
	}
	if above != "" && request.Team != "" {
		request.Focus = c.focused(ctx, above, m.ChannelID)
	}
	request.Focus = within(request.Focus, roster, m.ChannelID, above)
	outcome := c.clerk().Run(ctx, c.scribe(desk, m.Author.ID), "message "+m.ID, request)
	if !outcome.First {
		return
	}
	answer := c.word(ctx, request, outcome.Reply)
	answer.Nonce = c.nonce("answer", m.ID)
	err := c.confide(ctx, m.Author.ID, answer)
	if wire.Is(err, wire.Refusal) {
		answer.Reply = replyTo(sent{m.ChannelID, m.ID})
		_, err = c.post(ctx, m.ChannelID, answer)
	}
	if err != nil {
		c.log.WarnContext(parent, "answer not delivered", "err", err)
	}
}

// confide posts to a person alone.
func (c *Client) confide(ctx context.Context, user string, m message) error {
	channel, err := c.open(ctx, user)
	if err == nil {
		_, err = c.post(ctx, channel, m)
	}
	return err
}

// parentOf is the channel that a thread is in; empty for a channel.
func (c *Client) parentOf(ctx context.Context, channel string) string {
	if known, ok := c.parents.Load(channel); ok {
		return known.(string) //nolint:forcetypeassert // nothing else is kept there
	}
	ch, err := c.look(ctx, channel)
	if err != nil {
		c.log.WarnContext(ctx, "channel not looked up", "err", err)
		return ""
	}
	above := ""
	if ch.IsThread() {
		above = ch.ParentID
	}
	c.parents.Store(channel, above)
	return above
}
