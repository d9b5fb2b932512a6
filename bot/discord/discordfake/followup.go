package discordfake

import "net/http"

// webhook returns the interaction of a token that still holds.
func (s *Server) webhook(q request) (*act, *room, *problem) {
	for _, a := range s.acts {
		if a.token != q.args["token"] || q.args["application"] != s.options.Application {
			continue
		}
		r := s.channels[a.channel]
		switch {
		case a.answered == 0:
			return nil, nil, notFound(10015, "Webhook")
		case s.options.Now().Sub(a.at) > tokenLife:
			return nil, nil, refuse(http.StatusUnauthorized, 50027, "Invalid Webhook Token")
		case r == nil:
			return nil, nil, notFound(10003, "Channel")
		}
		return a, r, nil
	}
	return nil, nil, notFound(10015, "Webhook")
}

// postFollowUp sends one more message; the first after a deferred answer takes its
// place, and is as private as that was.
func postFollowUp(s *Server, q request) (any, *problem) {
	a, r, failed := s.webhook(q)
	if failed != nil {
		return nil, failed
	}
	const by = "POST webhooks"
	if a.original != nil && a.original.Loading {
		return s.edit(r, a.original, q, by)
	}
	d := draft{files: q.files}
	if failed := q.decode(&d); failed != nil {
		return nil, failed
	}
	m, failed := s.compose(a, r, &d, by)
	if failed != nil {
		return nil, failed
	}
	a.later = append(a.later, m)
	s.publish(r, m)
	return m, nil
}

// answer finds the message that a path names: @original or an id.
func (s *Server) answer(q request) (*act, *room, *Message, *problem) {
	a, r, failed := s.webhook(q)
	if failed != nil {
		return nil, nil, nil, failed
	}
	which := q.args["which"]
	if m := a.original; m != nil && (which == "@original" || which == m.ID) {
		return a, r, m, nil
	}
	for _, m := range a.later {
		if m.ID == which {
			return a, r, m, nil
		}
	}
	return nil, nil, nil, notFound(10008, "Message")
}

func getFollowUp(s *Server, q request) (any, *problem) {
	_, _, m, failed := s.answer(q)
	if failed != nil {
		return nil, failed
	}
	return m, nil
}

func patchFollowUp(s *Server, q request) (any, *problem) {
	_, r, m, failed := s.answer(q)
	if failed != nil {
		return nil, failed
	}
	return s.edit(r, m, q, "PATCH webhooks/messages")
}

func deleteFollowUp(s *Server, q request) (any, *problem) {
	a, r, m, failed := s.answer(q)
	if failed != nil {
		return nil, failed
	}
	s.remove(r, m)
	if m == a.original {
		a.original = nil
	}
	return nil, nil
}
