package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// Mention lets a person speak to the app in a channel, or in a thread of it, and
// tells the app.
func (s *Server) Mention(user, channel, threadTS, words string) (Message, error) {
	m, err := s.Say(user, channel, threadTS, "<@"+s.Options().BotUID+"> "+words)
	if err != nil {
		return m, err
	}
	body, err := s.MentionBody(m)
	if err != nil {
		return m, err
	}
	status, _, err := s.deliver(eventsAPI, s.Options().EventsURL, body)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("send to app: a mention was answered %d", status)
	}
	return m, err
}

// MentionBody returns the event that Mention would send of what somebody said.
func (s *Server) MentionBody(m Message) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	body, err := json.Marshal(reply{
		"type": "event_callback", "token": "legacy", "team_id": s.options.TeamID, "api_app_id": s.options.AppID,
		"event_id": "Ev" + strconv.Itoa(s.serial), "event_time": s.options.Now().Unix(),
		"event": reply{
			"type": "app_mention", "user": m.User, "text": m.Text, "channel": m.Channel, "ts": m.TS, "thread_ts": m.ThreadTS, "event_ts": m.TS,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("mention: %w", err)
	}
	return body, nil
}

// Redeliver sends the app an event once more, as Slack does when it had no answer.
func (s *Server) Redeliver(event []byte) error {
	status, _, err := s.deliver(eventsAPI, s.Options().EventsURL, event)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("send to app: an event was answered %d", status)
	}
	return err
}
