package slackfake

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// opening is the one method that takes the app's own token.
const opening = "apps.connections.open"

// openBurst is how many connections may be opened before Options.OpenEvery counts.
const openBurst = 2

// A link is one connection over which the app is told what happens.
type link struct {
	id   string
	conn *websocket.Conn
	gone chan struct{} // closed with the connection
	used int           // when it was last given something

	leaving bool // was asked to leave: gets nothing new
	mute    bool // stands, but nothing goes through it any more

	writing sync.Mutex
}

func (l *link) write(message reply) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	_ = l.conn.SetWriteDeadline(time.Now().Add(time.Second)) // the write tells
	return l.conn.WriteJSON(message)
}

// openLink hands out an address at which one connection can be opened.
func (s *Server) openLink(form) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.options.AppScopes, "connections:write") {
		return reply{"ok": false, "error": "missing_scope", "needed": "connections:write", "provided": strings.Join(s.options.AppScopes, ","), statusKey: http.StatusOK}, nil
	}
	if after, ok := s.opens.take(s.options.Now(), s.options.OpenEvery, openBurst); !ok {
		return reply{"ok": false, "error": "ratelimited", statusKey: http.StatusTooManyRequests, retryKey: after}, nil
	}
	s.serial++
	ticket := strconv.Itoa(s.serial)
	s.tickets[ticket] = true
	return reply{"url": "ws" + strings.TrimPrefix(s.options.URL, "http") + "/link?ticket=" + ticket}, nil
}

// serveLink is one connection from its hello to its end.
func (s *Server) serveLink(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	known := s.tickets[ticket]
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !known {
		http.Error(w, "no such ticket", http.StatusForbidden)
		return
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }} // Slack's clients name api.slack.com
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer conn.Close() //nolint:errcheck // gone either way
	conn.SetReadLimit(maxBody)
	l := &link{id: "L" + ticket, conn: conn, gone: make(chan struct{})}
	o := s.Options()
	hello := reply{
		"type": "hello", "num_connections": len(s.Links()) + 1, "connection_info": reply{"app_id": o.AppID},
		"debug_info": reply{"host": "applink-fake", "approximate_connection_time": 18060},
	}
	if l.write(hello) != nil {
		return
	}
	s.join(l)
	defer s.part(l)
	go s.pings(l, o.PingEvery)
	for {
		var a acknowledgement
		if err := conn.ReadJSON(&a); err != nil {
			return
		}
		s.acknowledged(l, a)
	}
}

func (s *Server) join(l *link) {
	s.mu.Lock()
	s.links = append(s.links, l)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "link"})
}

func (s *Server) part(l *link) {
	close(l.gone)
	s.mu.Lock()
	s.links = slices.DeleteFunc(s.links, func(other *link) bool { return other == l })
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "link"})
}

// pings shows the app that the connection lives, and ends it with the server.
func (s *Server) pings(l *link, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-l.gone:
			return
		case <-s.done:
			_ = l.conn.Close() // its reader ends
			return
		}
		if !s.muted(l) {
			_ = l.conn.WriteControl(websocket.PingMessage, []byte("Ping from fake"), time.Now().Add(time.Second)) // a dead one ends by its reader
		}
	}
}

func (s *Server) muted(l *link) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return l.mute
}

// Links names the open connections, those asked to leave excepted, by when they were
// last given something: the first one is next.
func (s *Server) Links() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, l := range s.ready() {
		ids = append(ids, l.id)
	}
	return ids
}

func (s *Server) ready() []*link {
	open := slices.DeleteFunc(slices.Clone(s.links), func(l *link) bool { return l.leaving })
	slices.SortStableFunc(open, func(a, b *link) int { return cmp.Compare(a.used, b.used) })
	return open
}

// Disconnect asks the app to leave a connection: "warning" says that it soon will
// have to, "refresh_requested" and "link_disabled" that nothing more comes.
func (s *Server) Disconnect(id, reason string) error {
	l, err := s.link(id, func(l *link) { l.leaving = l.leaving || reason != "warning" })
	if err != nil {
		return err
	}
	return l.write(reply{"type": "disconnect", "reason": reason, "debug_info": reply{"host": "applink-fake"}})
}

// Cut ends a connection without a word.
func (s *Server) Cut(id string) error {
	l, err := s.link(id, func(l *link) { l.leaving = true })
	if err != nil {
		return err
	}
	return l.conn.Close()
}

// Mute lets a connection stand while nothing goes through it any more: no pings, no
// envelopes, no acknowledgements.
func (s *Server) Mute(id string) error {
	_, err := s.link(id, func(l *link) { l.mute = true })
	return err
}

func (s *Server) link(id string, change func(*link)) (*link, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.links, func(l *link) bool { return l.id == id })
	if at < 0 {
		return nil, fmt.Errorf("slackfake: no connection %s", id)
	}
	change(s.links[at])
	return s.links[at], nil
}

// An acknowledgement is what the app says to an envelope.
type acknowledgement struct {
	Envelope string          `json:"envelope_id"`
	Payload  json.RawMessage `json:"payload"`
}
