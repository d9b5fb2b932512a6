package discordfake

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
)

// The types of channels, as Discord numbers them.
const (
	Text         = 0
	DM           = 1
	Voice        = 2
	News         = 5
	PublicThread = 11
)

// A Channel is a place for messages: of a guild, of two people, or a thread.
type Channel struct {
	ID         string  `json:"id"`
	Type       int     `json:"type"`
	Name       string  `json:"name,omitempty"`
	Guild      string  `json:"guild_id,omitempty"`
	Topic      string  `json:"topic,omitempty"`
	Parent     string  `json:"parent_id,omitempty"`
	Owner      string  `json:"owner_id,omitempty"`
	Recipients []User  `json:"recipients,omitempty"`
	Thread     *Thread `json:"thread_metadata,omitempty"`

	Overwrites []Overwrite `json:"permission_overwrites,omitempty"`
}

// An Overwrite gives or denies a role, or a member, something in one channel.
type Overwrite struct {
	ID    string `json:"id"`
	Type  int    `json:"type"`  // 0: a role, 1: a member
	Allow string `json:"allow"` // a set of bits, written as a number
	Deny  string `json:"deny"`
}

// A Thread is what a channel has beside the rest when it is one.
type Thread struct {
	Archived    bool      `json:"archived"`
	Locked      bool      `json:"locked"`
	AutoArchive int       `json:"auto_archive_duration"` // minutes
	ArchivedAt  time.Time `json:"archive_timestamp"`
}

// A room is a channel with what happened in it.
type room struct {
	Channel
	hidden   bool
	messages []*Message  // oldest first, those for one user included
	edits    []time.Time // of its name and topic
}

func (r *room) isThread() bool { return r.Thread != nil }

// snapshot is the channel as it is now.
func (r *room) snapshot() Channel {
	c := r.Channel
	if c.Thread != nil {
		state := *c.Thread
		c.Thread = &state
	}
	c.Recipients = slices.Clone(c.Recipients)
	return c
}

// room returns a channel that the bot may see.
func (s *Server) room(id string) (*room, *problem) {
	r, there := s.channels[id]
	switch {
	case !there:
		return nil, notFound(10003, "Channel")
	case r.hidden, r.Parent != "" && r.isThread() && s.channels[r.Parent] != nil && s.channels[r.Parent].hidden:
		return nil, missingAccess()
	}
	return r, nil
}

func getChannel(s *Server, q request) (any, *problem) {
	r, failed := s.room(q.args["channel"])
	if failed != nil {
		return nil, failed
	}
	return r.Channel, nil
}

// A change is what PATCH /channels/ID may ask for.
type change struct {
	Name        *string `json:"name"`
	Topic       *string `json:"topic"`
	Parent      *string `json:"parent_id"`
	Archived    *bool   `json:"archived"`
	Locked      *bool   `json:"locked"`
	AutoArchive *int    `json:"auto_archive_duration"`

	Overwrites []Overwrite `json:"permission_overwrites"`
}

// nameEdits is how often a channel's name or topic may be changed in nameSpan.
const (
	nameEdits = 2
	nameSpan  = 10 * time.Minute
)

func patchChannel(s *Server, q request) (any, *problem) {
	r, failed := s.room(q.args["channel"])
	if failed != nil {
		return nil, failed
	}
	var c change
	if failed := q.decode(&c); failed != nil {
		return nil, failed
	}
	if s.denied[ManageChannels] && (!r.isThread() || r.Owner != s.options.ID) {
		return nil, missingPermissions()
	}
	if failed := c.check(r.isThread()); failed != nil {
		return nil, failed
	}
	if c.Name != nil || c.Topic != nil {
		if failed := r.rename(s.options.Now()); failed != nil {
			return nil, failed
		}
	}
	if c.Name != nil {
		r.Name = r.spell(*c.Name)
	}
	if c.Topic != nil {
		r.Topic = *c.Topic
	}
	if c.Parent != nil {
		r.Parent = *c.Parent
	}
	if c.Overwrites != nil {
		r.Overwrites = c.Overwrites
	}
	if r.isThread() {
		c.thread(r.Thread, s.options.Now())
	}
	s.tell()
	kind := "CHANNEL_UPDATE"
	if r.isThread() {
		kind = "THREAD_UPDATE"
	}
	s.dispatch(kind, intentGuilds, r.Channel)
	return r.Channel, nil
}

func (c change) check(thread bool) *problem {
	var f form
	if c.Name != nil {
		f.text("name", *c.Name, 1, 100)
	}
	if c.Topic != nil {
		f.text("topic", *c.Topic, 0, 1024)
	}
	if c.AutoArchive != nil {
		f.choice("auto_archive_duration", *c.AutoArchive, 60, 1440, 4320, 10080)
	}
	if !thread && c.Archived != nil {
		return refuse(http.StatusBadRequest, 50024, "Cannot execute action on this channel type")
	}
	return f.problem()
}

func (c change) thread(t *Thread, now time.Time) {
	if c.Archived != nil && *c.Archived != t.Archived {
		t.Archived, t.ArchivedAt = *c.Archived, now
	}
	if c.Locked != nil {
		t.Locked = *c.Locked
	}
	if c.AutoArchive != nil {
		t.AutoArchive = *c.AutoArchive
	}
}

// rename spends one of the few changes of a name or topic.
func (r *room) rename(now time.Time) *problem {
	r.edits = slices.DeleteFunc(r.edits, func(at time.Time) bool { return now.Sub(at) >= nameSpan })
	if len(r.edits) < nameEdits {
		r.edits = append(r.edits, now)
		return nil
	}
	p := refuse(http.StatusTooManyRequests, 0, "You are being rate limited.")
	p.retry = r.edits[0].Add(nameSpan).Sub(now)
	return p
}

// spell writes a name as Discord does: a text channel's in lower case with dashes.
func (r *room) spell(name string) string {
	if r.isThread() || r.Type != Text && r.Type != News {
		return name
	}
	return strings.ToLower(strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return '-'
		}
		return c
	}, strings.TrimSpace(name)))
}

func deleteChannel(s *Server, q request) (any, *problem) {
	r, failed := s.room(q.args["channel"])
	if failed != nil {
		return nil, failed
	}
	if s.denied[ManageChannels] && r.Type != DM {
		return nil, missingPermissions()
	}
	s.close(r)
	return r.Channel, nil
}

// close takes a channel away, and its threads with it.
func (s *Server) close(r *room) {
	delete(s.channels, r.ID)
	kind := "CHANNEL_DELETE"
	if r.isThread() {
		kind = "THREAD_DELETE"
	}
	s.dispatch(kind, intentGuilds, r.Channel)
	for _, t := range s.channels {
		if t.isThread() && t.Parent == r.ID {
			s.close(t)
		}
	}
	s.tell()
}

func postGuildChannel(s *Server, q request) (any, *problem) {
	g, failed := s.guild(q)
	if failed != nil {
		return nil, failed
	}
	var body struct {
		change
		Type int `json:"type"`
	}
	if failed := q.decode(&body); failed != nil {
		return nil, failed
	}
	if s.denied[ManageChannels] {
		return nil, missingPermissions()
	}
	if body.Name == nil {
		body.Name = new(string)
	}
	if failed := body.check(false); failed != nil {
		return nil, failed
	}
	r := &room{Channel: Channel{ID: s.newID(), Type: body.Type, Guild: g.ID}}
	r.Name = r.spell(*body.Name)
	if body.Topic != nil {
		r.Topic = *body.Topic
	}
	if body.Parent != nil {
		r.Parent = *body.Parent
	}
	s.channels[r.ID] = r
	s.dispatch("CHANNEL_CREATE", intentGuilds, r.Channel)
	s.tell()
	return r.Channel, nil
}

func getGuildChannels(s *Server, q request) (any, *problem) {
	g, failed := s.guild(q)
	if failed != nil {
		return nil, failed
	}
	list := []Channel{}
	for _, id := range slices.Sorted(maps.Keys(s.channels)) {
		if r := s.channels[id]; r.Guild == g.ID && !r.isThread() {
			list = append(list, r.Channel)
		}
	}
	return list, nil
}
