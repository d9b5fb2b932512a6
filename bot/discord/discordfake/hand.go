package discordfake

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Press clicks a button of a message, which may be for the user alone.
func (s *Server) Press(user, message, customID string) (Answer, error) {
	return s.touch(user, message, customID, nil)
}

// Select chooses values in a menu; users, roles and channels by their ids.
func (s *Server) Select(user, message, customID string, values ...string) (Answer, error) {
	return s.touch(user, message, customID, append([]string{}, values...))
}

// touch uses a control; values are nil for a button.
func (s *Server) touch(user, message, customID string, values []string) (Answer, error) {
	return s.interact(func() (*act, error) {
		r, m := s.visible(user, message)
		if m == nil {
			return nil, fmt.Errorf("no message %s for %s", message, user)
		}
		c, ok := m.Control(customID)
		switch {
		case !ok:
			return nil, fmt.Errorf("message %s has no %q, only %q", message, customID, m.Controls())
		case c.Disabled:
			return nil, fmt.Errorf("%q is disabled", customID)
		case c.isSelect() != (values != nil):
			return nil, fmt.Errorf("%q is of type %d", customID, c.Type)
		}
		data := map[string]any{"custom_id": customID, "component_type": c.Type}
		if values != nil {
			if err := c.choose(values); err != nil {
				return nil, err
			}
			data["values"] = values
			if resolved := s.resolve(r.Guild, values); c.Type != StringSelect {
				data["resolved"] = resolved
			}
		}
		return s.begin(actComponent, user, r.ID, data, m)
	})
}

// choose checks a choice as the menu does.
func (c Component) choose(values []string) error {
	if least, most := c.bounds(); len(values) < least || len(values) > most {
		return fmt.Errorf("%q takes %d to %d values", c.CustomID, least, most)
	}
	for _, v := range values {
		if c.Type == StringSelect && !slices.ContainsFunc(c.Options, func(o SelectOption) bool { return o.Value == v }) {
			return fmt.Errorf("%q has no option %q", c.CustomID, v)
		}
	}
	return nil
}

// resolve describes what ids stand for.
func (s *Server) resolve(guildID string, ids []string) map[string]any {
	users, members, roles, channels := map[string]any{}, map[string]any{}, map[string]any{}, map[string]any{}
	g := s.guilds[guildID]
	for _, id := range ids {
		if u, there := s.users[id]; there {
			users[id] = u
			if g != nil && g.members[id] != nil {
				members[id] = s.memberWire(g, id)
			}
		}
		if g != nil && g.roles[id] != nil {
			roles[id] = g.roles[id]
		}
		if r := s.channels[id]; r != nil {
			channels[id] = r.Channel
		}
	}
	return map[string]any{"users": users, "members": members, "roles": roles, "channels": channels}
}

// visible finds a message that a user sees.
func (s *Server) visible(user, id string) (*room, *Message) {
	for _, r := range s.channels {
		for _, m := range r.messages {
			if m.ID == id && (m.For == "" || m.For == user) {
				return r, m
			}
		}
	}
	return nil, nil
}

// Submit sends the form that an Answer opened. Values are by custom id; what is
// not named keeps what the form was filled in with.
func (s *Server) Submit(user string, opened Answer, values map[string]string) (Answer, error) {
	return s.interact(func() (*act, error) {
		before := s.acts[opened.ID]
		if before == nil || before.modal == nil || before.user != user {
			return nil, fmt.Errorf("no form is open for %s", user)
		}
		rows := []map[string]any{}
		known := 0
		for _, input := range before.modal.Inputs() {
			value, given := values[input.CustomID]
			if given {
				known++
			} else {
				value = input.Value
			}
			if err := input.fill(value); err != nil {
				return nil, err
			}
			filled := map[string]any{"type": TextInput, "custom_id": input.CustomID, "value": value}
			rows = append(rows, map[string]any{"type": Row, "components": []any{filled}})
		}
		if known < len(values) {
			return nil, fmt.Errorf("the form has not all of %v", values)
		}
		return s.begin(actModal, user, before.channel, map[string]any{"custom_id": before.modal.CustomID, "components": rows}, before.pressed)
	})
}

// interact makes an interaction, delivers it and waits for the first answer.
func (s *Server) interact(begin func() (*act, error)) (Answer, error) {
	s.mu.Lock()
	a, err := begin()
	endpoint := s.options.Endpoint
	s.mu.Unlock()
	if err != nil {
		return Answer{}, err
	}
	if endpoint != "" {
		err = s.knock(a)
	} else {
		err = s.send(a)
	}
	if err != nil {
		return s.Answer(a.id), err
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.options.Patience)
	defer cancel()
	if s.Wait(ctx, func(s *Server) bool { return s.Answer(a.id).Kind != 0 }) != nil {
		return s.Answer(a.id), fmt.Errorf("%w within %s", ErrNoAnswer, s.options.Patience)
	}
	return s.Answer(a.id), nil
}

// knock POSTs an interaction. The answer may come with the response, or by REST
// after a 202.
func (s *Server) knock(a *act) error {
	status, kind, body, err := s.post(a.body, s.Sign(a.body, time.Now()))
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	case status == http.StatusAccepted, status == http.StatusNoContent:
		return nil
	case status != http.StatusOK:
		return fmt.Errorf("%w but with %d %s", ErrNoAnswer, status, strings.TrimSpace(string(body)))
	}
	payload, files, err := parse(kind, body)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.answered != 0 {
		return nil // by REST, meanwhile
	}
	if failed := s.respond(a, request{body: payload, files: files}); failed != nil {
		text, _ := failed.MarshalJSON()
		return fmt.Errorf("%w with what Discord takes: %s", ErrNoAnswer, text)
	}
	return nil
}

// Settled waits until the app has shown what it deferred, and returns it.
func (s *Server) Settled(ctx context.Context, id string) (Answer, error) {
	err := s.Wait(ctx, func(s *Server) bool {
		a := s.Answer(id)
		return a.Kind != 0 && !a.Thinking()
	})
	return s.Answer(id), err
}
