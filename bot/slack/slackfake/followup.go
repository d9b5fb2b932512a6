package slackfake

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Bounds on a response URL.
const (
	responseUses = 5
	responseLife = 30 * time.Minute
)

// responseURL lets the app answer one click or command later.
type responseURL struct {
	user, channel, original string // original: the message clicked, empty for a command
	until                   time.Time
	uses                    int
}

// newResponseURL hands out a response URL for what a user just did.
func (s *Server) newResponseURL(user, channel, original string) string {
	s.serial++
	id := strconv.Itoa(s.serial)
	s.replies[id] = &responseURL{user: user, channel: channel, original: original, until: s.options.Now().Add(responseLife)}
	return s.options.URL + "/response/" + id
}

// followUp carries out what the app sends to a response URL.
func (s *Server) followUp(id string, f form) reply {
	s.mu.Lock()
	target := s.replies[id]
	if target == nil || target.uses >= responseUses || s.options.Now().After(target.until) {
		s.mu.Unlock()
		return reply{"ok": false, "error": "expired_url", statusKey: http.StatusNotFound}
	}
	target.uses++
	where := *target
	s.mu.Unlock()
	if f.truthy("delete_original") {
		return s.deleteOriginal(where)
	}
	body, err := s.content(f)
	if err != nil {
		answer := refused(err)
		answer[statusKey] = http.StatusBadRequest
		return answer
	}
	if f.truthy("replace_original") && where.original != "" {
		return s.replaceOriginal(where, f, body)
	}
	if _, err := s.show(where.user, where.channel, f, body); err != nil {
		return reply{"ok": false, "error": err.Error(), statusKey: http.StatusNotFound}
	}
	return reply{textKey: "ok"}
}

func (s *Server) deleteOriginal(where responseURL) reply {
	s.mu.Lock()
	if r := s.channels[where.channel]; r != nil {
		r.remove(where.original)
	}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "deleted", Channel: where.channel, TS: where.original})
	return reply{textKey: "ok"}
}

// replaceOriginal writes a message anew, attachments included.
func (s *Server) replaceOriginal(where responseURL, f form, body content) reply {
	s.mu.Lock()
	var m *Message
	if r := s.channels[where.channel]; r != nil {
		m = r.message(where.original)
	}
	if m == nil {
		s.mu.Unlock()
		return reply{"ok": false, "error": "message_not_found", statusKey: http.StatusNotFound}
	}
	m.Text, m.Blocks, m.Attachments = body.text, body.blocks, body.attachments
	m.revise(s.options.Now())
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "updated", Channel: where.channel, TS: where.original})
	return reply{textKey: "ok"}
}

// showAnswer puts the body of an answer to a slash command into the channel:
// JSON with a response_type, or bare text.
func (s *Server) showAnswer(user, channel string, answer []byte) (Message, error) {
	f := form{Values: url.Values{}}
	var fields map[string]json.RawMessage
	if json.Unmarshal(answer, &fields) == nil {
		for name, raw := range fields {
			f.Set(name, flat(raw))
		}
	} else {
		f.Set("text", string(answer))
	}
	body, err := s.content(f)
	if err != nil {
		return Message{}, err
	}
	return s.show(user, channel, f, body)
}

// show posts for everybody if response_type says in_channel, else for the user alone.
func (s *Server) show(user, channel string, f form, body content) (Message, error) {
	s.mu.Lock()
	r := s.find(channel)
	if r == nil {
		s.mu.Unlock()
		return Message{}, apiError("channel_not_found")
	}
	m := s.options.message(body)
	m.ThreadTS = f.Get("thread_ts")
	kind := "posted"
	if f.Get("response_type") != "in_channel" {
		m.Ephemeral, kind = user, "ephemeral"
	}
	shown := s.add(r, m).clone()
	s.mu.Unlock()
	s.watch.tell(Event{Kind: kind, Channel: shown.Channel, TS: shown.TS})
	return shown, nil
}
