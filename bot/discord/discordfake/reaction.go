package discordfake

import (
	"fmt"
	"net/http"
	"slices"
)

// React adds a user's emoji to a message.
func (s *Server) React(user, message, emoji string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, m := s.visible(user, message)
	if m == nil || s.users[user].ID == "" {
		return fmt.Errorf("no message %s for %s", message, user)
	}
	s.react(r, m, user, emoji)
	return nil
}

// Reactions returns who added an emoji to a message.
func (s *Server) Reactions(message, emoji string) []string {
	m, _ := s.Message(message)
	for _, r := range m.Reactions {
		if r.Emoji.Name == emoji {
			return slices.Clone(r.users)
		}
	}
	return nil
}

func (s *Server) react(r *room, m *Message, user, emoji string) {
	at := slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Emoji.Name == emoji })
	if at < 0 {
		at = len(m.Reactions)
		m.Reactions = append(m.Reactions, Reaction{Emoji: Emoji{Name: emoji}})
	}
	reaction := &m.Reactions[at]
	if slices.Contains(reaction.users, user) {
		return
	}
	reaction.users = append(slices.Clone(reaction.users), user)
	reaction.Count, reaction.Me = len(reaction.users), reaction.Me || user == s.options.ID
	event := map[string]any{
		"user_id": user, "channel_id": r.ID, "message_id": m.ID, "message_author_id": m.Author.ID, "emoji": reaction.Emoji, "type": 0, "burst": false,
	}
	if g := s.guilds[r.Guild]; g != nil {
		event["guild_id"], event["member"] = g.ID, s.memberWire(g, user)
	}
	s.dispatch("MESSAGE_REACTION_ADD", r.reactionIntent(), event)
	s.tell()
}

func getReaction(s *Server, q request) (any, *problem) {
	_, m, failed := s.find(q)
	if failed != nil {
		return nil, failed
	}
	users := []User{}
	for _, r := range m.Reactions {
		for _, id := range r.users {
			if r.Emoji.Name == q.args["emoji"] {
				users = append(users, s.users[id])
			}
		}
	}
	return users, nil
}

func putReaction(s *Server, q request) (any, *problem) {
	r, m, failed := s.find(q)
	switch {
	case failed != nil:
		return nil, failed
	case s.denied[AddReactions]:
		return nil, missingPermissions()
	case q.args["emoji"] == "":
		return nil, refuse(http.StatusBadRequest, 10014, "Unknown Emoji")
	}
	s.react(r, m, s.options.ID, q.args["emoji"])
	return nil, nil
}

func deleteReaction(s *Server, q request) (any, *problem) {
	_, m, failed := s.find(q)
	if failed != nil {
		return nil, failed
	}
	for i := range m.Reactions {
		r := &m.Reactions[i]
		if r.Emoji.Name == q.args["emoji"] {
			r.users = slices.DeleteFunc(slices.Clone(r.users), func(id string) bool { return id == s.options.ID })
			r.Count, r.Me = len(r.users), false
		}
	}
	m.Reactions = slices.DeleteFunc(m.Reactions, func(r Reaction) bool { return r.Count == 0 })
	s.tell()
	return nil, nil
}
