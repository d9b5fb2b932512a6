package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// OpenHome opens the app's home as a user, and tells the app.
func (s *Server) OpenHome(user string) error {
	s.mu.Lock()
	body, err := s.event(reply{
		"type": "app_home_opened", "user": user, "channel": s.direct(user).ID, "tab": "home", "event_ts": s.stamp(),
	})
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("open home: %w", err)
	}
	return s.Redeliver(body)
}

// Home returns what a user's home shows, as a message would; without an ID there is
// none yet.
func (s *Server) Home(user string) (View, Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.viewIndex(func(v View) bool { return v.Type == "home" && v.User == user })
	if at < 0 {
		return View{}, Message{}
	}
	var body struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	_ = json.Unmarshal(s.views[at].JSON, &body) // checked when it was published
	return s.views[at], Message{User: user, Blocks: body.Blocks}
}

// PressHome presses the button of a user's home that has a value.
func (s *Server) PressHome(user, value string) error {
	view, shown := s.Home(user)
	controls := shown.Controls()
	at := slices.IndexFunc(controls, func(c Control) bool { return c.Value == value })
	if at < 0 {
		return fmt.Errorf("press home: that of %s has no %q", user, value)
	}
	s.mu.Lock()
	action, err := s.action(controls[at], "")
	if err != nil {
		s.mu.Unlock()
		return fmt.Errorf("press home: %w", err)
	}
	person := s.users[user]
	payload, err := json.Marshal(reply{
		"type":       "block_actions",
		"user":       reply{"id": user, "username": person.Name, "name": person.Name, "team_id": s.options.TeamID},
		"api_app_id": s.options.AppID,
		"token":      "legacy",
		"container":  reply{"type": "view", "view_id": view.ID},
		"trigger_id": s.newTrigger(user),
		"team":       reply{"id": s.options.TeamID, "domain": "fake"},
		"view":       s.wireView(view),
		"actions":    []reply{action},
	})
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("press home: %w", err)
	}
	status, _, err := s.deliver(interaction, s.Options().InteractionsURL, []byte(url.Values{"payload": {string(payload)}}.Encode()))
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("send to app: a press was answered %d", status)
	}
	return err
}
