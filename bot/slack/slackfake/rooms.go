package slackfake

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxChannelName bounds a channel's name, maxPurpose its purpose.
const (
	maxChannelName = 80
	maxPurpose     = 250
)

// createChannel opens a channel in which the app is alone. Names are taken for ever, by
// archived channels too.
func (s *Server) createChannel(f form) (reply, error) {
	name := f.Get("name")
	if err := checkChannelName(name); err != nil {
		return nil, err
	}
	s.mu.Lock()
	for _, r := range s.channels {
		if r.Name == name {
			s.mu.Unlock()
			return nil, apiError("name_taken")
		}
	}
	s.serial++
	r := &room{Channel: Channel{
		ID: fmt.Sprintf("C0NEW%d", s.serial), Name: name, Private: f.truthy("is_private"),
		Creator: s.options.BotUID, Created: s.options.Now().Unix(),
	}}
	s.channels[r.ID] = r
	answer := reply{"channel": s.wireChannel(r)}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "world", Channel: r.ID})
	return answer, nil
}

func checkChannelName(name string) error {
	switch {
	case name == "":
		return apiError("invalid_name_required")
	case utf8.RuneCountInString(name) > maxChannelName:
		return apiError("invalid_name_maxlength")
	case strings.Trim(name, "-_") == "":
		return apiError("invalid_name_punctuation")
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' && r < 128 {
			return apiError("invalid_name_specials")
		}
	}
	return nil
}

// listChannels names all channels of the workspace, a page at a time.
func (s *Server) listChannels(f form) (reply, error) {
	limit, _ := strconv.Atoi(f.Get("limit"))
	if limit <= 0 || limit > maxPage {
		limit = defaultPage
	}
	after, _ := base64.StdEncoding.DecodeString(f.Get("cursor"))
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*room
	for _, r := range s.channels {
		hidden := r.Direct || r.Private && (r.Left || !strings.Contains(f.Get("types"), "private_channel"))
		if !hidden && r.ID > string(after) && (!r.Archived || !f.truthy("exclude_archived")) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b *room) int { return strings.Compare(a.ID, b.ID) })
	next := ""
	if len(found) > limit {
		found = found[:limit]
		next = base64.StdEncoding.EncodeToString([]byte(found[limit-1].ID))
	}
	channels := make([]reply, len(found))
	for i, r := range found {
		channels[i] = s.wireChannel(r)
	}
	return reply{"channels": channels, "response_metadata": map[string]any{"next_cursor": next}}, nil
}

// managed returns the channel that the app, as a member, may change.
func (s *Server) managed(id string) (*room, error) {
	r, err := s.readable(id)
	switch {
	case err != nil:
		return nil, err
	case r.Direct:
		return nil, apiError("method_not_supported_for_channel_type")
	case r.Archived:
		return nil, apiError("is_archived")
	}
	return r, nil
}

// invite takes people into a channel. Forced, it passes over those it can't take.
func (s *Server) invite(f form) (reply, error) {
	s.mu.Lock()
	r, err := s.managed(f.Get("channel"))
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	var (
		fresh []string
		first error
	)
	for id := range strings.SplitSeq(f.Get("users"), ",") {
		user, known := s.users[id]
		no := error(nil)
		switch {
		case !known || user.Deleted:
			no = apiError("user_not_found")
		case id == s.options.BotUID:
			no = apiError("cant_invite_self")
		case r.has(id):
			no = apiError("already_in_channel")
		default:
			fresh = append(fresh, id)
		}
		if first == nil {
			first = no
		}
	}
	if first != nil && (!f.truthy("force") || len(fresh) == 0) {
		s.mu.Unlock()
		return nil, first
	}
	r.Members = append(r.Members, fresh...)
	answer := reply{"channel": s.wireChannel(r)}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "world", Channel: r.ID})
	return answer, nil
}

// setPurpose says what a channel is for.
func (s *Server) setPurpose(f form) (reply, error) {
	if utf8.RuneCountInString(f.Get("purpose")) > maxPurpose {
		return nil, apiError("too_long")
	}
	return s.change(f, func(c *Channel) { c.Purpose = f.Get("purpose") })
}

// archive closes a channel: nothing is said in it any more.
func (s *Server) archive(f form) (reply, error) {
	answer, err := s.change(f, func(c *Channel) { c.Archived = true })
	if errors.Is(err, apiError("is_archived")) {
		err = apiError("already_archived")
	}
	return answer, err
}

// change edits a channel that the app may change.
func (s *Server) change(f form, edit func(*Channel)) (reply, error) {
	s.mu.Lock()
	r, err := s.managed(f.Get("channel"))
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	edit(&r.Channel)
	answer := reply{"channel": s.wireChannel(r)}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "world", Channel: r.ID})
	return answer, nil
}
