package discordfake

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
)

// A Role is a group of a guild's members that can be mentioned.
type Role struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Color       int    `json:"color"`
	Position    int    `json:"position"`
	Managed     bool   `json:"managed"`
	Mentionable bool   `json:"mentionable"`
	Hoist       bool   `json:"hoist"`
	Permissions string `json:"permissions"`
}

// AddRole adds a role to a guild. The bot's own stands at position 10: it may give
// and take only what stands below.
func (s *Server) AddRole(guildID, id, name string, position int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guilds[guildID].roles[id] = &Role{ID: id, Name: name, Position: position, Permissions: "0"}
}

// Roles returns a guild's roles, by position.
func (s *Server) Roles(guildID string) []Role {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.guilds[guildID].list()
}

// RolesOf returns the ids of a member's roles in Options.Guild.
func (s *Server) RolesOf(user string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.guilds[s.options.Guild].members[user]; m != nil {
		return slices.Clone(m.Roles)
	}
	return nil
}

func (g *guild) list() []Role {
	list := []Role{}
	for _, r := range g.roles {
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b Role) int { return cmp.Or(cmp.Compare(a.Position, b.Position), byID(a.ID, b.ID)) })
	return list
}

// top is the position of a member's highest role.
func (g *guild) top(user string) int {
	top := 0
	for _, id := range g.members[user].Roles {
		if r := g.roles[id]; r != nil {
			top = max(top, r.Position)
		}
	}
	return top
}

func getRoles(s *Server, q request) (any, *problem) {
	g, failed := s.guild(q)
	if failed != nil {
		return nil, failed
	}
	return g.list(), nil
}

func postRole(s *Server, q request) (any, *problem) {
	g, failed := s.guild(q)
	if failed != nil {
		return nil, failed
	}
	if s.denied[ManageRoles] {
		return nil, missingPermissions()
	}
	role := Role{Name: "new role", Permissions: "0"}
	if failed := q.decode(&role); failed != nil {
		return nil, failed
	}
	var f form
	f.text("name", role.Name, 1, 100)
	if failed := f.problem(); failed != nil {
		return nil, failed
	}
	if len(g.roles) >= 250 {
		return nil, refuse(http.StatusBadRequest, 30005, "Maximum number of server roles reached (250)")
	}
	role.ID, role.Position, role.Managed = s.newID(), 1, false
	g.roles[role.ID] = &role
	return role, nil
}

func deleteRole(s *Server, q request) (any, *problem) {
	g, role, failed := s.roleBelow(q)
	if failed != nil {
		return nil, failed
	}
	delete(g.roles, role.ID)
	for _, user := range slices.Sorted(maps.Keys(g.members)) {
		s.assign(g, user, role.ID, false)
	}
	return nil, nil
}

func putMemberRole(s *Server, q request) (any, *problem) { return memberRole(s, q, true) }

func deleteMemberRole(s *Server, q request) (any, *problem) { return memberRole(s, q, false) }

func memberRole(s *Server, q request, has bool) (any, *problem) {
	g, role, failed := s.roleBelow(q)
	if failed != nil {
		return nil, failed
	}
	user := q.args["user"]
	if g.members[user] == nil {
		return nil, notFound(10007, "Member")
	}
	s.assign(g, user, role.ID, has)
	return nil, nil
}

// roleBelow returns the role of a request if the bot may use it.
func (s *Server) roleBelow(q request) (*guild, *Role, *problem) {
	g, failed := s.guild(q)
	if failed != nil {
		return nil, nil, failed
	}
	role := g.roles[q.args["role"]]
	switch {
	case role == nil:
		return nil, nil, notFound(10011, "Role")
	case s.denied[ManageRoles], role.Managed, role.Position >= g.top(s.options.ID):
		return nil, nil, missingPermissions()
	}
	return g, role, nil
}

// assign gives or takes a role, and tells the gateway if that changed something.
func (s *Server) assign(g *guild, user, role string, has bool) {
	m := g.members[user]
	if slices.Contains(m.Roles, role) == has {
		return
	}
	if has {
		m.Roles = append(m.Roles, role)
	} else {
		m.Roles = slices.DeleteFunc(m.Roles, func(id string) bool { return id == role })
	}
	s.dispatch("GUILD_MEMBER_UPDATE", intentGuildMembers, s.memberWire(g, user))
}
