package discordfake

import (
	"encoding/json"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Operations of the gateway.
const (
	opDispatch  = 0
	opHeartbeat = 1
	opIdentify  = 2
	opPresence  = 3
	opResume    = 6
	opReconnect = 7
	opMembers   = 8
	opInvalid   = 9
	opHello     = 10
	opAck       = 11
)

// Codes that the gateway closes with.
const (
	closeOpcode   = 4001
	closeDecode   = 4002
	closeNobody   = 4003
	closeAuth     = 4004
	closeTwice    = 4005
	closeSeq      = 4007
	closeTimedOut = 4009
	closeIntents  = 4014
)

// backlog is how many events may wait for a slow reader before it is cut off.
const backlog = 1024

var upgrader = websocket.Upgrader{}

// A link is one websocket with the goroutine that writes to it.
type link struct {
	conn    *websocket.Conn
	out     chan message
	over    chan struct{}
	written sync.WaitGroup
}

// A message is a text, or a code to close with.
type message struct {
	text []byte
	code int
}

func newLink(conn *websocket.Conn) *link {
	l := &link{conn: conn, out: make(chan message, backlog), over: make(chan struct{})}
	l.written.Go(l.write)
	return l
}

// write sends what is queued until the link is over, and that before it ends.
func (l *link) write() {
	for {
		select {
		case m := <-l.out:
			l.put(m)
		case <-l.over:
			for {
				select {
				case m := <-l.out:
					l.put(m)
				default:
					return
				}
			}
		}
	}
}

func (l *link) put(m message) {
	deadline := time.Now().Add(time.Second)
	if m.code == 0 {
		_ = l.conn.SetWriteDeadline(deadline)
		_ = l.conn.WriteMessage(websocket.TextMessage, m.text)
		return
	}
	_ = l.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(m.code, ""), deadline)
	_ = l.conn.Close()
}

// send queues a text; a reader too far behind loses the connection.
func (l *link) send(text []byte) { l.queue(message{text: text}) }

// hangup closes with a code, after what is queued.
func (l *link) hangup(code int) { l.queue(message{code: code}) }

func (l *link) queue(m message) {
	select {
	case l.out <- m:
	default:
		_ = l.conn.Close()
	}
}

// end waits for the writer and closes the connection.
func (l *link) end() {
	close(l.over)
	l.written.Wait()
	_ = l.conn.Close()
}

// write sends a packet that is no event. The Server is locked.
func (s *Server) write(l *link, op int, data any) {
	encoded, err := json.Marshal(data)
	if err != nil {
		panic(err) // a mistake in the fake
	}
	whole, err := json.Marshal(packet{Op: op, Data: encoded})
	if err != nil {
		panic(err)
	}
	if !s.gateway.silent {
		l.send(whole)
	}
}

// unlink notes that a connection ended. One that said goodbye ends its session too.
func (s *Server) unlink(l *link, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sn := s.sessionOf(l); sn != nil && websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) {
		sn.gone = true
	}
	s.detach(l)
	delete(s.gateway.links, l)
	s.tell()
}

func (s *Server) sessionOf(l *link) *session {
	for _, sn := range s.linked() {
		if sn.link == l {
			return sn
		}
	}
	return nil
}

// hear takes one packet, and returns the code to close with; 0: go on.
func (s *Server) hear(l *link, data []byte) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var p packet
	if json.Unmarshal(data, &p) != nil {
		return closeDecode
	}
	known := s.sessionOf(l) != nil
	switch p.Op {
	case opHeartbeat:
		s.write(l, opAck, nil)
	case opIdentify:
		if known {
			return closeTwice
		}
		return s.identify(l, p.Data)
	case opResume:
		if known {
			return closeTwice
		}
		return s.resume(l, p.Data)
	case opPresence, opMembers:
		if !known {
			return closeNobody
		}
	default:
		return closeOpcode
	}
	return 0
}

func (s *Server) identify(l *link, data json.RawMessage) int {
	var who Identity
	if json.Unmarshal(data, &who) != nil {
		return closeDecode
	}
	switch {
	case strings.TrimPrefix(who.Token, "Bot ") != s.options.Token:
		return closeAuth
	case who.Intents&s.options.Disallowed != 0:
		return closeIntents
	}
	s.gateway.identified = append(s.gateway.identified, who)
	sn := &session{id: "session-" + s.newID(), intents: who.Intents, link: l}
	s.gateway.sessions[sn.id] = sn
	absent := []map[string]any{}
	for id := range s.guilds {
		absent = append(absent, map[string]any{"id": id, "unavailable": true})
	}
	s.tellSession(sn, "READY", map[string]any{
		"v": 9, "user": s.users[s.options.ID], "session_id": sn.id, "resume_gateway_url": s.gatewayURL(),
		"guilds": absent, "private_channels": []any{}, "application": map[string]any{"id": s.options.Application, "flags": 0},
	})
	if who.Intents&intentGuilds != 0 {
		for _, g := range s.guilds {
			s.tellSession(sn, "GUILD_CREATE", g.wire(s))
		}
	}
	s.tell()
	return 0
}

func (s *Server) resume(l *link, data json.RawMessage) int {
	var body struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     int    `json:"seq"`
	}
	if json.Unmarshal(data, &body) != nil {
		return closeDecode
	}
	if strings.TrimPrefix(body.Token, "Bot ") != s.options.Token {
		return closeAuth
	}
	sn := s.gateway.sessions[body.Session]
	if sn == nil || sn.gone || sn.link != nil {
		s.write(l, opInvalid, false)
		return 0
	}
	if body.Seq < 0 || body.Seq > sn.seq {
		return closeSeq
	}
	missed := sn.told[body.Seq:]
	sn.link = l
	if !s.gateway.silent {
		for _, text := range missed {
			l.send(text)
		}
	}
	s.tellSession(sn, "RESUMED", map[string]any{})
	s.tell()
	return 0
}
