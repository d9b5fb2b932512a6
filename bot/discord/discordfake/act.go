package discordfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Types of interactions.
const (
	actPing         = 1
	actCommand      = 2
	actComponent    = 3
	actAutocomplete = 4
	actModal        = 5
)

// Interactions have this long for their first answer and for all later ones.
const (
	firstAnswer = 3 * time.Second
	tokenLife   = 15 * time.Minute
)

// ErrNoAnswer is "The application did not respond": no answer in time, or none
// that Discord takes.
var ErrNoAnswer = errors.New("the application did not respond")

// An act is an interaction: what a user did, and what the app made of it.
type act struct {
	id, token     string
	kind          int
	user, channel string
	at            time.Time
	body          []byte   // as it is delivered
	pressed       *Message // the message with the button, menu or form
	since         *time.Time

	answered int // the callback's type; 0: not yet
	original *Message
	later    []*Message
	modal    *Modal
	choices  []Choice
}

// An Answer is what Discord shows a user after an interaction.
type Answer struct {
	ID        string
	Kind      int       // the callback's type, 4 to 9; 0: none yet
	Message   Message   // the answer, or for an update (6, 7) the message pressed
	FollowUps []Message // sent after it
	Modal     *Modal    // the form that opened
	Choices   []Choice  // of an autocompletion

	deferred bool
}

// Ephemeral reports whether the user alone sees the answer.
func (a Answer) Ephemeral() bool { return a.Message.For != "" }

// Thinking reports whether the app owes what it deferred.
func (a Answer) Thinking() bool { return a.deferred }

// begin makes an interaction of a user in a channel.
func (s *Server) begin(kind int, user, channel string, data map[string]any, pressed *Message) (*act, error) {
	r := s.channels[channel]
	switch {
	case r == nil:
		return nil, fmt.Errorf("no channel %s", channel)
	case s.users[user].ID == "":
		return nil, fmt.Errorf("no user %s", user)
	case r.Type == DM && r.Recipients[0].ID != user:
		return nil, fmt.Errorf("channel %s is no conversation of %s", channel, user)
	case r.Guild != "" && s.guilds[r.Guild].members[user] == nil:
		return nil, fmt.Errorf("%s is no member of guild %s", user, r.Guild)
	}
	a := &act{id: s.newID(), kind: kind, user: user, channel: channel, at: s.options.Now(), pressed: pressed}
	a.token = "interaction-token-" + a.id
	payload := map[string]any{
		"id": a.id, "application_id": s.options.Application, "type": kind, "token": a.token, "version": 1, "data": data,
		"channel_id": channel, "channel": r.Channel, "locale": "en-US", "app_permissions": "2147483647", "entitlements": []any{},
	}
	if r.Guild != "" {
		payload["guild_id"], payload["guild_locale"] = r.Guild, "en-US"
		payload["context"], payload["authorizing_integration_owners"] = 0, map[string]string{"0": r.Guild}
		payload["member"] = s.memberWire(s.guilds[r.Guild], user)
	} else {
		payload["context"], payload["authorizing_integration_owners"] = 1, map[string]string{"0": "0"}
		payload["user"] = s.users[user]
	}
	if pressed != nil {
		payload["message"], a.since = pressed, pressed.Edited
	}
	var err error
	if a.body, err = json.Marshal(payload); err != nil {
		return nil, fmt.Errorf("interaction: %w", err)
	}
	s.acts[a.id] = a
	return a, nil
}

// Answer returns what the user of an interaction sees by now.
func (s *Server) Answer(id string) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.acts[id]; a != nil {
		return a.show()
	}
	return Answer{}
}

func (a *act) show() Answer {
	shown := Answer{ID: a.id, Kind: a.answered, Modal: a.modal, Choices: slices.Clone(a.choices)}
	if a.original != nil {
		shown.Message = a.original.snapshot()
	}
	for _, m := range a.later {
		shown.FollowUps = append(shown.FollowUps, m.snapshot())
	}
	switch a.answered {
	case callbackDefer:
		shown.deferred = a.original != nil && a.original.Loading
	case callbackDeferUpdate:
		shown.deferred = a.pressed.Edited == a.since && len(a.later) == 0
	}
	return shown
}

// Body returns an interaction as it was delivered, for who delivers it again.
func (s *Server) Body(id string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.acts[id]; a != nil {
		return slices.Clone(a.body)
	}
	return nil
}
