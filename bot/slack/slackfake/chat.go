package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits on the text of a message: what is posted is cut, what is updated refused.
const (
	maxText       = 40_000 // characters
	maxUpdateText = 4_000  // bytes
)

func (s *Server) postMessage(f form) (reply, error) {
	body, err := s.content(f)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	r, err := s.writable(f.Get("channel"))
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	if wait, ok := r.credit.take(s.options.Now(), s.options.PostEvery, s.options.PostBurst); !ok {
		s.mu.Unlock()
		return reply{"ok": false, "error": "ratelimited", statusKey: http.StatusTooManyRequests, retryKey: wait}, nil
	}
	m := s.options.message(body)
	if thread := f.Get("thread_ts"); thread != "" {
		if parent := r.message(thread); parent == nil || parent.Ephemeral != "" {
			s.mu.Unlock()
			return nil, apiError("thread_not_found")
		} else if parent.ThreadTS != "" && parent.ThreadTS != parent.TS {
			thread = parent.ThreadTS // Slack files a reply to a reply under its parent
		}
		m.ThreadTS, m.Broadcast = thread, f.truthy("reply_broadcast")
	}
	posted := s.add(r, m)
	answer := reply{"channel": r.ID, "ts": posted.TS, "message": s.wire(r, posted, true)}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "posted", Channel: posted.Channel, TS: posted.TS})
	return answer, nil
}

func (s *Server) postEphemeral(f form) (reply, error) {
	body, err := s.content(f)
	if err != nil {
		return nil, err
	}
	user := f.Get("user")
	s.mu.Lock()
	r, err := s.writable(f.Get("channel"))
	if err == nil && !r.has(user) {
		err = apiError("user_not_in_channel")
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	m := s.options.message(body)
	m.Ephemeral, m.ThreadTS = user, f.Get("thread_ts")
	posted := s.add(r, m)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "ephemeral", Channel: posted.Channel, TS: posted.TS})
	return reply{"message_ts": posted.TS}, nil
}

func (s *Server) updateMessage(f form) (reply, error) {
	if len(f.Get("text")) > maxUpdateText {
		return nil, apiError("msg_too_long")
	}
	body, err := s.content(f)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	r, m, err := s.own(f, "cant_update_message")
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	if wait, ok := s.edits.take(s.options.Now(), s.options.EditEvery, s.options.EditBurst); !ok {
		s.mu.Unlock()
		return reply{"ok": false, "error": "ratelimited", statusKey: http.StatusTooManyRequests, retryKey: wait}, nil
	}
	s.replace(m, f, body)
	answer := reply{"channel": r.ID, "ts": m.TS, "text": m.Text, "message": s.wire(r, m, true)}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "updated", Channel: f.Get("channel"), TS: f.Get("ts")})
	return answer, nil
}

// replace edits a message as chat.update does: text without blocks removes the
// blocks, attachments and metadata stay unless sent.
func (s *Server) replace(m *Message, f form, body content) {
	if f.Has("text") || f.raw("blocks") != nil {
		m.Blocks = body.blocks
	}
	if f.Has("text") {
		m.Text = body.text
	}
	if f.raw("attachments") != nil {
		m.Attachments = body.attachments
	}
	if f.raw("metadata") != nil {
		m.Metadata = body.metadata
	}
	m.Edited = m.Edited || body.blocks == nil && body.attachments == nil
	m.revise(s.options.Now())
}

func (s *Server) deleteMessage(f form) (reply, error) {
	s.mu.Lock()
	r, m, err := s.own(f, "cant_delete_message")
	if err == nil {
		r.remove(m.TS)
	}
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	s.watch.tell(Event{Kind: "deleted", Channel: f.Get("channel"), TS: f.Get("ts")})
	return reply{"channel": f.Get("channel"), "ts": f.Get("ts")}, nil
}

func (s *Server) permalink(f form) (reply, error) {
	channel, ts := f.Get("channel"), f.Get("message_ts")
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.channels[channel]
	if r == nil {
		return nil, apiError("channel_not_found")
	}
	m := r.message(ts)
	if m == nil {
		return nil, apiError("message_not_found")
	}
	link := fmt.Sprintf("https://fake.slack.com/archives/%s/p%s", channel, strings.ReplaceAll(ts, ".", ""))
	if m.ThreadTS != "" {
		link += "?thread_ts=" + m.ThreadTS + "&cid=" + channel
	}
	return reply{"channel": channel, "permalink": link}, nil
}

// writable returns the channel the app may post to.
func (s *Server) writable(id string) (*room, error) {
	r, err := s.reachable(id)
	switch {
	case err != nil:
		return nil, err
	case r.Archived:
		return nil, apiError("is_archived")
	case r.Left && !slices.Contains(s.options.Scopes, "chat:write.public"):
		return nil, apiError("not_in_channel")
	}
	return r, nil
}

// own returns the app's message that a call is about. Unlike posting, this
// takes no user's id for a channel.
func (s *Server) own(f form, forbidden string) (*room, *Message, error) {
	r := s.channels[f.Get("channel")]
	if r == nil || r.Private && r.Left {
		return nil, nil, apiError("channel_not_found")
	}
	m := r.message(f.Get("ts"))
	switch {
	case m == nil, m.Ephemeral != "":
		return nil, nil, apiError("message_not_found")
	case r.Archived:
		return nil, nil, apiError("is_archived")
	case m.User != s.options.BotUID:
		return nil, nil, apiError(forbidden)
	}
	return r, m, nil
}

// content is the checked body of a message.
type content struct {
	text                          string
	blocks, attachments, metadata json.RawMessage
}

func (o Options) message(c content) Message {
	return Message{User: o.BotUID, Text: c.text, Blocks: c.blocks, Attachments: c.attachments, Metadata: c.metadata}
}

// content reads text, blocks, attachments and metadata and refuses what Slack refuses.
func (s *Server) content(f form) (content, error) {
	c := content{text: f.Get("text")}
	if utf8.RuneCountInString(c.text) > maxText {
		c.text = string([]rune(c.text)[:maxText])
	}
	var err error
	if c.blocks, err = s.checkBlocks(f.raw("blocks")); err != nil {
		return c, err
	}
	if c.attachments, err = s.checkAttachments(f.raw("attachments")); err != nil {
		return c, err
	}
	if c.metadata, err = checkMetadata(f.raw("metadata")); err != nil {
		return c, err
	}
	if c.text == "" && c.blocks == nil && c.attachments == nil && f.raw("attachments") == nil {
		return c, apiError("no_text")
	}
	return c, nil
}

func checkMetadata(raw json.RawMessage) (json.RawMessage, error) {
	if raw == nil {
		return nil, nil
	}
	var metadata struct {
		EventType    *string        `json:"event_type"`
		EventPayload map[string]any `json:"event_payload"`
	}
	if json.Unmarshal(raw, &metadata) != nil {
		return nil, apiError("invalid_metadata_format")
	}
	if (metadata.EventType == nil || *metadata.EventType == "") && metadata.EventPayload == nil {
		return nil, nil // empty removes it
	}
	if metadata.EventType == nil || *metadata.EventType == "" || metadata.EventPayload == nil {
		return nil, apiError("invalid_metadata_schema")
	}
	return raw, nil
}
