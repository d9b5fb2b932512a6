package discordfake

import (
	"cmp"
	"crypto/ed25519"
	"crypto/rand"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options describe the application. The zero value works.
type Options struct {
	Token       string // default "discordfake-token"
	ID          string // the bot's user; default "9000"
	Application string // default: the bot's user, as for applications of today
	Guild       string // the server that everybody joins; default "1000"

	URL      string // where this server is reached; learned from the first request when empty
	Endpoint string // where interactions are POSTed; empty: they go over the gateway

	Disallowed int           // privileged intents that the application may not ask for
	Heartbeat  time.Duration // what the gateway asks for; default 41.25s

	Patience time.Duration    // how long Discord waits for the first answer; default 3s
	Now      func() time.Time // default time.Now
}

// A Server is one application. Make it with New, close it with Close.
type Server struct {
	mu       sync.Mutex
	options  Options
	key      ed25519.PrivateKey
	users    map[string]User
	guilds   map[string]*guild
	channels map[string]*room
	global   []Command // commands of every guild and of direct messages
	acts     map[string]*act
	nonces   map[string]*Message // the bot's messages by their nonces
	denied   map[Power]bool

	calls      []Call
	violations []string
	fault      func(Call) *Response
	limits     limits
	lastID     uint64
	changed    chan struct{}

	gateway gateway
	client  *http.Client
}

// New returns an application in one guild, whose bot is the only member.
func New(options Options) *Server {
	options = options.withDefaults()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err) // the system has no randomness left
	}
	s := &Server{
		options:  options,
		key:      key,
		users:    map[string]User{},
		guilds:   map[string]*guild{},
		channels: map[string]*room{},
		acts:     map[string]*act{},
		nonces:   map[string]*Message{},
		denied:   map[Power]bool{},
		limits:   limits{buckets: map[string]*bucket{}, routes: map[string]rate{}},
		changed:  make(chan struct{}),
		gateway:  gateway{links: map[*link]bool{}, sessions: map[string]*session{}},
		client:   &http.Client{Timeout: options.Patience},
	}
	s.users[options.ID] = User{ID: options.ID, Username: "oncall", Discriminator: "0", Bot: true}
	s.AddGuild(options.Guild, "earshot")
	return s
}

// Options returns what the server runs with, defaults filled in.
func (s *Server) Options() Options {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.options
}

// SetURL says where this server is reached, for the addresses it hands out.
func (s *Server) SetURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.URL = strings.TrimSuffix(base, "/")
}

// SetEndpoint says where interactions are POSTed from now on; empty: the gateway.
func (s *Server) SetEndpoint(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.Endpoint = url
}

// Close ends the gateway's connections and drops idle ones.
func (s *Server) Close() {
	s.Drop()
	s.client.CloseIdleConnections()
}

// ServeHTTP answers the REST API, and the gateway to who asks for a websocket.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.learnURL(r)
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		s.serveGateway(w, r)
		return
	}
	s.serveREST(w, r)
}

func (s *Server) learnURL(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.options.URL == "" {
		s.options.URL = "http://" + r.Host
	}
}

func (o Options) withDefaults() Options {
	o.Token = cmp.Or(o.Token, "discordfake-token")
	o.ID = cmp.Or(o.ID, "9000")
	o.Application = cmp.Or(o.Application, o.ID)
	o.Guild = cmp.Or(o.Guild, "1000")
	o.URL = strings.TrimSuffix(o.URL, "/")
	o.Heartbeat = cmp.Or(o.Heartbeat, 41250*time.Millisecond)
	o.Patience = cmp.Or(o.Patience, 3*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}
