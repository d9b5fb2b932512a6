package slackfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Message is what stands in a channel now, and how it came to.
type Message struct {
	Channel     string
	TS          string
	ThreadTS    string // the parent's TS, for a reply
	Broadcast   bool   // a reply shown in the channel too
	User        string // who wrote it: the app's own user, or a person
	Text        string
	Blocks      json.RawMessage // with the ids Slack fills in; nil when there are none
	Attachments json.RawMessage // colours without '#', as Slack stores them; nil when there are none
	Metadata    json.RawMessage
	Ephemeral   string // the one user who sees it; empty: everybody
	Pinned      bool
	Files       []string // ids of what was shared with it
	Edited      bool     // carries Slack's "edited" mark, which text alone gives
	At          time.Time
	Revisions   []Revision // every content it ever had, the first and the present included
}

// A Revision is the content of a message from a moment on.
type Revision struct {
	At          time.Time
	Text        string
	Blocks      json.RawMessage
	Attachments json.RawMessage
}

// Edits returns how often the message was changed.
func (m Message) Edits() int { return max(len(m.Revisions)-1, 0) }

// Messages returns what a channel shows, oldest first, ephemeral messages
// included. A user's id stands for the direct channel with them.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.find(channel)
	if r == nil {
		return nil
	}
	messages := make([]Message, len(r.messages))
	for i, m := range r.messages {
		messages[i] = m.clone()
	}
	return messages
}

// Message returns one message of a channel.
func (s *Server) Message(channel, ts string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.find(channel); r != nil {
		if m := r.message(ts); m != nil {
			return m.clone(), true
		}
	}
	return Message{}, false
}

// Say lets a person write into a channel, or into a thread of it, without the
// app being told.
func (s *Server) Say(user, channel, threadTS, text string) (Message, error) {
	s.mu.Lock()
	r := s.find(channel)
	if r == nil {
		s.mu.Unlock()
		return Message{}, fmt.Errorf("say in %s: no such channel", channel)
	}
	said := s.add(r, Message{User: user, Text: text, ThreadTS: threadTS}).clone()
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "posted", Channel: said.Channel, TS: said.TS})
	return said, nil
}

// add files a new message under a timestamp of its own.
func (s *Server) add(r *room, m Message) *Message {
	m.Channel, m.At = r.ID, s.options.Now()
	m.TS = s.stamp()
	m.revise(m.At)
	r.messages = append(r.messages, &m)
	return &m
}

// stamp returns the next message timestamp: unique and rising in the workspace.
func (s *Server) stamp() string {
	s.lastTS = max(s.options.Now().UnixMicro(), s.lastTS+1)
	return fmt.Sprintf("%d.%06d", s.lastTS/1e6, s.lastTS%1e6)
}

// microseconds reads a timestamp as the API takes it, fraction optional.
func microseconds(ts string) int64 {
	whole, fraction, _ := strings.Cut(ts, ".")
	seconds, _ := strconv.ParseInt(whole, 10, 64)
	micros, _ := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
	return seconds*1e6 + micros
}

func (m *Message) revise(at time.Time) {
	m.Revisions = append(m.Revisions, Revision{At: at, Text: m.Text, Blocks: m.Blocks, Attachments: m.Attachments})
}

// clone shares the JSON, which is never changed in place.
func (m *Message) clone() Message {
	c := *m
	c.Revisions = slices.Clone(m.Revisions)
	return c
}

func (r *room) message(ts string) *Message {
	for _, m := range r.messages {
		if m.TS == ts {
			return m
		}
	}
	return nil
}

func (r *room) remove(ts string) {
	r.messages = slices.DeleteFunc(r.messages, func(m *Message) bool { return m.TS == ts })
}

// replies returns a thread without its parent, oldest first.
func (r *room) replies(ts string) []*Message {
	var replies []*Message
	for _, m := range r.messages {
		if m.ThreadTS == ts && m.TS != ts && m.Ephemeral == "" {
			replies = append(replies, m)
		}
	}
	return replies
}
