package slackfake

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// Pages of a listing, as the API bounds them.
const (
	defaultPage = 100
	maxPage     = 999
)

func (s *Server) history(f form) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.readable(f.Get("channel"))
	if err != nil {
		return nil, err
	}
	var found []*Message
	for _, m := range r.messages {
		top := m.ThreadTS == "" || m.ThreadTS == m.TS || m.Broadcast
		if top && m.Ephemeral == "" && f.spans(m.TS) {
			found = append(found, m)
		}
	}
	slices.Reverse(found)
	return s.page(r, f, found, nil), nil
}

func (s *Server) thread(f form) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.readable(f.Get("channel"))
	if err != nil {
		return nil, err
	}
	parent := r.message(f.Get("ts"))
	if parent == nil || parent.Ephemeral != "" {
		return nil, apiError("thread_not_found")
	}
	var found []*Message
	for _, m := range r.replies(parent.TS) {
		if f.spans(m.TS) {
			found = append(found, m)
		}
	}
	return s.page(r, f, found, parent), nil
}

// readable returns the channel whose messages the app may read.
func (s *Server) readable(id string) (*room, error) {
	r := s.channels[id]
	switch {
	case r == nil, r.Private && r.Left:
		return nil, apiError("channel_not_found")
	case r.Left:
		return nil, apiError("not_in_channel")
	}
	return r, nil
}

// spans reports whether a message lies between oldest and latest.
func (f form) spans(ts string) bool {
	at, inclusive := microseconds(ts), f.truthy("inclusive")
	if oldest := microseconds(f.Get("oldest")); oldest > 0 && (at < oldest || at == oldest && !inclusive) {
		return false
	}
	latest := microseconds(f.Get("latest"))
	return latest <= 0 || at < latest || at == latest && inclusive
}

// page cuts a listing at limit and hands out a cursor for the rest. The head of
// a thread is shown on its first page, outside the count.
func (s *Server) page(r *room, f form, found []*Message, head *Message) reply {
	limit, _ := strconv.Atoi(f.Get("limit"))
	if limit <= 0 {
		limit = defaultPage
	}
	limit = min(limit, maxPage)
	if cursor, err := base64.StdEncoding.DecodeString(f.Get("cursor")); err == nil && len(cursor) > 0 {
		ts := strings.TrimPrefix(string(cursor), "next_ts:")
		at := slices.IndexFunc(found, func(m *Message) bool { return m.TS == ts })
		found = found[max(at, 0):]
		head = nil
	}
	next := ""
	if len(found) > limit {
		next = base64.StdEncoding.EncodeToString([]byte("next_ts:" + found[limit].TS))
		found = found[:limit]
	}
	if head != nil {
		found = append([]*Message{head}, found...)
	}
	messages := make([]reply, len(found))
	for i, m := range found {
		messages[i] = s.wire(r, m, f.truthy("include_all_metadata"))
	}
	return reply{
		"messages": messages, "has_more": next != "",
		"response_metadata": map[string]any{"next_cursor": next},
	}
}

func (s *Server) channelInfo(f form) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.channels[f.Get("channel")]
	if r == nil || r.Private && r.Left {
		return nil, apiError("channel_not_found")
	}
	return reply{"channel": s.wireChannel(r)}, nil
}

func (s *Server) channelMembers(f form) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.channels[f.Get("channel")]
	if r == nil || r.Private && r.Left {
		return nil, apiError("channel_not_found")
	}
	members := slices.Clone(r.Members)
	if !r.Left {
		members = append(members, s.options.BotUID)
	}
	return reply{"members": members, "response_metadata": map[string]any{"next_cursor": ""}}, nil
}

// openDirect opens the direct channel with one user; conversations of several
// are not part of this Slack.
func (s *Server) openDirect(f form) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id := f.Get("channel"); id != "" {
		r := s.channels[id]
		if r == nil || !r.Direct {
			return nil, apiError("channel_not_found")
		}
		return reply{"channel": s.wireChannel(r), "no_op": true, "already_open": true}, nil
	}
	id := f.Get("users")
	user, ok := s.users[id]
	switch {
	case id == "":
		return nil, apiError("users_list_not_supplied")
	case !ok:
		return nil, apiError("user_not_found")
	case user.Bot:
		return nil, apiError("cannot_dm_bot")
	case user.Deleted:
		return nil, apiError("user_disabled")
	}
	_, open := s.channels["D"+strings.TrimLeft(id, "UW")]
	return reply{"channel": s.wireChannel(s.direct(id)), "no_op": open, "already_open": open}, nil
}
