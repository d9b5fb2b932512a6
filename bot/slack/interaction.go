package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A click is the part of a payload that we read. The rest, such as the message
// with all its blocks, is not decoded: one odd block must not lose a click.
type click struct {
	Type string `json:"type"`
	Team struct {
		ID string `json:"id"`
	} `json:"team"`
	User      user   `json:"user"`
	BotID     string `json:"bot_id"`
	Container struct {
		ChannelID string `json:"channel_id"`
		MessageTS string `json:"message_ts"`
		ThreadTS  string `json:"thread_ts"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Message struct {
		TS string `json:"ts"`
	} `json:"message"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	Actions     []struct {
		ActionID string `json:"action_id"`
		ActionTS string `json:"action_ts"`
		Value    string `json:"value"`
		Selected struct {
			Value string `json:"value"`
		} `json:"selected_option"`
	} `json:"actions"`
}

// A user is whoever pressed or filled in.
type user struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Name     string `json:"name"`
	TeamID   string `json:"team_id"`
	IsBot    bool   `json:"is_bot"`
}

func (u user) speaker(roster oncall.Roster) incident.Actor {
	return speaker(roster, u.ID, cmp.Or(u.Username, u.Name))
}

// hearInteraction carries out what a button or a menu says. The card shows what
// became of it; what only the clicker should know follows in private.
func (c *Client) hearInteraction(ctx context.Context, desk Desk, payload []byte) answer {
	var p click
	if json.Unmarshal(payload, &p) != nil || p.Type == "" {
		return refused(http.StatusBadRequest, "not an interaction")
	}
	if !c.ours(p.Team.ID) {
		return refused(http.StatusForbidden, "not the workspace of this app")
	}
	if p.Type == "view_submission" {
		return c.hearSubmission(ctx, desk, payload)
	}
	if p.Type == "message_action" {
		return c.hearShortcut(ctx, desk, payload)
	}
	if p.Container.ChannelID == "" {
		p.Container.ChannelID, p.Container.MessageTS = p.Channel.ID, p.Message.TS
	}
	if p.Type != "block_actions" || len(p.Actions) == 0 || p.fromBot() {
		return answer{}
	}
	request, ok := p.request()
	if !ok {
		return refused(http.StatusBadRequest, "not one of our buttons")
	}
	roster := desk.Roster()
	request.By = p.User.speaker(roster)
	request.Source = source
	request.Team = teamOf(roster, p.Container.ChannelID)
	request.Focus = cmp.Or(request.Focus, roomOf(roster, p.Container.ChannelID))
	o := c.clerk().Run(ctx, c.porter(desk, p.User.ID, p.User.TeamID), p.id(), request)
	if o.First && o.Reply.Public {
		o.Reply = c.publish(ctx, p.Container.ChannelID, o.Reply)
	}
	if o.First {
		c.whisper(ctx, p, request, o.Reply)
		c.handOver(ctx, p.User.ID, o.Reply)
	}
	return unsaid(o)
}

// request is what a button or a menu says: words that need not be typed, or what to
// do with an incident.
func (p click) request() (commands.Request, bool) {
	value := p.Actions[0].Value
	if value == "" {
		value = p.Actions[0].Selected.Value
	}
	if words, ok := bot.DecodeWords(value); ok {
		return commands.Request{Text: words}, true
	}
	a, ok := bot.DecodeAction(value)
	return commands.Request{Verb: a.Verb, Incident: a.Incident, Arg: a.Arg, Focus: a.Incident}, ok
}

// id tells a click from its redelivery and from the next click.
func (p click) id() string {
	a := p.Actions[0]
	return strings.Join([]string{"click", p.User.ID, p.Container.ChannelID, p.Container.MessageTS, a.ActionID, a.ActionTS, p.TriggerID}, " ")
}

// fromBot reports whether no person pressed.
func (p click) fromBot() bool {
	return p.User.IsBot || p.BotID != "" || p.User.ID == "" || p.User.ID == "USLACKBOT"
}
