package discordfake

import (
	"fmt"
	"maps"
	"slices"
)

// Messages returns what everybody in a channel sees, oldest first.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.channels[channel].seen()
}

func (r *room) seen() []Message {
	return slices.DeleteFunc(r.everything(), func(m Message) bool { return m.For != "" })
}

// Everything is Messages with what one user alone sees among it.
func (s *Server) Everything(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.channels[channel].everything()
}

func (r *room) everything() []Message {
	if r == nil {
		return nil
	}
	var list []Message
	for _, m := range r.messages {
		list = append(list, m.snapshot())
	}
	return list
}

// Message returns one message by its id, an ephemeral one too.
func (s *Server) Message(id string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.channels {
		for _, m := range r.messages {
			if m.ID == id {
				return m.snapshot(), true
			}
		}
	}
	return Message{}, false
}

// DMs returns the bot's conversation with a user.
func (s *Server) DMs(user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.findDM(user).seen()
}

// Channel returns a channel or thread.
func (s *Server) Channel(id string) (Channel, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, there := s.channels[id]
	if !there {
		return Channel{}, false
	}
	return r.snapshot(), true
}

// Channels returns a guild's channels without their threads, in the order of ids.
func (s *Server) Channels(guildID string) []Channel {
	return s.filter(func(r *room) bool { return r.Guild == guildID && !r.isThread() })
}

// Threads returns a channel's threads, the archived too, in the order of ids.
func (s *Server) Threads(channel string) []Channel {
	return s.filter(func(r *room) bool { return r.Parent == channel && r.isThread() })
}

func (s *Server) filter(wanted func(*room) bool) []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Channel
	for _, id := range slices.SortedFunc(maps.Keys(s.channels), byID) {
		if r := s.channels[id]; wanted(r) {
			list = append(list, r.snapshot())
		}
	}
	return list
}

// Topic returns a channel's topic.
func (s *Server) Topic(channel string) string {
	c, _ := s.Channel(channel)
	return c.Topic
}

// Pinned returns a channel's pinned messages, oldest first.
func (s *Server) Pinned(channel string) []Message {
	return slices.DeleteFunc(s.Messages(channel), func(m Message) bool { return !m.Pinned })
}

// File returns the content of a message's file.
func (s *Server) File(message, name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.channels {
		for _, m := range r.messages {
			for _, a := range m.Attachments {
				if m.ID == message && a.Name == name {
					return slices.Clone(m.files[a.ID])
				}
			}
		}
	}
	return nil
}

// Say posts a user's message, in a guild's channel or, with channel "", to the bot.
func (s *Server) Say(user, channel, text string) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, there := s.users[user]
	if !there {
		return Message{}, fmt.Errorf("no user %s", user)
	}
	r := s.channels[channel]
	if channel == "" {
		r = s.dm(u)
	}
	if r == nil || r.Guild != "" && s.guilds[r.Guild].members[user] == nil {
		return Message{}, fmt.Errorf("%s can't write in %s", user, channel)
	}
	m := s.newMessage(r, user)
	m.Content = text
	s.ping(m, &Mentions{Parse: &[]string{"users", "roles"}})
	s.publish(r, m)
	return m.snapshot(), nil
}

// Delete removes a message or a channel, as an administrator does.
func (s *Server) Delete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.channels[id]; r != nil {
		s.close(r)
	}
	for _, r := range s.channels {
		for _, m := range slices.Clone(r.messages) {
			if m.ID == id {
				s.remove(r, m)
			}
		}
	}
}
