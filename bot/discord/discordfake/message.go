package discordfake

import (
	"slices"
	"strings"
	"time"
)

// Flags of a message.
const (
	flagEphemeral = 1 << 6
	flagHasThread = 1 << 5
	flagLoading   = 1 << 7
	flagsAllowed  = 1<<2 | flagEphemeral | 1<<12 // no embeds of links; for one user; silent
)

// Types of messages.
const (
	typeDefault = 0
	typePinned  = 6 // "oncall pinned a message"
	typeReply   = 19
	typeCommand = 20 // the answer to a slash command
)

// A Message is one as Discord tells it.
type Message struct {
	ID          string       `json:"id"`
	Channel     string       `json:"channel_id"`
	Guild       string       `json:"guild_id,omitempty"` // over the gateway alone
	Author      User         `json:"author"`
	Content     string       `json:"content"`
	At          time.Time    `json:"timestamp"`
	Edited      *time.Time   `json:"edited_timestamp"`
	Type        int          `json:"type"`
	Flags       int          `json:"flags"`
	Pinned      bool         `json:"pinned"`
	TTS         bool         `json:"tts"`
	Everyone    bool         `json:"mention_everyone"` // @everyone or @here pinged
	Mentions    []User       `json:"mentions"`         // whom it pinged
	Roles       []string     `json:"mention_roles"`    // and which roles
	Embeds      []Embed      `json:"embeds"`
	Components  []Component  `json:"components"`
	Attachments []Attachment `json:"attachments"`
	Reactions   []Reaction   `json:"reactions,omitempty"`
	Nonce       string       `json:"nonce,omitempty"`
	Reference   *Reference   `json:"message_reference,omitempty"`
	Application string       `json:"application_id,omitempty"`
	Webhook     string       `json:"webhook_id,omitempty"` // of the answer to an interaction
	Thread      *Channel     `json:"thread,omitempty"`

	For     string `json:"-"` // the one user who sees it, if it is ephemeral
	Loading bool   `json:"-"` // "the bot is thinking ..."

	files map[string][]byte // by attachment
}

// A Reference names the message that another one replies to.
type Reference struct {
	Message string `json:"message_id"`
	Channel string `json:"channel_id,omitempty"`
	Guild   string `json:"guild_id,omitempty"`
}

// An Attachment is a file of a message.
type Attachment struct {
	ID          string `json:"id"`
	Name        string `json:"filename"`
	Description string `json:"description,omitempty"`
	Kind        string `json:"content_type,omitempty"`
	Size        int    `json:"size"`
	URL         string `json:"url"`
}

// A Reaction is an emoji under a message.
type Reaction struct {
	Count int   `json:"count"`
	Me    bool  `json:"me"`
	Emoji Emoji `json:"emoji"`

	users []string
}

// An Emoji is one of Unicode's, by its name.
type Emoji struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}

// Control returns the button or menu with a custom id.
func (m Message) Control(customID string) (Component, bool) {
	for _, row := range m.Components {
		for _, c := range row.Components {
			if c.CustomID == customID && customID != "" {
				return c, true
			}
		}
	}
	return Component{}, false
}

// Controls returns the custom ids (a link's URL) of all buttons and menus, in order.
func (m Message) Controls() []string {
	var ids []string
	for _, row := range m.Components {
		for _, c := range row.Components {
			ids = append(ids, c.CustomID+c.URL)
		}
	}
	return ids
}

// Text is all that a reader sees of the message, a line each.
func (m Message) Text() string {
	lines := []string{m.Content}
	for _, e := range m.Embeds {
		lines = append(lines, e.lines()...)
	}
	lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
	return strings.Join(lines, "\n")
}

// snapshot is the message as it is now.
func (m *Message) snapshot() Message {
	c := *m
	c.files = nil
	c.Embeds = slices.Clone(m.Embeds)
	c.Components = slices.Clone(m.Components)
	c.Attachments = slices.Clone(m.Attachments)
	c.Reactions = slices.Clone(m.Reactions)
	if m.Thread != nil {
		thread := *m.Thread
		c.Thread = &thread
	}
	return c
}

// message returns what everybody sees; ephemeral ones are no channel's.
func (r *room) message(id string) *Message {
	for _, m := range r.messages {
		if m.ID == id && m.For == "" {
			return m
		}
	}
	return nil
}

// ping works out whom a text wakes: what it mentions and the draft allows.
func (s *Server) ping(m *Message, allowed *Mentions) {
	m.Mentions, m.Roles, m.Everyone = []User{}, []string{}, false
	if allowed == nil {
		return
	}
	for _, id := range mentioned(m.Content, "<@", "<@!") {
		if slices.Contains(allowed.Users, id) || slices.Contains(allowed.parse(), "users") {
			m.Mentions = append(m.Mentions, s.users[id])
		}
	}
	for _, id := range mentioned(m.Content, "<@&") {
		if slices.Contains(allowed.Roles, id) || slices.Contains(allowed.parse(), "roles") {
			m.Roles = append(m.Roles, id)
		}
	}
	m.Everyone = slices.Contains(allowed.parse(), "everyone") &&
		(strings.Contains(m.Content, "@everyone") || strings.Contains(m.Content, "@here"))
}

// mentioned returns the ids between a prefix and the next ">", each once.
func mentioned(text string, prefixes ...string) []string {
	var ids []string
	for _, prefix := range prefixes {
		parts := strings.Split(text, prefix)
		for _, part := range parts[1:] {
			id, _, closed := strings.Cut(part, ">")
			if closed && snowflake.MatchString(id) && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}
