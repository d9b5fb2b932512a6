package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// signatureHeader tells a command from the next one: only the same request sent
// again has the same signature.
const signatureHeader = "X-Slack-Signature"

// serveCommand answers "/oncall ...", seen by the caller alone, or opens the form
// that asks for what is missing.
func (c *Client) serveCommand(w http.ResponseWriter, r *http.Request, body []byte, desk Desk) {
	form, err := fields(body)
	if err != nil || form.Get("command") == "" || form.Get("user_id") == "" {
		http.Error(w, "not a slash command", http.StatusBadRequest)
		return
	}
	if !c.ours(form.Get("team_id")) {
		http.Error(w, "not the workspace of this app", http.StatusForbidden)
		return
	}
	soon, cancel := context.WithTimeoutCause(r.Context(), wire.AnswerTime, wire.ErrSlow)
	defer cancel()
	roster := desk.Roster()
	request := commands.Request{
		Text:   said(form.Get("text")),
		By:     speaker(roster, form.Get("user_id"), form.Get("user_name")),
		Source: source,
		Team:   teamOf(roster, form.Get("channel_id")),
	}
	reply, first := c.clerk().Run(r.Context(), desk, "command "+r.Header.Get(signatureHeader), request)
	if !first {
		w.WriteHeader(http.StatusOK)
		return
	}
	if c.opened(soon, form.Get("trigger_id"), reply, origin{Channel: form.Get("channel_id"), Team: request.Team}) {
		w.WriteHeader(http.StatusOK)
		return
	}
	text := words(reply)
	if !reply.OK && reply.Err == nil {
		text += "\n`" + escape(c.command, maxFacts) + " help` lists the words."
	}
	answer := privately(speak(text, wire.Offers(reply, request.Text)))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		c.log.WarnContext(r.Context(), "answer not delivered", "err", err)
	}
}

// said is what somebody typed, without what Slack did to it on the way.
func said(text string) string {
	return strings.TrimSpace(unescape.Replace(text))
}

var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// source is what requests from here say where they come from.
const source = "slack"

// clerk has what people say carried out.
func (c *Client) clerk() wire.Clerk { return wire.Clerk{Source: source, Log: c.log, Work: &c.answers} }

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
	return incident.Actor{Name: strings.TrimLeft(name, "@<!")}
}

// teamOf is the team whose channel it is.
func teamOf(roster oncall.Roster, channel string) oncall.TeamID {
	for _, id := range roster.TeamIDs() {
		if channel != "" && roster.Teams[id].SlackChannel == channel {
			return id
		}
	}
	return ""
}
