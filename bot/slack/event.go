package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"

	"github.com/earshot-oncall/earshot/commands"
)

// An event is the part of what the Events API sends that we read.
type event struct {
	Type      string `json:"type"`
	Challenge string `json:"challenge"`
	TeamID    string `json:"team_id"`
	EventID   string `json:"event_id"`
	Event     struct {
		Type     string `json:"type"`
		User     string `json:"user"`
		BotID    string `json:"bot_id"`
		Text     string `json:"text"`
		Channel  string `json:"channel"`
		ThreadTS string `json:"thread_ts"`
		TS       string `json:"ts"`
	} `json:"event"`
}

// serveEvent answers Slack's test of the URL and hears who mentions us: in the
// thread of a card, where no slash command works, that is how to speak.
func (c *Client) serveEvent(w http.ResponseWriter, r *http.Request, body []byte, desk Desk) {
	var e event
	if err := json.Unmarshal(body, &e); err != nil || e.Type == "" {
		http.Error(w, "not an event", http.StatusBadRequest)
		return
	}
	if e.Type == "url_verification" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write([]byte(e.Challenge)) // Slack asks again if this is lost
		return
	}
	if !c.ours(e.TeamID) {
		http.Error(w, "not the workspace of this app", http.StatusForbidden)
		return
	}
	w.WriteHeader(http.StatusOK)
	if e.Type != "event_callback" || e.Event.Type != "app_mention" || e.Event.BotID != "" || e.Event.User == "" {
		return
	}
	ctx := context.WithoutCancel(r.Context())
	c.answers.Go(func() { c.mentioned(ctx, e, desk) })
}

// leading is the mention with which a message to us begins.
var leading = regexp.MustCompile(`^\s*<@[UW][A-Z0-9]+(\|[^>]*)?>[\s:,]*`)

// mentioned carries out what somebody said to us in a channel or thread.
func (c *Client) mentioned(parent context.Context, e event, desk Desk) {
	ctx, cancel := errand(parent)
	defer cancel()
	roster := desk.Roster()
	request := commands.Request{
		Text:   said(leading.ReplaceAllString(e.Event.Text, "")),
		By:     speaker(roster, e.Event.User, ""),
		Source: source,
		Team:   teamOf(roster, e.Event.Channel),
	}
	if e.Event.ThreadTS != "" {
		id, err := c.cardOf(ctx, e.Event.Channel, e.Event.ThreadTS)
		if err != nil {
			c.log.WarnContext(parent, "thread not looked up", "err", err)
		}
		request.Focus = id
	}
	reply, first := c.run(ctx, desk, "event "+e.EventID, request)
	if !first {
		return
	}
	m := speak(words(reply), offersOf(reply, request.Text))
	m.thread = e.Event.ThreadTS
	if err := c.aside(ctx, e.Event.Channel, e.Event.User, m); err != nil {
		c.log.WarnContext(parent, "answer not delivered", "err", err)
	}
}
