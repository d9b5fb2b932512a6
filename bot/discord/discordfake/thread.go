package discordfake

import (
	"cmp"
	"net/http"
)

// postMessageThread opens the thread of a message. Its id is the message's.
func postMessageThread(s *Server, q request) (any, *problem) {
	r, m, failed := s.find(q)
	if failed != nil {
		return nil, failed
	}
	if m.Thread != nil {
		return nil, refuse(http.StatusBadRequest, 160004, "A thread has already been created for this message")
	}
	t, failed := s.openThread(r, q, m.ID)
	if failed != nil {
		return nil, failed
	}
	m.Thread = &t.Channel
	m.Flags |= flagHasThread
	s.tell()
	return t.Channel, nil
}

// postThread opens one without a message.
func postThread(s *Server, q request) (any, *problem) {
	r, failed := s.room(q.args["channel"])
	if failed != nil {
		return nil, failed
	}
	t, failed := s.openThread(r, q, s.newID())
	if failed != nil {
		return nil, failed
	}
	s.tell()
	return t.Channel, nil
}

func (s *Server) openThread(r *room, q request, id string) (*room, *problem) {
	var body struct {
		change
		Type int `json:"type"`
	}
	if failed := q.decode(&body); failed != nil {
		return nil, failed
	}
	switch {
	case r.Type != Text && r.Type != News || r.isThread():
		return nil, refuse(http.StatusBadRequest, 50024, "Cannot execute action on this channel type")
	case s.denied[CreateThreads]:
		return nil, missingPermissions()
	}
	if body.Name == nil {
		body.Name = new(string)
	}
	if failed := body.check(true); failed != nil {
		return nil, failed
	}
	state := &Thread{AutoArchive: 1440, ArchivedAt: s.options.Now()}
	body.thread(state, s.options.Now())
	t := &room{Channel: Channel{
		ID: id, Type: cmp.Or(body.Type, PublicThread), Name: *body.Name,
		Guild: r.Guild, Parent: r.ID, Owner: s.options.ID, Thread: state,
	}}
	s.channels[id] = t
	s.dispatch("THREAD_CREATE", intentGuilds, t.Channel)
	return t, nil
}
