package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"regexp"

	"github.com/earshot-oncall/earshot/bot/wire"
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

// hearEvent answers Slack's test of the URL and hears who mentions us: in the
// thread of a card, where no slash command works, that is how to speak. It returns
// when what was said is done, or when Slack would not wait any longer.
func (c *Client) hearEvent(ctx context.Context, desk Desk, payload []byte) answer {
	var e event
	if err := json.Unmarshal(payload, &e); err != nil || e.Type == "" {
		return refused(http.StatusBadRequest, "not an event")
	}
	if e.Type == "url_verification" {
		return answer{text: e.Challenge}
	}
	if !c.ours(e.TeamID) {
		return refused(http.StatusForbidden, "not the workspace of this app")
	}
	if e.Type != "event_callback" || e.Event.Type != "app_mention" || e.Event.BotID != "" || e.Event.User == "" {
		return answer{}
	}
	soon, cancel := context.WithTimeout(ctx, wire.AnswerTime)
	defer cancel()
	done := make(chan answer, 1)
	c.answers.Go(func() { c.mentioned(context.WithoutCancel(ctx), e, desk, done) })
	select {
	case a := <-done:
		return a
	case <-soon.Done():
		return answer{}
	}
}

// leading is the mention with which a message to us begins.
var leading = regexp.MustCompile(`^\s*<@[UW][A-Z0-9]+(\|[^>]*)?>[\s:,]*`)

// mentioned carries out what somebody said to us in a channel or thread, says that
// it is done, and answers them.
func (c *Client) mentioned(parent context.Context, e event, desk Desk, done chan<- answer) {
	ctx, cancel := wire.Errand(parent)
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
	o := c.clerk().Run(ctx, desk, "event "+cmp.Or(e.EventID, e.Event.Channel+" "+e.Event.TS), request)
	done <- unsaid(o)
	if !o.First {
		return
	}
	m := speak(words(o.Reply), wire.Offers(o.Reply, request.Text))
	m.thread = e.Event.ThreadTS
	if err := c.aside(ctx, e.Event.Channel, e.Event.User, m); err != nil {
		c.log.WarnContext(parent, "answer not delivered", "err", err)
	}
}
