package discordfake

import "net/http"

// maxPins is how many messages of a channel may be pinned.
const maxPins = 50

func getPins(s *Server, q request) (any, *problem) {
	r, failed := s.room(q.args["channel"])
	if failed != nil {
		return nil, failed
	}
	return r.pins(), nil
}

// pins are the pinned messages, the newest first.
func (r *room) pins() []*Message {
	list := []*Message{}
	for _, m := range r.messages {
		if m.Pinned {
			list = append([]*Message{m}, list...)
		}
	}
	return list
}

// putPin pins a message, and says so in the channel.
func putPin(s *Server, q request) (any, *problem) {
	r, m, failed := s.findToPin(q)
	if failed != nil || m.Pinned {
		return nil, failed
	}
	if len(r.pins()) >= maxPins {
		return nil, refuse(http.StatusBadRequest, 30003, "Maximum number of pins reached (50)")
	}
	m.Pinned = true
	notice := s.newMessage(r, s.options.ID)
	notice.Type, notice.Reference = typePinned, &Reference{Message: m.ID, Channel: r.ID, Guild: r.Guild}
	s.publish(r, notice)
	return nil, nil
}

func deletePin(s *Server, q request) (any, *problem) {
	_, m, failed := s.findToPin(q)
	if failed != nil {
		return nil, failed
	}
	m.Pinned = false
	s.tell()
	return nil, nil
}

func (s *Server) findToPin(q request) (*room, *Message, *problem) {
	r, m, failed := s.find(q)
	if failed == nil && s.denied[ManageMessages] && r.Type != DM {
		return nil, nil, missingPermissions()
	}
	return r, m, failed
}
