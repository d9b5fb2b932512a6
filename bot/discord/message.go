package discord

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
)

// sent is where a message stands.
type sent struct{ channel, id string }

// ref is the message's name for the rest of Earshot: "3001:4711".
func (s sent) ref() string { return s.channel + ":" + s.id }

// refs are what ref writes, and nothing that another platform would.
var refs = regexp.MustCompile(`^([0-9]{1,20}):([0-9]{1,20})(\+?)$`)

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

// A message is one post, or what one is edited to. The library's own lacks the
// nonce. Nothing in its texts mentions anybody but those whom mentions names.
type message struct {
	Content    string                           `json:"content"`
	Embeds     []*discordgo.MessageEmbed        `json:"embeds"`
	Components []discordgo.MessageComponent     `json:"components"`
	Mentions   discordgo.MessageAllowedMentions `json:"allowed_mentions"`
	Nonce      string                           `json:"nonce,omitempty"`
	Enforce    bool                             `json:"enforce_nonce,omitempty"`
	Flags      discordgo.MessageFlags           `json:"flags,omitempty"`
	Reply      *discordgo.MessageReference      `json:"message_reference,omitempty"`

	Attachments []attachment `json:"attachments,omitempty"`
	picture     *commands.Picture
	file        *commands.File
}

// whole fills in what has to be said even where there is none of it, lest an edit
// leave the old in place or a text mention somebody.
func (m message) whole() message {
	if m.Embeds == nil {
		m.Embeds = []*discordgo.MessageEmbed{}
	}
	if m.Components == nil {
		m.Components = []discordgo.MessageComponent{}
	}
	m.Mentions.Parse = []discordgo.AllowedMentionType{}
	return m
}

// post sends a message to a channel.
func (c *Client) post(ctx context.Context, channel string, m message) (sent, error) {
	m.Enforce = m.Nonce != ""
	var made struct {
		ID string `json:"id"`
	}
	err := c.ask(ctx, call{
		name: "messages.create", verb: http.MethodPost, url: discordgo.EndpointChannelMessages(channel),
		key: postingIn(channel), body: m.whole(), into: &made, post: true,
	})
	return sent{channel, made.ID}, err
}

// edit makes a message show something else.
func (c *Client) edit(ctx context.Context, at sent, m message) error {
	m.Nonce, m.Enforce, m.Reply = "", false, nil
	return c.ask(ctx, call{
		name: "messages.edit", verb: http.MethodPatch, url: discordgo.EndpointChannelMessage(at.channel, at.id),
		key: editingIn(at.channel), body: m.whole(),
	})
}

// open returns the channel of the direct messages with a person.
func (c *Client) open(ctx context.Context, user string) (channel string, err error) {
	if known, ok := c.private.Load(user); ok {
		return known.(string), nil //nolint:forcetypeassert // nothing else is kept there
	}
	var direct discordgo.Channel
	err = c.ask(ctx, call{
		name: "users.channels", verb: http.MethodPost, url: discordgo.EndpointUserChannels("@me"),
		body: map[string]string{"recipient_id": user}, into: &direct,
	})
	if err == nil {
		c.private.Store(user, direct.ID)
	}
	return direct.ID, err
}

// nonce names a message so that Discord knows it again when it is posted twice. What
// was deleted and is posted anew has another name.
func (c *Client) nonce(of ...string) string {
	name := strings.Join(of, "\n")
	if differs, ok := c.gone.Load(name); ok {
		name += "\n" + differs.(string) //nolint:forcetypeassert // nothing else is kept there
	}
	sum := sha256.Sum256([]byte(name))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15])
}

// deleted notes that the message of a name is there no more.
func (c *Client) deleted(at sent, of ...string) { c.gone.Store(strings.Join(of, "\n"), at.ref()) }

// once posts a message that has a nonce. Where an earlier attempt may have arrived,
// what Discord found again is made to show the present.
func (c *Client) once(ctx context.Context, channel string, m message, doubtful bool) (at sent, err error) {
	if err := c.spend(ctx, postingIn(channel), posts); err != nil {
		return sent{}, err
	}
	if at, err = c.post(ctx, channel, m); err != nil || !doubtful {
		return at, err
	}
	return at, c.redraw(ctx, at, m, edits)
}

// redraw is edit within the budget.
func (c *Client) redraw(ctx context.Context, at sent, m message, a wire.Allowance) error {
	if err := c.spend(ctx, editingIn(at.channel), a); err != nil {
		return err
	}
	return c.edit(ctx, at, m)
}

// escapeID keeps an id that a person typed within its place in an address.
func escapeID(id string) string { return url.PathEscape(id) }
