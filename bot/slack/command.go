package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// notYet is said when the answer takes longer than Slack waits.
const notYet = "Not recorded yet, as far as is known: Earshot is slow to answer. Please try again in a moment."

// broken is said when something inside does not work; the log knows what.
const broken = "That did not work, something inside Earshot is broken at the moment. Nothing is known to have changed, please try again."

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
	soon, cancel := context.WithTimeoutCause(r.Context(), answerTimeout, errSlow)
	defer cancel()
	roster := desk.Roster()
	request := commands.Request{
		Text:   said(form.Get("text")),
		By:     speaker(roster, form.Get("user_id"), form.Get("user_name")),
		Source: source,
		Team:   teamOf(roster, form.Get("channel_id")),
	}
	reply, first := c.run(r.Context(), desk, "command "+r.Header.Get(signatureHeader), request)
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
	answer := privately(speak(text, offersOf(reply, request.Text)))
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

// run has a request carried out once, however often it is delivered, and answers
// in time whatever the rest does. first is false for a repeat, which is owed no
// answer. What failed may be delivered again.
func (c *Client) run(parent context.Context, desk Desk, id string, request commands.Request) (reply commands.Reply, first bool) {
	type result struct {
		reply commands.Reply
		first bool
	}
	ctx, cancel := context.WithTimeout(parent, answerTimeout)
	done := make(chan result, 1)
	c.answers.Go(func() {
		defer cancel()
		first, err := desk.Once(ctx, source, id, seenFor)
		if err != nil {
			done <- result{commands.Reply{Text: broken, Err: err}, true}
			return
		}
		if !first {
			done <- result{first: false}
			return
		}
		reply := desk.Run(ctx, request)
		if reply.Err != nil {
			c.log.ErrorContext(parent, "command failed", "id", id, "err", reply.Err)
			c.forget(parent, desk, id)
		}
		done <- result{reply, true}
	})
	select {
	case r := <-done:
		return r.reply, r.first
	case <-ctx.Done():
	}
	select {
	case r := <-done: // the work ended, and with it the context
		return r.reply, r.first
	default:
		return commands.Reply{Text: notYet, Err: ctx.Err()}, true
	}
}

// forget lets the next delivery of what failed count, even where the time for the
// answer is over.
func (c *Client) forget(parent context.Context, desk Desk, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), answerTimeout)
	defer cancel()
	if err := desk.Forget(ctx, source, id); err != nil {
		c.log.WarnContext(parent, "command stays remembered", "id", id, "err", err)
	}
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
