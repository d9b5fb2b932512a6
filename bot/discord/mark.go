package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxMarked is how much of a message joins a timeline, in characters.
const maxMarked = 900

// unread is in the place of words that the bot may not read.
const unread = "(a message whose words Discord does not let Earshot read)"

// A reaction is an emoji that somebody put under a message.
type reaction struct {
	UserID    string `json:"user_id"`
	ChannelID string `json:"channel_id"`
	MessageID string `json:"message_id"`
	Server    string `json:"guild_id"`
	Emoji     struct {
		Name string `json:"name"`
	} `json:"emoji"`
	Member struct {
		User user   `json:"user"`
		Nick string `json:"nick"`
	} `json:"member"`
}

// A written message is what we read of one that joins a timeline.
type written struct {
	Content string `json:"content"`
	Author  user   `json:"author"`
}

// heardReaction puts the message under which the team's mark was set on the timeline of
// the incident in whose thread, or room, it stands. Elsewhere the emoji means what it
// means to people. Who may not is told; what is done shows by itself.
func (c *Client) heardReaction(parent context.Context, raw []byte, desk Desk) {
	defer c.contain(parent)
	var r reaction
	if json.Unmarshal(raw, &r) != nil || r.UserID == "" || r.Server == "" || r.Member.User.Bot {
		return
	}
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	roster := desk.Roster()
	above := c.parentOf(ctx, r.ChannelID)
	team, focus := teamOf(roster, r.ChannelID, above), incident.ID("")
	for _, channel := range []string{r.ChannelID, above} {
		if room, ok := roster.RoomIn(source, channel); ok {
			team, focus = room.Team, incident.ID(room.Incident)
		}
	}
	if team == "" || !roster.Teams[team].Marks(r.Emoji.Name) {
		return
	}
	if focus == "" && above != "" {
		focus = c.focused(ctx, above, r.ChannelID)
	}
	if focus == "" {
		return
	}
	m, err := c.written(ctx, sent{r.ChannelID, r.MessageID})
	if err != nil {
		c.log.WarnContext(parent, "marked message not looked up", "err", err)
		return
	}
	if self := c.self.Load(); self != nil && m.Author.ID == *self {
		return // what we said stands on the timeline
	}
	request := commands.Request{
		Text: "mark", Mark: mark(roster, r.Server, sent{r.ChannelID, r.MessageID}, m, unread), By: speaker(roster, r.Member.User, r.Member.Nick),
		Source: source, Team: team, Focus: focus,
	}
	id := strings.Join([]string{"mark", r.UserID, r.ChannelID, r.MessageID, string(focus)}, " ")
	o := c.clerk().Run(ctx, desk, id, request)
	if !o.First || o.Reply.OK {
		return
	}
	if err := c.confide(ctx, r.UserID, c.word(ctx, request, o.Reply)); err != nil {
		c.log.WarnContext(parent, "answer not delivered", "err", err)
	}
}

// written reads one message. Without the intent to read what messages say, which the
// application's owner has to turn on, it has no words.
func (c *Client) written(ctx context.Context, at sent) (m written, err error) {
	err = c.ask(ctx, call{
		name: "messages.get", verb: http.MethodGet, url: discordgo.EndpointChannelMessage(at.channel, at.id), into: &m,
	})
	return m, err
}

// mark is a message of a server as it joins a timeline; wordless is what it says where
// there is nothing to read.
func mark(roster oncall.Roster, server string, at sent, m written, wordless string) *commands.Mark {
	return &commands.Mark{
		Ref:    at.ref(),
		Author: speaker(roster, m.Author, ""),
		Text:   cmp.Or(bot.Clean(m.Content, maxMarked), wordless),
		Link:   site + strings.Join([]string{server, at.channel, at.id}, "/"),
	}
}

// markCommand is the line in the menu of a message.
const markCommand = "Add to incident timeline"

// chooseMark puts the message in whose menu that was chosen on the timeline of the
// incident in whose thread, or room, it stands; elsewhere a menu asks which.
func (c *Client) chooseMark(ctx context.Context, a act, desk Desk) response {
	m := a.Data.Resolved.Messages[a.Data.Target]
	switch self := c.self.Load(); {
	case a.Data.Name != markCommand || m.Author.ID == "":
		return privately(message{Content: "That is not one of Earshot's commands."})
	case self != nil && m.Author.ID == *self:
		return privately(message{Content: "What Earshot says stands on the timeline already."})
	}
	of := mark(desk.Roster(), a.Server, sent{a.ChannelID, a.Data.Target}, m, "(a message without words)")
	return c.carry(ctx, a, desk, commands.Request{Text: "mark", Mark: of})
}

// markMenu is what the menu is called that asks on whose timeline a mark belongs; empty
// where none is asked about, or it can't be kept now.
func (c *Client) markMenu(ctx context.Context, r commands.Request) string {
	if r.Mark == nil {
		return ""
	}
	packed, err := json.Marshal(r.Mark)
	if err != nil {
		return ""
	}
	if kept := c.shelve(ctx, string(packed)); kept != "" {
		return marking + kept
	}
	return ""
}

// unpackMark is the mark as markMenu had it kept; nil for anything else.
func unpackMark(packed string) *commands.Mark {
	m := new(commands.Mark)
	if json.Unmarshal([]byte(packed), m) != nil || m.Ref == "" {
		return nil
	}
	return m
}
