package discord

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// replyTo is what ties a message to an older one. Where that is gone, it stands by
// itself.
func replyTo(at sent) *discordgo.MessageReference {
	missing := false
	return &discordgo.MessageReference{MessageID: at.id, ChannelID: at.channel, FailIfNotExists: &missing}
}

// rootOf is the message under which the story of a card is told: the card, or the one
// before it of the same trouble. Its thread has the same id.
func rootOf(at sent, card incident.Card) sent {
	if root, _, ok := parseRef(card.Thread); ok && root.channel == at.channel {
		return root
	}
	return at
}

// showNews tells the thread what it does not hold yet, and returns how many of the
// News it holds then.
func (c *Client) showNews(ctx context.Context, at sent, s incident.Scene) (told int, err error) {
	root := rootOf(at, s.Card)
	_, unsure := c.unsure.Load(root.id)
	for _, note := range bot.Story(s.Incident, s.Roster, s.News) {
		if err := c.spend(ctx, postingIn(root.id), edits); err != nil {
			return told, err
		}
		m := drawNote(note, s, root != at)
		m.Nonce = c.nonce("story", string(s.Incident.ID), root.id, strconv.Itoa(s.Card.Told+told))
		post, err := c.reply(ctx, root, s.Incident.ID, m)
		if f := (*wire.Failure)(nil); errors.As(err, &f) && f.Unknown {
			c.unsure.Store(root.id, true)
		}
		if wire.Coded(err, discordgo.ErrCodeUnknownChannel) {
			c.log.WarnContext(ctx, "thread not told: somebody deleted it", "incident", s.Incident)
			break
		}
		if err == nil && (unsure || s.Card.Doubtful) {
			err = c.redraw(ctx, post, m, edits)
		}
		if err != nil {
			return told, err
		}
		told = note.Through
	}
	c.unsure.Delete(root.id)
	return len(s.News), nil
}

// drawNote is one message of a thread. Where the thread tells of several incidents,
// it says which.
func drawNote(note bot.Note, s incident.Scene, shared bool) message {
	h := hand(s.Roster)
	text := h.Lines(note.Lines, maxEmbed-maxFacts)
	if shared {
		text = "**" + string(s.Incident.ID) + "**\n" + text
	}
	m := message{Content: text, Components: rowsOf(note.Buttons)}
	m.Mentions.Users = mentioned(note.Lines, s.Roster)
	if utf8.RuneCountInString(text) > maxContent {
		m.Content = ""
		for _, id := range m.Mentions.Users { // an embed tells nobody
			m.Content += "<@" + id + "> "
		}
		m.Embeds = []*discordgo.MessageEmbed{{Description: text}}
	}
	return m
}

// reply posts into the thread below a message, which is made where there is none. One
// that somebody deleted can't be made again.
func (c *Client) reply(ctx context.Context, root sent, id incident.ID, m message) (sent, error) {
	if _, known := c.threads.Load(root.id); known {
		at, err := c.post(ctx, root.id, m)
		if !wire.Coded(err, discordgo.ErrCodeUnknownChannel) {
			return at, err
		}
	}
	if err := c.startThread(ctx, root, id); err != nil {
		return sent{}, err
	}
	return c.post(ctx, root.id, m)
}

// keptFor is how long a thread stays in sight without a word, in minutes.
const keptFor = 24 * 60

func (c *Client) startThread(ctx context.Context, root sent, id incident.ID) error {
	err := c.ask(ctx, call{
		name: "threads.create", verb: http.MethodPost, url: discordgo.EndpointChannelMessageThread(root.channel, root.id),
		key: "threads.create " + root.channel, body: map[string]any{"name": string(id), "auto_archive_duration": keptFor},
	})
	if err == nil || wire.Coded(err, discordgo.ErrCodeThreadAlreadyCreatedForThisMessage) {
		c.threads.Store(root.id, id)
		return nil
	}
	return err
}

// A past message is what we read of one that stands in a channel.
type past struct {
	ID      string    `json:"id"`
	Content string    `json:"content"`
	At      time.Time `json:"timestamp"`
	Author  struct {
		ID string `json:"id"`
	} `json:"author"`
	Embeds []struct {
		Title string `json:"title"`
	} `json:"embeds"`
}

// ours reports whether the bot wrote it.
func (c *Client) ours(m past) bool {
	self := c.self.Load()
	return self != nil && m.Author.ID == *self
}

// skew is by how much clocks may differ, mostRead how far back is looked.
const (
	skew     = 2 * time.Minute
	mostRead = 100
)

func (c *Client) latest(ctx context.Context, channel string) (all []past, err error) {
	err = c.ask(ctx, call{
		name: "messages.list", verb: http.MethodGet, into: &all,
		url: discordgo.EndpointChannelMessages(channel) + "?" + url.Values{"limit": {strconv.Itoa(mostRead)}}.Encode(),
	})
	return all, err
}

// findCard looks for the incident's card in its channel. Where it can't be told, the
// nonce has to do.
func (c *Client) findCard(ctx context.Context, s incident.Scene) (at sent, found bool) {
	all, err := c.latest(ctx, s.Card.Channel)
	if err != nil {
		c.log.WarnContext(ctx, "card not looked up", "incident", s.Incident, "err", err)
	}
	for _, m := range all {
		if m.At.Before(s.Incident.OpenedAt.Add(-skew)) || !c.ours(m) || m.Content != "" || len(m.Embeds) != 1 {
			continue // a page has words above its card
		}
		if id, ok := incidentOf(m.Embeds[0].Title); ok && id == s.Incident.ID {
			return sent{s.Card.Channel, m.ID}, true
		}
	}
	return sent{}, false
}

// focus returns the incident that a thread is about; the last one where it tells of
// several.
func (c *Client) focus(ctx context.Context, parent, thread string) (id incident.ID) {
	var root past
	err := c.ask(ctx, call{
		name: "messages.get", verb: http.MethodGet, url: discordgo.EndpointChannelMessage(parent, thread), into: &root,
	})
	if err == nil && c.ours(root) && len(root.Embeds) > 0 {
		id, _ = incidentOf(root.Embeds[0].Title)
	}
	if id == "" {
		return ""
	}
	all, err := c.latest(ctx, thread)
	if err != nil {
		c.log.WarnContext(ctx, "thread not looked up", "err", err)
	}
	for _, m := range all { // the newest first
		first, _, _ := strings.Cut(m.Content, "\n")
		if named, ok := incident.ParseID(strings.Trim(first, "*")); ok && c.ours(m) {
			return named
		}
	}
	return id
}
