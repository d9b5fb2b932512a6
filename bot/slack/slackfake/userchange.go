package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// TellUser tells the app that a user has changed, as Slack does after each change of
// an account or a profile.
func (s *Server) TellUser(id string) error {
	body, err := s.UserBody(id)
	if err != nil {
		return err
	}
	status, _, err := s.deliver(eventsAPI, s.Options().EventsURL, body)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("send to app: a changed user was answered %d", status)
	}
	return err
}

// UserBody returns the event that TellUser would send.
func (s *Server) UserBody(id string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, ok := s.users[id]
	if !ok {
		return nil, fmt.Errorf("tell of %s: no such user", id)
	}
	s.serial++
	now := s.options.Now().Unix()
	body, err := json.Marshal(reply{
		"type": "event_callback", "token": "legacy", "team_id": s.options.TeamID, "api_app_id": s.options.AppID,
		"event_id": "Ev" + strconv.Itoa(s.serial), "event_time": now,
		"event": reply{"type": "user_change", "user": s.wireUser(user), "cache_ts": now, "event_ts": strconv.FormatInt(now, 10) + ".000000"},
	})
	if err != nil {
		return nil, fmt.Errorf("tell of %s: %w", id, err)
	}
	return body, nil
}
