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

	Event json.RawMessage `json:"event"` // by its type
}

// A remark is what somebody said to us.
type remark struct {
	User     string `json:"user"`
	UserTeam string `json:"user_team"` // in a channel shared with another workspace
	BotID    string `json:"bot_id"`
	Text     string `json:"text"`
	Channel  string `json:"channel"`
	ThreadTS string `json:"thread_ts"`
	TS       string `json:"ts"`
}

// hearEvent answers Slack's test of the URL, and hears whose account has changed, who
// marks a message and who mentions us: in the thread of a card, where no slash command
// works, that is how to speak. It returns when what was said is done, or when Slack
// would not wait any longer.
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
	var about struct {
		Type string `json:"type"`
	}
	if e.Type != "event_callback" || json.Unmarshal(e.Event, &about) != nil {
		return answer{}
	}
	switch about.Type {
	case "app_mention":
		return c.hearMention(ctx, desk, e)
	case "app_home_opened":
		return c.hearVisit(ctx, e)
	case "reaction_added":
		return c.hearReaction(ctx, desk, e)
	case "user_change":
		return c.hearChange(ctx, desk, e.Event)
	}
	return answer{}
}

// hearMention carries out what a person said to us.
func (c *Client) hearMention(ctx context.Context, desk Desk, e event) answer {
	var r remark
	if json.Unmarshal(e.Event, &r) != nil || r.BotID != "" || r.User == "" {
		return answer{}
	}
	soon, cancel := context.WithTimeout(ctx, wire.AnswerTime)
	defer cancel()
	done := make(chan answer, 1)
	c.answers.Go(func() { c.mentioned(context.WithoutCancel(ctx), e.EventID, r, desk, done) })
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
func (c *Client) mentioned(parent context.Context, id string, r remark, desk Desk, done chan<- answer) {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	roster := desk.Roster()
	request := commands.Request{
		Text:   said(leading.ReplaceAllString(r.Text, "")),
		By:     speaker(roster, r.User, ""),
		Source: source,
		Team:   teamOf(roster, r.Channel),
		Focus:  roomOf(roster, r.Channel),
	}
	if r.ThreadTS != "" {
		focus, err := c.cardOf(ctx, r.Channel, r.ThreadTS)
		if err != nil {
			c.log.WarnContext(parent, "thread not looked up", "err", err)
		}
		request.Focus = cmp.Or(focus, request.Focus)
	}
	o := c.clerk().Run(ctx, c.porter(desk, r.User, r.UserTeam), "event "+cmp.Or(id, r.Channel+" "+r.TS), request)
	done <- unsaid(o)
	if !o.First {
		return
	}
	c.handOver(parent, r.User, o.Reply)
	m := speak(words(o.Reply), wire.Offers(o.Reply, request.Text))
	m.thread = r.ThreadTS
	if err := c.aside(ctx, r.Channel, r.User, m); err != nil {
		c.log.WarnContext(parent, "answer not delivered", "err", err)
	}
}
