package slackfake

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Server) userInfo(f form) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, ok := s.users[f.Get("user")]
	if !ok {
		return nil, apiError("user_not_found")
	}
	return reply{"user": s.wireUser(user)}, nil
}

// userList pages by the id of the first user of the next page.
func (s *Server) userList(f form) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, err := strconv.Atoi(cmp.Or(f.Get("limit"), "0"))
	if err != nil || limit < 0 || limit > 1000 {
		return nil, apiError("invalid_limit")
	}
	members, next := []reply{}, ""
	for _, user := range s.sortedUsers() {
		switch {
		case user.TeamID != "" || user.ID < f.Get("cursor"):
			continue
		case limit > 0 && len(members) == limit && next == "":
			next = user.ID
		case next == "":
			members = append(members, s.wireUser(user))
		}
	}
	return reply{
		"members": members, "cache_ts": s.options.Now().Unix(),
		"response_metadata": map[string]any{"next_cursor": next},
	}, nil
}

func (s *Server) userByEmail(f form) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, user := range s.sortedUsers() {
		if user.Email != "" && strings.EqualFold(user.Email, f.Get("email")) && !user.Deleted {
			return reply{"user": s.wireUser(user)}, nil
		}
	}
	return nil, apiError("users_not_found")
}

func (s *Server) wireUser(u User) reply {
	zone, err := time.LoadLocation(u.TZ)
	if err != nil {
		zone = time.UTC
	}
	label, offset := s.options.Now().In(zone).Zone()
	team := cmp.Or(u.TeamID, s.options.TeamID)
	return reply{
		"id": u.ID, "team_id": team, "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted,
		"tz": u.TZ, "tz_label": label, "tz_offset": offset, "is_bot": u.Bot, "is_restricted": u.Guest, "is_app_user": false,
		"profile": map[string]any{
			"real_name": u.RealName, "display_name": u.Name, "email": u.Email, "team": team,
		},
	}
}

func (s *Server) wireChannel(r *room) reply {
	c := reply{
		"id": r.ID, "is_archived": r.Archived, "is_im": r.Direct, "is_member": !r.Left,
		"is_private": r.Private, "is_channel": !r.Direct && !r.Private, "is_group": !r.Direct && r.Private,
	}
	if r.Direct {
		c["user"] = r.Members[0]
		return c
	}
	c["name"], c["name_normalized"], c["num_members"] = r.Name, r.Name, len(r.Members)
	c["topic"] = map[string]any{"value": r.Topic, "creator": "", "last_set": 0}
	c["purpose"] = map[string]any{"value": r.Purpose, "creator": "", "last_set": 0}
	c["creator"], c["created"] = r.Creator, r.Created
	return c
}

// wire is a message as the Web API and the payload of a click show it.
func (s *Server) wire(r *room, m *Message, metadata bool) reply {
	w := reply{"type": "message", "user": m.User, "text": m.Text, "ts": m.TS, "team": s.options.TeamID}
	if m.User == s.options.BotUID {
		w["bot_id"], w["app_id"] = s.options.BotID, s.options.AppID
	}
	if m.Blocks != nil {
		w["blocks"] = m.Blocks
	}
	if m.Attachments != nil {
		w["attachments"] = m.Attachments
	}
	if metadata && m.Metadata != nil {
		w["metadata"] = m.Metadata
	}
	if m.Edited {
		w["edited"] = map[string]any{"user": m.User, "ts": m.TS}
	}
	if m.ThreadTS != "" {
		w["thread_ts"] = m.ThreadTS
		if m.Broadcast {
			w["subtype"] = "thread_broadcast"
		}
	}
	if m.Pinned {
		w["pinned_to"] = []string{r.ID}
	}
	if replies := r.replies(m.TS); len(replies) > 0 {
		var authors []string
		for _, reply := range replies {
			if !slices.Contains(authors, reply.User) {
				authors = append(authors, reply.User)
			}
		}
		w["thread_ts"], w["reply_count"], w["reply_users_count"] = m.TS, len(replies), len(authors)
		w["reply_users"], w["latest_reply"] = authors, replies[len(replies)-1].TS
	}
	return w
}
