package slack

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/commands"
)

// A click is the part of a payload that we read. The rest, such as the message
// with all its blocks, is not decoded: one odd block must not lose a click.
type click struct {
	Type string `json:"type"`
	Team struct {
		ID string `json:"id"`
	} `json:"team"`
	User struct {
		ID       string `json:"id"`
		Username string `json:"username"`
		Name     string `json:"name"`
		IsBot    bool   `json:"is_bot"`
	} `json:"user"`
	BotID     string `json:"bot_id"`
	Container struct {
		ChannelID string `json:"channel_id"`
		MessageTS string `json:"message_ts"`
		ThreadTS  string `json:"thread_ts"`
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

// serveInteraction carries out what a button or a menu says. The card shows what
// became of it; what only the clicker should know follows in private.
func (c *Client) serveInteraction(w http.ResponseWriter, r *http.Request, body []byte, desk Desk) {
	form, err := fields(body)
	var p click
	if err != nil || json.Unmarshal([]byte(form.Get("payload")), &p) != nil || p.Type == "" {
		http.Error(w, "not an interaction", http.StatusBadRequest)
		return
	}
	if !c.ours(p.Team.ID) {
		http.Error(w, "not the workspace of this app", http.StatusForbidden)
		return
	}
	if p.Container.ChannelID == "" {
		p.Container.ChannelID, p.Container.MessageTS = p.Channel.ID, p.Message.TS
	}
	if p.Type != "block_actions" || len(p.Actions) == 0 || p.fromBot() {
		w.WriteHeader(http.StatusOK)
		return
	}
	pressed := p.Actions[0]
	value := pressed.Value
	if value == "" {
		value = pressed.Selected.Value
	}
	action, ok := bot.DecodeAction(value)
	if !ok {
		http.Error(w, "not one of our buttons", http.StatusBadRequest)
		return
	}
	roster := desk.Roster()
	name := p.User.Username
	if name == "" {
		name = p.User.Name
	}
	reply, first := c.run(r.Context(), desk, p.id(), commands.Request{
		Verb: action.Verb, Incident: action.Incident, Arg: action.Arg,
		By:     speaker(roster, p.User.ID, name),
		Source: source,
		Team:   teamOf(roster, p.Container.ChannelID),
		Focus:  action.Incident,
	})
	w.WriteHeader(http.StatusOK)
	if first {
		c.whisper(r.Context(), p, reply)
	}
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
