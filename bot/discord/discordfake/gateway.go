package discordfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Intents that the fake has events for.
const (
	intentGuilds         = 1 << 0
	intentGuildMembers   = 1 << 1 // privileged
	intentGuildMessages  = 1 << 9
	intentGuildReactions = 1 << 10
	intentDMs            = 1 << 12
	intentDMReactions    = 1 << 13
	intentContent        = 1 << 15 // privileged
)

// A gateway is the side of Discord that speaks first.
type gateway struct {
	links      map[*link]bool // all connections, those that said nothing yet too
	sessions   map[string]*session
	identified []Identity
	silent     bool
}

// A session outlives its connection: who resumes it is told what it missed.
type session struct {
	id      string
	intents int
	seq     int
	told    []json.RawMessage // told[n] has sequence n+1
	link    *link             // nil: nobody is connected
	gone    bool              // can't be resumed
}

// An Identity is what a connection introduced itself with.
type Identity struct {
	Token   string `json:"token"`
	Intents int    `json:"intents"`
	Shard   []int  `json:"shard"`
}

// A packet is one message over the gateway.
type packet struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  *int            `json:"s"`
	Type *string         `json:"t"`
}

// Identities returns what connections introduced themselves with, oldest first.
// One that resumed is not among them.
func (s *Server) Identities() []Identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.gateway.identified)
}

// Connected returns how many sessions have a connection.
func (s *Server) Connected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.linked())
}

func (s *Server) linked() []*session {
	var list []*session
	for _, sn := range s.gateway.sessions {
		if sn.link != nil {
			list = append(list, sn)
		}
	}
	return list
}

// Hangup closes all connections with a code. After 4007 and 4009 Discord knows the
// sessions no longer.
func (s *Server) Hangup(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if code == closeSeq || code == closeTimedOut {
		s.forget()
	}
	for l := range s.gateway.links {
		s.detach(l)
		l.hangup(code)
	}
	s.tell()
}

// Drop cuts all connections without a word.
func (s *Server) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.gateway.links {
		s.detach(l)
		_ = l.conn.Close()
	}
	s.tell()
}

// Silence has the connections stand and say nothing, not even to a heartbeat. What
// happens meanwhile is told to who resumes.
func (s *Server) Silence(silent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.silent = silent
}

// Forget has no session of now resumed, once its connection has ended.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget()
}

func (s *Server) forget() {
	for id, sn := range s.gateway.sessions {
		sn.gone = true
		if sn.link == nil {
			delete(s.gateway.sessions, id)
		}
	}
}

// detach ends the connection of a session, which may be resumed.
func (s *Server) detach(l *link) {
	if sn := s.sessionOf(l); sn != nil {
		sn.link = nil
		if sn.gone {
			delete(s.gateway.sessions, sn.id)
		}
	}
}

// Invalidate tells the connections that their session is invalid, or to resume it.
func (s *Server) Invalidate(resumable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !resumable {
		s.forget()
	}
	for l := range s.gateway.links {
		s.detach(l)
		s.write(l, opInvalid, resumable)
	}
	s.tell()
}

// AskReconnect asks the connections to come again, as Discord does before it
// restarts.
func (s *Server) AskReconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.gateway.links {
		s.write(l, opReconnect, nil)
	}
}

// Dispatch sends any event to all sessions.
func (s *Server) Dispatch(kind string, data any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch(kind, 0, data)
}

// dispatch tells an event to the sessions that asked for it; intent 0 is asked for
// by all. The Server is locked.
func (s *Server) dispatch(kind string, intent int, data any) {
	for _, sn := range s.gateway.sessions {
		if intent == 0 || sn.intents&intent != 0 {
			s.tellSession(sn, kind, data)
		}
	}
}

func (s *Server) tellSession(sn *session, kind string, data any) {
	encoded, err := json.Marshal(data)
	if err != nil {
		panic(fmt.Sprintf("event %s: %v", kind, err)) // a mistake in the fake
	}
	sn.seq++
	seq := sn.seq
	whole, err := json.Marshal(packet{Op: opDispatch, Data: encoded, Seq: &seq, Type: &kind})
	if err != nil {
		panic(fmt.Sprintf("event %s: %v", kind, err))
	}
	sn.told = append(sn.told, whole)
	if sn.link != nil && !s.gateway.silent {
		sn.link.send(whole)
	}
}

// announce tells a message to who may read it. Without the privileged intent its
// text is empty, but for the bot's own, direct messages and mentions.
func (s *Server) announce(kind string, r *room, m *Message) {
	if m.For != "" {
		return
	}
	full := m.snapshot()
	full.Guild = r.Guild
	bare := full
	bare.Content, bare.Embeds, bare.Components, bare.Attachments = "", []Embed{}, []Component{}, []Attachment{}
	own := r.Type == DM || m.Author.ID == s.options.ID ||
		slices.ContainsFunc(m.Mentions, func(u User) bool { return u.ID == s.options.ID })
	for _, sn := range s.gateway.sessions {
		switch {
		case sn.intents&r.intent() == 0:
		case own, sn.intents&intentContent != 0:
			s.tellSession(sn, kind, full)
		default:
			s.tellSession(sn, kind, bare)
		}
	}
}

// intent is the one that a channel's messages need.
func (r *room) intent() int {
	if r.Type == DM {
		return intentDMs
	}
	return intentGuildMessages
}

func (r *room) reactionIntent() int {
	if r.Type == DM {
		return intentDMReactions
	}
	return intentGuildReactions
}

// send gives an interaction to the gateway's sessions.
func (s *Server) send(a *act) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.gateway.sessions) == 0 {
		return fmt.Errorf("%w: it is not connected and has no endpoint", ErrNoAnswer)
	}
	s.dispatch("INTERACTION_CREATE", 0, json.RawMessage(a.body))
	return nil
}

func (s *Server) gatewayURL() string { return "ws" + strings.TrimPrefix(s.options.URL, "http") + "/" }

func getGateway(s *Server, _ request) (any, *problem) {
	return map[string]any{"url": s.gatewayURL()}, nil
}

func getGatewayBot(s *Server, _ request) (any, *problem) {
	return map[string]any{
		"url": s.gatewayURL(), "shards": 1,
		"session_start_limit": map[string]int{"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1},
	}, nil
}

// serveGateway runs one connection until it ends.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // answered by the upgrader
	}
	l := newLink(conn)
	defer l.end()
	s.mu.Lock()
	s.gateway.links[l] = true
	s.write(l, opHello, map[string]any{"heartbeat_interval": s.options.Heartbeat.Milliseconds()})
	s.mu.Unlock()
	for {
		_, data, err := conn.ReadMessage()
		if err != nil {
			s.unlink(l, err)
			return
		}
		if code := s.hear(l, data); code != 0 {
			s.unlink(l, nil)
			l.hangup(code)
			return
		}
	}
}
