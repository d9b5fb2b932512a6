package slackfake

import (
	"slices"
	"strings"
)

// A Usergroup is a handle that mentions all its members.
type Usergroup struct {
	ID      string
	Handle  string // without @
	Members []string
}

// AddUsergroup registers a group, which may be empty: only the API can't empty one.
func (s *Server) AddUsergroup(id, handle string, members ...string) {
	s.mu.Lock()
	s.groups[id] = Usergroup{ID: id, Handle: handle, Members: slices.Clone(members)}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "world"})
}

// Usergroups returns all groups, by id.
func (s *Server) Usergroups() []Usergroup {
	s.mu.Lock()
	defer s.mu.Unlock()
	groups := make([]Usergroup, 0, len(s.groups))
	for _, g := range s.groups {
		g.Members = slices.Clone(g.Members)
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b Usergroup) int { return strings.Compare(a.ID, b.ID) })
	return groups
}

func (s *Server) groupList(f form) (reply, error) {
	groups := []reply{}
	for _, g := range s.Usergroups() {
		wired := s.wireGroup(g)
		if f.truthy("include_users") {
			wired["users"] = g.Members
		}
		groups = append(groups, wired)
	}
	return reply{"usergroups": groups}, nil
}

func (s *Server) groupMembers(f form) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.groups[f.Get("usergroup")]
	if !ok {
		return nil, apiError("no_such_subteam")
	}
	return reply{"users": append([]string{}, g.Members...)}, nil
}

// setMembers replaces the whole list. Guests, bots and strangers are refused, and
// so is nobody: a group is switched off, never emptied.
func (s *Server) setMembers(f form) (reply, error) {
	s.mu.Lock()
	g, err := s.replaceMembers(f.Get("usergroup"), f.Get("users"))
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	s.watch.tell(Event{Kind: "world"})
	wired := s.wireGroup(g)
	wired["users"] = g.Members
	return reply{"usergroup": wired}, nil
}

func (s *Server) replaceMembers(id, users string) (Usergroup, error) {
	g, ok := s.groups[id]
	if !ok {
		return g, apiError("no_such_subteam")
	}
	var members []string
	for member := range strings.SplitSeq(users, ",") {
		if member = strings.TrimSpace(member); member != "" && !slices.Contains(members, member) {
			members = append(members, member)
		}
	}
	if len(members) == 0 {
		return g, apiError("no_users_provided")
	}
	for _, member := range members {
		if user, ok := s.users[member]; !ok || user.Bot || user.Guest || user.Deleted {
			return g, apiError("invalid_users")
		}
	}
	g.Members = members
	s.groups[id] = g
	return g, nil
}

func (s *Server) wireGroup(g Usergroup) reply {
	return reply{
		"id": g.ID, "team_id": s.options.TeamID, "is_usergroup": true, "is_subteam": true, "name": g.Handle,
		"handle": g.Handle, "description": "", "is_external": false, "date_delete": 0, "user_count": len(g.Members),
	}
}
