package discordfake

import (
	"maps"
	"net/http"
	"slices"
)

func getMe(s *Server, _ request) (any, *problem) { return s.users[s.options.ID], nil }

// What an application's flags say: it may read what messages say, as few servers' bot.
const flagContentLimited = 1 << 19

func getApplication(s *Server, _ request) (any, *problem) {
	flags := flagContentLimited
	if s.options.Disallowed&intentContent != 0 {
		flags = 0
	}
	return map[string]any{"id": s.options.Application, "name": s.users[s.options.ID].Username, "flags": flags}, nil
}

func getUser(s *Server, q request) (any, *problem) {
	u, there := s.users[q.args["user"]]
	if !there {
		return nil, notFound(10013, "User")
	}
	return u, nil
}

// postDM opens the channel with one user. It stands for one whose messages are
// closed too: the refusal comes with the first message.
func postDM(s *Server, q request) (any, *problem) {
	var body struct {
		Recipient string `json:"recipient_id"`
	}
	if failed := q.decode(&body); failed != nil {
		return nil, failed
	}
	u, there := s.users[body.Recipient]
	if !there || u.ID == s.options.ID {
		return nil, refuse(http.StatusBadRequest, 50033, "Invalid Recipient(s)")
	}
	return s.dm(u).Channel, nil
}

// dm is the bot's channel with a user, made when there is none.
func (s *Server) dm(u User) *room {
	if r := s.findDM(u.ID); r != nil {
		return r
	}
	r := &room{Channel: Channel{ID: s.newID(), Type: DM, Recipients: []User{u}}}
	s.channels[r.ID] = r
	return r
}

func (s *Server) findDM(user string) *room {
	for _, id := range slices.Sorted(maps.Keys(s.channels)) {
		if r := s.channels[id]; r.Type == DM && r.Recipients[0].ID == user {
			return r
		}
	}
	return nil
}

// guild returns the guild a request is about.
func (s *Server) guild(q request) (*guild, *problem) {
	g := s.guilds[q.args["guild"]]
	switch {
	case g == nil:
		return nil, notFound(10004, "Guild")
	case g.members[s.options.ID] == nil:
		return nil, missingAccess()
	}
	return g, nil
}

func getGuild(s *Server, q request) (any, *problem) {
	g, failed := s.guild(q)
	if failed != nil {
		return nil, failed
	}
	return map[string]any{"id": g.ID, "name": g.Name, "owner_id": "1", "roles": g.list()}, nil
}

func getMyGuilds(s *Server, _ request) (any, *problem) {
	list := []map[string]any{}
	for _, id := range slices.Sorted(maps.Keys(s.guilds)) {
		if g := s.guilds[id]; g.members[s.options.ID] != nil {
			list = append(list, map[string]any{"id": g.ID, "name": g.Name, "owner": false, "permissions": "2147483647"})
		}
	}
	return list, nil
}

func getMember(s *Server, q request) (any, *problem) {
	g, failed := s.guild(q)
	if failed != nil {
		return nil, failed
	}
	user := q.args["user"]
	switch {
	case s.users[user].ID == "":
		return nil, notFound(10013, "User")
	case g.members[user] == nil:
		return nil, notFound(10007, "Member")
	}
	return s.memberWire(g, user), nil
}

// getMembers lists them, by id; the privileged intent is needed for that.
func getMembers(s *Server, q request) (any, *problem) {
	g, failed := s.guild(q)
	if failed != nil {
		return nil, failed
	}
	if s.options.Disallowed&intentGuildMembers != 0 {
		return nil, missingAccess()
	}
	most, failed := q.limit(1, 1000)
	if failed != nil {
		return nil, failed
	}
	list := []any{}
	for _, id := range slices.SortedFunc(maps.Keys(g.members), byID) {
		if after := q.query.Get("after"); (after == "" || byID(id, after) > 0) && len(list) < most {
			list = append(list, s.memberWire(g, id))
		}
	}
	return list, nil
}
