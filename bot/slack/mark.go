package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxMarked is how much of a message joins a timeline, in characters; a form that asks
// for the incident carries it along.
const maxMarked = 900

// A reaction is an emoji that somebody put under a message.
type reaction struct {
	User     string `json:"user"`
	UserTeam string `json:"user_team"`
	Reaction string `json:"reaction"`
	Item     struct {
		Type    string `json:"type"`
		Channel string `json:"channel"`
		TS      string `json:"ts"`
	} `json:"item"`
}

// hearReaction puts the message under which the team's mark was set on the timeline of
// the incident in whose thread, or room, it stands. Elsewhere the emoji means what it
// means to people.
func (c *Client) hearReaction(ctx context.Context, desk Desk, e event) answer {
	var r reaction
	if json.Unmarshal(e.Event, &r) != nil || r.Item.Type != "message" || r.User == "" {
		return answer{}
	}
	roster := desk.Roster()
	room, inRoom := roster.RoomIn(source, r.Item.Channel)
	team := teamOf(roster, r.Item.Channel)
	if inRoom {
		team = room.Team
	}
	if name, _, _ := strings.Cut(r.Reaction, "::"); team == "" || !roster.Teams[team].Marks(name) { // "::" follows a skin tone
		return answer{}
	}
	soon, cancel := context.WithTimeout(ctx, wire.AnswerTime)
	defer cancel()
	done := make(chan answer, 1)
	c.answers.Go(func() {
		done <- c.markedBy(context.WithoutCancel(ctx), desk, r, team, incident.ID(room.Incident))
	})
	select {
	case a := <-done:
		return a
	case <-soon.Done():
		return answer{}
	}
}

// markedBy looks the message up and has it put on the timeline. Who may not is told;
// what is done shows by itself.
func (c *Client) markedBy(parent context.Context, desk Desk, r reaction, team oncall.TeamID, focus incident.ID) answer {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	m, err := c.message(ctx, sent{r.Item.Channel, r.Item.TS})
	if err == nil && focus == "" && m.ThreadTimestamp != "" && m.ThreadTimestamp != m.Timestamp {
		focus, err = c.cardOf(ctx, r.Item.Channel, m.ThreadTimestamp)
	}
	if err != nil {
		c.log.WarnContext(parent, "marked message not looked up", "err", err)
		return refused(http.StatusServiceUnavailable, "not looked up: deliver it again")
	}
	roster := desk.Roster()
	if focus == "" || strings.HasPrefix(m.Metadata.EventType, ownEvents) { // what we said stands on the timeline
		return answer{}
	}
	at := sent{r.Item.Channel, r.Item.TS}
	o := c.clerk().Run(ctx, c.porter(desk, r.User, r.UserTeam), strings.Join([]string{"mark", r.User, at.ref(), string(focus)}, " "), commands.Request{
		Text: "mark", Mark: c.mark(ctx, roster, at, cmp.Or(m.User, m.BotID), m.Username, m.Text),
		By: speaker(roster, r.User, ""), Source: source, Team: team, Focus: focus,
	})
	if !o.First || o.Reply.OK {
		return unsaid(o)
	}
	refusal := speak(words(o.Reply), nil)
	refusal.thread = m.ThreadTimestamp
	if err := c.aside(ctx, r.Item.Channel, r.User, refusal); err != nil {
		c.log.WarnContext(parent, "answer not delivered", "err", err)
	}
	return answer{}
}

// message returns one message, wherever it stands in a channel.
func (c *Client) message(ctx context.Context, at sent) (m sdk.Message, err error) {
	err = c.call(ctx, "conversations.replies", "conversations.replies", func(ctx context.Context) error {
		page, _, _, err := c.api.GetConversationRepliesContext(ctx, &sdk.GetConversationRepliesParameters{
			ChannelID: at.channel, Timestamp: at.ts, Limit: 1, IncludeAllMetadata: true,
		})
		for _, one := range page {
			if one.Timestamp == at.ts {
				m = one
				return nil
			}
		}
		return cmp.Or(err, errors.New("slack shows no such message"))
	})
	return m, err
}

// mark is a message as it joins a timeline.
func (c *Client) mark(ctx context.Context, roster oncall.Roster, at sent, user, name, text string) *commands.Mark {
	author := speaker(roster, user, name)
	if author.Person == "" && name == "" && userID.MatchString(user) {
		if of, known := c.identify(ctx, user); known && of.name != "" {
			author.Name = named(of.name)
		}
	}
	m := &commands.Mark{Ref: at.ref(), Author: author, Text: bot.Clean(spoken(roster, text), maxMarked)}
	if m.Text == "" {
		m.Text = "(no words)"
	}
	err := c.call(ctx, "chat.getPermalink", "chat.getPermalink", func(ctx context.Context) (err error) {
		m.Link, err = c.api.GetPermalinkContext(ctx, &sdk.PermalinkParameters{Channel: at.channel, Ts: at.ts})
		return err
	})
	if err != nil {
		c.log.WarnContext(ctx, "message on the timeline without its link", "err", err)
	}
	return m
}

// marked is Slack's markup of a mention, a link or a date: what it is of, and what it
// shows.
var marked = regexp.MustCompile(`<([^<>|]+)(?:\|([^<>]*))?>`)

// spoken is a message as it was typed, without Slack's markup.
func spoken(roster oncall.Roster, text string) string {
	return said(marked.ReplaceAllStringFunc(text, func(s string) string {
		parts := marked.FindStringSubmatch(s)
		of, shows := parts[1], parts[2]
		if id, ok := strings.CutPrefix(of, "@"); ok {
			if by := speaker(roster, id, shows); by.Person != "" {
				return "@" + roster.People[by.Person].DisplayName()
			}
			return "@" + cmp.Or(shows, id)
		}
		switch {
		case strings.HasPrefix(of, "!date"), strings.HasPrefix(of, "#"):
			return cmp.Or(shows, of)
		case strings.HasPrefix(of, "!"):
			return "@" + strings.TrimLeft(cmp.Or(shows, of), "!@")
		case shows == "" || shows == of:
			return of
		}
		return shows + " (" + of + ")"
	}))
}
