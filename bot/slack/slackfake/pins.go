package slackfake

import "unicode/utf8"

// maxTopic bounds a channel's topic.
const maxTopic = 250

func (s *Server) addPin(f form) (reply, error) {
	s.mu.Lock()
	r, err := s.writable(f.Get("channel"))
	var m *Message
	if err == nil {
		m = r.message(f.Get("timestamp"))
	}
	switch {
	case err != nil:
	case m == nil:
		err = apiError("message_not_found")
	case m.Pinned:
		err = apiError("already_pinned")
	default:
		m.Pinned = true
	}
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	s.watch.tell(Event{Kind: "pinned", Channel: f.Get("channel"), TS: f.Get("timestamp")})
	return reply{}, nil
}

func (s *Server) listPins(f form) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.readable(f.Get("channel"))
	if err != nil {
		return nil, err
	}
	items := []reply{}
	for _, m := range r.messages {
		if m.Pinned {
			items = append(items, reply{
				"type": "message", "channel": r.ID, "created": m.At.Unix(), "created_by": s.options.BotUID,
				"message": s.wire(r, m, false),
			})
		}
	}
	return reply{"items": items}, nil
}

// setTopic asks for membership, other than posting.
func (s *Server) setTopic(f form) (reply, error) {
	topic := f.Get("topic")
	s.mu.Lock()
	r, err := s.readable(f.Get("channel"))
	switch {
	case err != nil:
	case r.Direct:
		err = apiError("method_not_supported_for_channel_type")
	case r.Archived:
		err = apiError("is_archived")
	case utf8.RuneCountInString(topic) > maxTopic:
		err = apiError("too_long")
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	r.Topic = topic
	answer := reply{"channel": s.wireChannel(r)}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "world", Channel: r.ID})
	return answer, nil
}
