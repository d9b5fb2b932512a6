package slackfake

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A User is a member of the workspace.
type User struct {
	ID       string
	Name     string // the handle, without @
	RealName string
	Email    string
	TZ       string // a zone of the tz database
	Bot      bool
	Deleted  bool // deactivated: can neither be written to nor act
	Guest    bool
	TeamID   string // the workspace of a stranger from a shared channel; empty: this one
}

// A Channel is a place for messages: public, private (C...) or direct (D...).
type Channel struct {
	ID       string
	Name     string
	Members  []string // without the app; see Left
	Topic    string
	Purpose  string
	Creator  string // the user who made it, the app's own perhaps; empty: it was there
	Created  int64  // when, in Unix seconds
	Private  bool
	Direct   bool // between the app and Members[0]
	Archived bool
	Left     bool // the app is not in it
}

type room struct {
	Channel
	messages []*Message // in the order of their timestamps, ephemeral ones included
	credit   bucket
}

// AddUser registers a person. The email is NAME@example.com; ChangeUser changes it.
func (s *Server) AddUser(id, name, tz string) {
	handle := strings.ToLower(strings.ReplaceAll(name, " ", "."))
	s.mu.Lock()
	s.users[id] = User{ID: id, Name: handle, RealName: name, Email: handle + "@example.com", TZ: cmp.Or(tz, "Etc/UTC")}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "world"})
}

// ChangeUser edits a registered user in place, to deactivate one for instance.
func (s *Server) ChangeUser(id string, change func(*User)) {
	s.mu.Lock()
	user := s.users[id]
	change(&user)
	s.users[id] = user
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "world"})
}

// AddChannel registers a public channel which the app has joined.
func (s *Server) AddChannel(id, name string, members ...string) {
	s.mu.Lock()
	s.channels[id] = &room{Channel: Channel{ID: id, Name: name, Members: slices.Clone(members)}}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "world", Channel: id})
}

// ChangeChannel edits a registered channel in place: archive it, make it
// private, throw the app out. It panics on a channel that was never added.
func (s *Server) ChangeChannel(id string, change func(*Channel)) {
	s.mu.Lock()
	r := s.channels[id]
	if r == nil {
		s.mu.Unlock()
		panic(fmt.Sprintf("slackfake: no channel %s", id))
	}
	change(&r.Channel)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "world", Channel: id})
}

// RemoveChannel deletes a channel with everything in it.
func (s *Server) RemoveChannel(id string) {
	s.mu.Lock()
	delete(s.channels, id)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "world", Channel: id})
}

// Users returns everybody, by id.
func (s *Server) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sortedUsers()
}

func (s *Server) sortedUsers() []User {
	users := make([]User, 0, len(s.users))
	for _, user := range s.users {
		users = append(users, user)
	}
	slices.SortFunc(users, func(a, b User) int { return strings.Compare(a.ID, b.ID) })
	return users
}

// Channels returns all channels, direct ones included, by id.
func (s *Server) Channels() []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	var channels []Channel
	for _, r := range s.channels {
		c := r.Channel
		c.Members = slices.Clone(c.Members)
		channels = append(channels, c)
	}
	slices.SortFunc(channels, func(a, b Channel) int { return strings.Compare(a.ID, b.ID) })
	return channels
}

// DM returns the id of the direct channel between the app and a user, opening
// it if need be.
func (s *Server) DM(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.direct(user).ID
}

func (s *Server) direct(user string) *room {
	id := "D" + strings.TrimLeft(user, "UW")
	if r := s.channels[id]; r != nil {
		return r
	}
	r := &room{Channel: Channel{ID: id, Members: []string{user}, Direct: true}}
	s.channels[id] = r
	return r
}

// find returns a channel by its id, or the direct channel of a user's id.
func (s *Server) find(id string) *room {
	if _, ok := s.users[id]; ok {
		return s.direct(id)
	}
	return s.channels[id]
}

// reachable is find with the errors Slack gives the app.
func (s *Server) reachable(id string) (*room, error) {
	if user, ok := s.users[id]; ok {
		switch {
		case user.Bot:
			return nil, apiError("cannot_dm_bot")
		case user.Deleted:
			return nil, apiError("user_disabled")
		}
		return s.direct(id), nil
	}
	r := s.channels[id]
	switch {
	case r == nil, r.Private && r.Left:
		return nil, apiError("channel_not_found")
	case r.Direct && s.users[r.Members[0]].Deleted:
		return nil, apiError("user_disabled")
	}
	return r, nil
}

func (r *room) has(user string) bool { return slices.Contains(r.Members, user) }
