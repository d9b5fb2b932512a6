package slack

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// signatureHeader tells a command from the next one where Slack names no trigger:
// only the same request sent again has the same signature.
const signatureHeader = "X-Slack-Signature"

// A typed command is what Slack tells of one: over HTTP a form, over a socket JSON.
type typed struct {
	Command     string `json:"command"`
	Text        string `json:"text"`
	TeamID      string `json:"team_id"`
	ChannelID   string `json:"channel_id"`
	UserID      string `json:"user_id"`
	UserName    string `json:"user_name"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
}

func typedIn(form url.Values) typed {
	return typed{
		Command: form.Get("command"), Text: form.Get("text"), TeamID: form.Get("team_id"), ChannelID: form.Get("channel_id"),
		UserID: form.Get("user_id"), UserName: form.Get("user_name"), TriggerID: form.Get("trigger_id"), ResponseURL: form.Get("response_url"),
	}
}

// hearCommand answers "/oncall ...", seen by the caller alone, or opens the form
// that asks for what is missing. The delivery names it where its trigger does not.
func (c *Client) hearCommand(ctx context.Context, desk Desk, t typed, delivery string) answer {
	if t.Command == "" || t.UserID == "" {
		return refused(http.StatusBadRequest, "not a slash command")
	}
	if !c.ours(t.TeamID) {
		return refused(http.StatusForbidden, "not the workspace of this app")
	}
	soon, cancel := context.WithTimeoutCause(ctx, wire.AnswerTime, wire.ErrSlow)
	defer cancel()
	roster := desk.Roster()
	request := commands.Request{
		Text:   said(t.Text),
		By:     speaker(roster, t.UserID, t.UserName),
		Source: source,
		Team:   teamOf(roster, t.ChannelID),
		Focus:  roomOf(roster, t.ChannelID),
	}
	o := c.clerk().Run(ctx, c.porter(desk, t.UserID, t.TeamID), "command "+cmp.Or(t.TriggerID, delivery), request)
	if !o.First {
		return unsaid(o)
	}
	if c.opened(soon, t.TriggerID, o.Reply, origin{Channel: t.ChannelID, Team: request.Team}) {
		return answer{}
	}
	if o.Reply.Public {
		o.Reply = c.publish(ctx, t.ChannelID, o.Reply)
	}
	text := words(o.Reply)
	if !o.Reply.OK && o.Reply.Err == nil {
		text += "\n`" + escape(c.command, maxFacts) + " help` lists the words."
	}
	m := speak(text, wire.Offers(o.Reply, request.Text))
	c.handOver(ctx, t.UserID, o.Reply)
	c.illustrate(ctx, o.Reply, func(ctx context.Context, m message) error { return c.afterwards(ctx, t, m) })
	return answer{body: privately(m), instead: func(ctx context.Context) error { return c.afterwards(ctx, t, m) }}
}

// afterwards tells whoever typed a command what became of it, where the answer to
// the command itself can't.
func (c *Client) afterwards(ctx context.Context, t typed, m message) error {
	if c.trusted(t.ResponseURL) {
		return c.follow(ctx, t.ResponseURL, privately(m))
	}
	return c.aside(ctx, t.ChannelID, t.UserID, m)
}

// said is what somebody typed, without what Slack did to it on the way.
func said(text string) string {
	return strings.TrimSpace(unescape.Replace(text))
}

var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// source is what requests from here say where they come from.
const source = "slack"

// clerk has what people say carried out.
func (c *Client) clerk() wire.Clerk {
	return wire.Clerk{Source: source, Log: c.log, Work: &c.answers, Now: c.now}
}

// speaker is whoever has that Slack id, or a stranger by the name Slack gives.
func speaker(roster oncall.Roster, user, name string) incident.Actor {
	for id, p := range roster.People {
		if p.Slack == user && user != "" {
			return incident.By(id)
		}
	}
	if name == "" {
		name = user
	}
	return incident.Actor{Name: named(name), Account: source + " " + user}
}

// named is a chat name that mentions nobody.
func named(name string) string { return strings.TrimLeft(name, "@<!") }

// roomOf is the incident whose room a channel is; empty: it is none.
func roomOf(roster oncall.Roster, channel string) incident.ID {
	room, _ := roster.RoomIn(source, channel)
	return incident.ID(room.Incident)
}

// teamOf is the team whose channel it is, or whose incident's room.
func teamOf(roster oncall.Roster, channel string) oncall.TeamID {
	for _, id := range roster.TeamIDs() {
		if channel != "" && roster.Teams[id].SlackChannel == channel {
			return id
		}
	}
	room, _ := roster.RoomIn(source, channel)
	return room.Team
}
