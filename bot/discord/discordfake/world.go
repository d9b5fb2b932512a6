package discordfake

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// A User is an account.
type User struct {
	ID            string `json:"id"`
	Username      string `json:"username"`
	Discriminator string `json:"discriminator"`
	Bot           bool   `json:"bot,omitempty"`

	deaf bool // takes no direct messages
}

// A guild is what people call a server.
type guild struct {
	ID       string
	Name     string
	members  map[string]*member
	roles    map[string]*Role
	commands []Command
}

// A member is a user in a guild.
type member struct {
	Roles  []string
	Joined time.Time
}

// A Power is a permission that the bot may lack.
type Power string

// The powers that Deny knows.
const (
	SendMessages   Power = "SEND_MESSAGES"
	AttachFiles    Power = "ATTACH_FILES"
	CreateThreads  Power = "CREATE_PUBLIC_THREADS"
	ManageMessages Power = "MANAGE_MESSAGES"
	ManageChannels Power = "MANAGE_CHANNELS"
	ManageRoles    Power = "MANAGE_ROLES"
	AddReactions   Power = "ADD_REACTIONS"
	ReadHistory    Power = "READ_MESSAGE_HISTORY"
)

// bits are the powers as a role holds them.
var bits = map[Power]int64{
	SendMessages: 1 << 11, AttachFiles: 1 << 15, CreateThreads: 1 << 35, ManageMessages: 1<<13 | 1<<51, ManageChannels: 1 << 4,
	ManageRoles: 1 << 28, AddReactions: 1 << 6, ReadHistory: 1 << 16,
}

// everything is all bits but the administrator's.
const everything = 1<<52 - 1 - 1<<3

// powers is what the bot's own role holds.
func (s *Server) powers() string {
	var all int64 = everything
	for p, denied := range s.denied {
		if denied {
			all &^= bits[p]
		}
	}
	return strconv.FormatInt(all, 10)
}

// Deny takes powers from the bot, in every guild; Allow gives them back.
func (s *Server) Deny(powers ...Power) { s.empower(false, powers) }

// Allow is the end of Deny.
func (s *Server) Allow(powers ...Power) { s.empower(true, powers) }

func (s *Server) empower(can bool, powers []Power) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range powers {
		s.denied[p] = !can
	}
	for _, g := range s.guilds {
		for _, r := range g.roles {
			if r.Managed {
				r.Permissions = s.powers()
			}
		}
	}
}

// AddUser adds somebody, who joins Options.Guild.
func (s *Server) AddUser(id, name string, bot bool) {
	s.mu.Lock()
	s.users[id] = User{ID: id, Username: name, Discriminator: "0", Bot: bot}
	s.mu.Unlock()
	s.Join(s.options.Guild, id)
}

// CloseDMs has a user take no direct messages, or take them again.
func (s *Server) CloseDMs(user string, closed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[user]
	u.deaf = closed
	s.users[user] = u
}

// AddGuild adds a guild that the bot is in, with its role at position 10.
func (s *Server) AddGuild(id, name string) {
	s.mu.Lock()
	g := &guild{ID: id, Name: name, members: map[string]*member{}, roles: map[string]*Role{}}
	g.roles[id] = &Role{ID: id, Name: "@everyone", Permissions: "0"}
	own := &Role{ID: s.newID(), Name: s.users[s.options.ID].Username, Position: 10, Managed: true, Permissions: s.powers()}
	g.roles[own.ID] = own
	g.members[s.options.ID] = &member{Roles: []string{own.ID}, Joined: s.options.Now()}
	s.guilds[id] = g
	s.dispatch("GUILD_CREATE", intentGuilds, g.wire(s))
	s.mu.Unlock()
}

// Join makes a user a member of a guild.
func (s *Server) Join(guildID, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || g.members[user] != nil {
		return
	}
	g.members[user] = &member{Roles: []string{}, Joined: s.options.Now()}
	s.dispatch("GUILD_MEMBER_ADD", intentGuildMembers, s.memberWire(g, user))
	s.tell()
}

// Leave ends a membership.
func (s *Server) Leave(guildID, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.guilds[guildID]; g != nil {
		delete(g.members, user)
		s.dispatch("GUILD_MEMBER_REMOVE", intentGuildMembers, map[string]any{"guild_id": guildID, "user": s.users[user]})
		s.tell()
	}
}

// AddChannel adds a channel to Options.Guild; a hidden one is there, but not for
// the bot.
func (s *Server) AddChannel(id, name string, kind int, hidden bool) {
	s.AddGuildChannel(s.options.Guild, id, name, kind, hidden)
}

// AddGuildChannel adds a channel to any guild.
func (s *Server) AddGuildChannel(guildID, id, name string, kind int, hidden bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = &room{Channel: Channel{ID: id, Type: kind, Name: name, Guild: guildID}, hidden: hidden}
}

// Overwrite gives or denies something in one channel. What the bot may do by it is
// told, not enforced: that is for Deny.
func (s *Server) Overwrite(channel string, o Overwrite) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.channels[channel]
	r.Overwrites = append(slices.Clone(r.Overwrites), o)
}

// newID returns a snowflake, later than all before it. The Server is locked.
func (s *Server) newID() string {
	const epoch = 1420070400000 // Discord's first second, in milliseconds
	s.lastID = max(s.lastID+1, uint64(s.options.Now().UnixMilli()-epoch)<<22)
	return strconv.FormatUint(s.lastID, 10)
}

// shares reports whether a user is in any guild with the bot.
func (s *Server) shares(user string) bool {
	for _, g := range s.guilds {
		if g.members[user] != nil {
			return true
		}
	}
	return false
}

// wire is a guild as the gateway and the API tell it.
func (g *guild) wire(s *Server) map[string]any {
	var channels []Channel
	for _, id := range slices.Sorted(maps.Keys(s.channels)) {
		if r := s.channels[id]; r.Guild == g.ID && !r.hidden && !r.isThread() {
			channels = append(channels, r.Channel)
		}
	}
	var members []any
	for _, id := range slices.Sorted(maps.Keys(g.members)) {
		members = append(members, s.memberWire(g, id))
	}
	return map[string]any{
		"id": g.ID, "name": g.Name, "owner_id": "1", "roles": g.list(), "channels": channels, "members": members,
		"threads": []any{}, "emojis": []any{}, "features": []any{}, "member_count": len(g.members), "unavailable": false,
	}
}

func (s *Server) memberWire(g *guild, user string) map[string]any {
	m := g.members[user]
	return map[string]any{
		"guild_id": g.ID, "user": s.users[user], "roles": m.Roles, "joined_at": m.Joined, "nick": nil,
		"deaf": false, "mute": false, "pending": false, "flags": 0, "permissions": "2147483647",
	}
}
