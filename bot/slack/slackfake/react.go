package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// SetEvents says where the app takes events; nowhere: it is told over the connections
// that it opens.
func (s *Server) SetEvents(eventsURL string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.EventsURL = eventsURL
}

// React puts an emoji under a message, by its name without colons, and tells the app
// where it may know.
func (s *Server) React(user, channel, ts, emoji string) error {
	body, err := s.ReactionBody(user, channel, ts, emoji)
	if err != nil || !slices.Contains(s.Options().Scopes, "reactions:read") {
		return err
	}
	return s.Redeliver(body)
}

// ReactionBody returns the event that React would send.
func (s *Server) ReactionBody(user, channel, ts, emoji string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.find(channel)
	if r == nil || r.message(ts) == nil {
		return nil, fmt.Errorf("react in %s: no message %s", channel, ts)
	}
	return s.event(reply{
		"type": "reaction_added", "user": user, "reaction": emoji, "item_user": r.message(ts).User,
		"item": reply{"type": "message", "channel": r.ID, "ts": ts}, "event_ts": s.stamp(),
	})
}

// event is what carries an event to the app.
func (s *Server) event(about reply) ([]byte, error) {
	s.serial++
	return json.Marshal(reply{
		"type": "event_callback", "token": "legacy", "team_id": s.options.TeamID, "api_app_id": s.options.AppID,
		"event_id": "Ev" + strconv.Itoa(s.serial), "event_time": s.options.Now().Unix(), "event": about,
	})
}

// Shortcut chooses one of the app's lines in the menu of a message.
func (s *Server) Shortcut(user, channel, ts, callback string) error {
	body, err := s.ShortcutBody(user, channel, ts, callback)
	if err != nil {
		return err
	}
	status, _, err := s.deliver(interaction, s.Options().InteractionsURL, body)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("send to app: a shortcut was answered %d", status)
	}
	return err
}

// ShortcutBody returns the form that Shortcut would send.
func (s *Server) ShortcutBody(user, channel, ts, callback string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.find(channel)
	if r == nil || r.message(ts) == nil {
		return nil, fmt.Errorf("shortcut in %s: no message %s", channel, ts)
	}
	person := s.users[user]
	payload, err := json.Marshal(reply{
		"type": "message_action", "callback_id": callback, "token": "legacy", "action_ts": s.stamp(),
		"user":         reply{"id": user, "username": person.Name, "name": person.Name, "team_id": s.options.TeamID},
		"team":         reply{"id": s.options.TeamID, "domain": "fake"},
		"channel":      reply{"id": r.ID, "name": r.shownName()},
		"message_ts":   ts,
		"message":      s.wire(r, r.message(ts), false),
		"trigger_id":   s.newTrigger(user),
		"response_url": s.newResponseURL(user, r.ID, ""),

		"is_enterprise_install": false,
	})
	if err != nil {
		return nil, fmt.Errorf("shortcut: %w", err)
	}
	return []byte(url.Values{"payload": {string(payload)}}.Encode()), nil
}
