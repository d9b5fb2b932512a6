package slackfake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// A Reply is the app's immediate answer to a slash command.
type Reply struct {
	Status int
	Body   []byte
	// Message is the answer as it stands in the channel, usually ephemeral;
	// without a TS if the app had nothing to say.
	Message Message
}

// Click presses a button of a message. Deadlines are Slack's: no answer within
// Options.Patience is an error.
func (s *Server) Click(user, channel, ts, actionID string) (status int, body []byte, err error) {
	return s.interact(user, channel, ts, actionID, "")
}

// Choose picks an option, by its value, in a select or overflow menu of a message.
func (s *Server) Choose(user, channel, ts, actionID, value string) (status int, body []byte, err error) {
	return s.interact(user, channel, ts, actionID, value)
}

func (s *Server) interact(user, channel, ts, actionID, value string) (int, []byte, error) {
	body, err := s.ActionBody(user, channel, ts, actionID, value)
	if err != nil {
		return 0, nil, err
	}
	return s.deliver(interaction, s.Options().InteractionsURL, body)
}

// ActionBody returns the form that Click or Choose would send, for tests that
// send it twice, late or with another signature. An empty value presses a
// button with its own.
func (s *Server) ActionBody(user, channel, ts, actionID, value string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.find(channel)
	if r == nil {
		return nil, fmt.Errorf("click in %s: no such channel", channel)
	}
	m := r.message(ts)
	if m == nil || m.Ephemeral != "" && m.Ephemeral != user {
		return nil, fmt.Errorf("click in %s: no message %s for %s", channel, ts, user)
	}
	control, ok := m.Control(actionID)
	if !ok {
		return nil, fmt.Errorf("click in %s: message %s has no %q", channel, ts, actionID)
	}
	action, err := s.action(control, value)
	if err != nil {
		return nil, fmt.Errorf("click %q: %w", actionID, err)
	}
	container := reply{"type": "message", "message_ts": ts, "channel_id": r.ID, "is_ephemeral": m.Ephemeral != ""}
	if m.ThreadTS != "" {
		container["thread_ts"] = m.ThreadTS
	}
	person := s.users[user]
	payload, err := json.Marshal(reply{
		"type":         "block_actions",
		"user":         reply{"id": user, "username": person.Name, "name": person.Name, "team_id": cmp.Or(person.TeamID, s.options.TeamID)},
		"api_app_id":   s.options.AppID,
		"token":        "legacy",
		"container":    container,
		"trigger_id":   s.newTrigger(user),
		"team":         reply{"id": s.options.TeamID, "domain": "fake"},
		"enterprise":   nil,
		"channel":      reply{"id": r.ID, "name": r.shownName()},
		"message":      s.wire(r, m, true),
		"state":        reply{"values": reply{}},
		"response_url": s.newResponseURL(user, r.ID, m.TS),
		"actions":      []reply{action},

		"is_enterprise_install": false,
	})
	if err != nil {
		return nil, fmt.Errorf("click %q: %w", actionID, err)
	}
	return []byte(url.Values{"payload": {string(payload)}}.Encode()), nil
}

// action is the entry for one control in the actions of a payload.
func (s *Server) action(c Control, value string) (reply, error) {
	a := reply{"type": c.Type, "action_id": c.ActionID, "block_id": c.BlockID, "action_ts": s.stamp()}
	if c.Type == "button" {
		if value != "" {
			return nil, fmt.Errorf("a button has no options")
		}
		a["text"] = c.json["text"]
		if c.Value != "" {
			a["value"] = c.Value
		}
		return a, nil
	}
	switch c.Type {
	case "users_select":
		a["selected_user"] = value
		return a, nil
	case "conversations_select":
		a["selected_conversation"] = value
		return a, nil
	case "channels_select":
		a["selected_channel"] = value
		return a, nil
	}
	at := slices.IndexFunc(c.Options, func(o Option) bool { return o.Value == value })
	if at < 0 {
		return nil, fmt.Errorf("no option %q", value)
	}
	option := reply{"text": reply{"type": "plain_text", "text": c.Options[at].Text, "emoji": true}, "value": value}
	if c.Type == "checkboxes" || c.Type == "multi_static_select" {
		a["selected_options"] = []reply{option}
	} else {
		a["selected_option"] = option
	}
	return a, nil
}

// Command types a slash command ("/oncall", "who") in a channel and shows the
// app's answer there as Slack does.
func (s *Server) Command(user, channel, command, text string) (Reply, error) {
	body, err := s.CommandBody(user, channel, command, text)
	if err != nil {
		return Reply{}, err
	}
	status, answer, err := s.deliver(slashCommands, s.Options().CommandsURL, body)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Status: status, Body: answer}
	if status == http.StatusOK && len(bytes.TrimSpace(answer)) > 0 {
		r.Message, err = s.showAnswer(user, channel, answer)
	}
	return r, err
}

// CommandBody returns the form that Command would send.
func (s *Server) CommandBody(user, channel, command, text string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.find(channel)
	if r == nil {
		return nil, fmt.Errorf("type %s in %s: no such channel", command, channel)
	}
	return []byte(url.Values{
		"token": {"legacy"}, "api_app_id": {s.options.AppID}, "is_enterprise_install": {"false"},
		"team_id": {s.options.TeamID}, "team_domain": {"fake"},
		"channel_id": {r.ID}, "channel_name": {r.shownName()},
		"user_id": {user}, "user_name": {s.users[user].Name},
		"command": {command}, "text": {text},
		"trigger_id": {s.newTrigger(user)}, "response_url": {s.newResponseURL(user, r.ID, "")},
	}.Encode()), nil
}

// send delivers a signed form to the app, as Slack would right now.
func (s *Server) send(target string, body []byte) (int, []byte, error) {
	req, err := http.NewRequest(http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("send to app: %w", err)
	}
	req.Header = s.Sign(body, time.Now())
	if bytes.HasPrefix(body, []byte("{")) {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := s.client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("send to app: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return res.StatusCode, nil, fmt.Errorf("read the app's answer: %w", err)
	}
	return res.StatusCode, answer, nil
}

func (r *room) shownName() string {
	if r.Direct {
		return "directmessage"
	}
	return r.Name
}
