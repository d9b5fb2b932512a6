package discordfake

import (
	"net/http"
	"slices"
	"time"
)

// nonceSpan is how long a nonce keeps its sender from posting twice.
const nonceSpan = 5 * time.Minute

func postMessage(s *Server, q request) (any, *problem) {
	r, failed := s.roomToSpeak(q)
	if failed != nil {
		return nil, failed
	}
	d := draft{files: q.files}
	if failed := q.decode(&d); failed != nil {
		return nil, failed
	}
	by := "POST channels/" + r.ID + "/messages"
	if failed := s.check(&d, by); failed != nil {
		return nil, failed
	}
	if d.Flags&flagEphemeral != 0 {
		var f form
		f.wrong("flags", "BITFIELD_TYPE", "only the answer to an interaction is for one user")
		return nil, f.problem()
	}
	if earlier := s.posted(string(d.Nonce)); d.EnforceNonce && earlier != nil {
		return earlier, nil
	}
	m := s.newMessage(r, s.options.ID)
	m.Nonce, m.Flags, m.TTS = string(d.Nonce), d.Flags, d.TTS
	if d.Reference != nil {
		if r.message(d.Reference.Message) == nil {
			return nil, notFound(10008, "Message")
		}
		m.Reference, m.Type = d.Reference, typeReply
	}
	if failed := s.apply(&d, m, by); failed != nil {
		return nil, failed
	}
	if m.Nonce != "" {
		s.nonces[m.Nonce] = m
	}
	s.publish(r, m)
	return m, nil
}

// roomToSpeak is the channel of a request if the bot may write there.
func (s *Server) roomToSpeak(q request) (*room, *problem) {
	r, failed := s.room(q.args["channel"])
	switch {
	case failed != nil:
		return nil, failed
	case s.denied[SendMessages] && r.Type != DM:
		return nil, missingPermissions()
	case r.isThread() && r.Thread.Locked:
		return nil, refuse(http.StatusBadRequest, 50083, "Thread is archived")
	case r.Type == DM:
		to := s.users[r.Recipients[0].ID]
		if to.deaf || to.Bot || !s.shares(to.ID) {
			return nil, forbidden(50007, "Cannot send messages to this user")
		}
	}
	return r, nil
}

// posted is the bot's message of a nonce, if it is recent; one deleted since is
// answered all the same.
func (s *Server) posted(nonce string) *Message {
	m := s.nonces[nonce]
	if m == nil || s.options.Now().Sub(m.At) >= nonceSpan {
		return nil
	}
	return m
}

func (s *Server) newMessage(r *room, author string) *Message {
	return &Message{
		ID: s.newID(), Channel: r.ID, Author: s.users[author], At: s.options.Now(),
		Mentions: []User{}, Roles: []string{}, Embeds: []Embed{}, Components: []Component{}, Attachments: []Attachment{},
	}
}

// publish adds a message to its channel and tells the gateway. A thread at rest
// wakes up.
func (s *Server) publish(r *room, m *Message) {
	r.messages = append(r.messages, m)
	if r.isThread() {
		r.Thread.Archived = false
	}
	s.announce("MESSAGE_CREATE", r, m)
	s.tell()
}

func getMessage(s *Server, q request) (any, *problem) {
	_, m, failed := s.find(q)
	if failed != nil {
		return nil, failed
	}
	return m, nil
}

// find returns the message a request is about.
func (s *Server) find(q request) (*room, *Message, *problem) {
	r, failed := s.room(q.args["channel"])
	if failed != nil {
		return nil, nil, failed
	}
	m := r.message(q.args["message"])
	if m == nil {
		return nil, nil, notFound(10008, "Message")
	}
	return r, m, nil
}

// getMessages lists them, the newest first.
func getMessages(s *Server, q request) (any, *problem) {
	r, failed := s.room(q.args["channel"])
	if failed != nil {
		return nil, failed
	}
	most, failed := q.limit(50, 100)
	if failed != nil {
		return nil, failed
	}
	list := []*Message{}
	if s.denied[ReadHistory] {
		return list, nil
	}
	before, after := q.query.Get("before"), q.query.Get("after")
	for _, m := range r.messages {
		if m.For == "" && (before == "" || byID(m.ID, before) < 0) && (after == "" || byID(m.ID, after) > 0) {
			list = append(list, m)
		}
	}
	if after != "" {
		list = list[:min(most, len(list))] // the nearest, as Discord does
	}
	slices.SortStableFunc(list, func(a, b *Message) int { return byID(b.ID, a.ID) })
	return list[:min(most, len(list))], nil
}

func patchMessage(s *Server, q request) (any, *problem) {
	r, m, failed := s.find(q)
	if failed != nil {
		return nil, failed
	}
	if m.Author.ID != s.options.ID {
		return nil, forbidden(50005, "Cannot edit a message authored by another user")
	}
	if r.isThread() && r.Thread.Archived {
		return nil, refuse(http.StatusBadRequest, 50083, "Thread is archived")
	}
	return s.edit(r, m, q, "PATCH channels/"+r.ID+"/messages/"+m.ID)
}

// edit carries out a change of one of the bot's messages.
func (s *Server) edit(r *room, m *Message, q request, by string) (any, *problem) {
	d := draft{files: q.files}
	if failed := q.decode(&d); failed != nil {
		return nil, failed
	}
	if failed := s.check(&d, by); failed != nil {
		return nil, failed
	}
	if failed := s.apply(&d, m, by); failed != nil {
		return nil, failed
	}
	s.edited(r, m)
	return m, nil
}

func (s *Server) edited(r *room, m *Message) {
	now := s.options.Now()
	m.Edited = &now
	s.announce("MESSAGE_UPDATE", r, m)
	s.tell()
}

func deleteMessage(s *Server, q request) (any, *problem) {
	r, m, failed := s.find(q)
	if failed != nil {
		return nil, failed
	}
	if m.Author.ID != s.options.ID && (s.denied[ManageMessages] || r.Type == DM) {
		return nil, missingPermissions()
	}
	s.remove(r, m)
	return nil, nil
}

// remove takes a message out of its channel.
func (s *Server) remove(r *room, m *Message) {
	r.messages = slices.DeleteFunc(r.messages, func(o *Message) bool { return o == m })
	s.dispatch("MESSAGE_DELETE", r.intent(), map[string]any{"id": m.ID, "channel_id": r.ID, "guild_id": r.Guild})
	s.tell()
}

func postTyping(s *Server, q request) (any, *problem) {
	_, failed := s.roomToSpeak(q)
	return nil, failed
}

// A download is an answer that is no JSON.
type download []byte

func getAttachment(s *Server, q request) (any, *problem) {
	if r := s.channels[q.args["channel"]]; r != nil {
		for _, m := range r.messages {
			if data, there := m.files[q.args["attachment"]]; there {
				return download(data), nil
			}
		}
	}
	return nil, refuse(http.StatusNotFound, 0, "404: Not Found")
}
