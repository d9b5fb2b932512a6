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
		Text: "mark", Mark: mark(roster, r, m), By: speaker(roster, r.Member.User, r.Member.Nick),
		Source: source, Team: team, Focus: focus,
	}
	id := strings.Join([]string{"mark", r.UserID, r.ChannelID, r.MessageID, string(focus)}, " ")
	o := c.clerk().Run(ctx, desk, id, request)
	if !o.First || o.Reply.OK {
		return
	}
	if err := c.confide(ctx, r.UserID, c.word(request, o.Reply)); err != nil {
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

// mark is a message as it joins a timeline.
func mark(roster oncall.Roster, r reaction, m written) *commands.Mark {
	return &commands.Mark{
		Ref:    sent{r.ChannelID, r.MessageID}.ref(),
		Author: speaker(roster, m.Author, ""),
		Text:   cmp.Or(bot.Clean(m.Content, maxMarked), "(a message whose words Discord does not let Earshot read)"),
		Link:   strings.Join([]string{"https://discord.com/channels", r.Server, r.ChannelID, r.MessageID}, "/"),
	}
}
