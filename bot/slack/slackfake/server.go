package slackfake

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Options describe the workspace and the one app installed in it. The zero
// value works: it gets made-up secrets that Options() tells.
type Options struct {
	SigningSecret string // signs what is sent to the app; default "slack-signing-secret"
	BotToken      string // what the app has to show; default "xoxb-fake"
	AppToken      string // what it has to show to open connections; default "xapp-fake"

	URL             string // where this server is reached; learned from the first request when empty
	CommandsURL     string // where slash commands are sent
	InteractionsURL string // where clicks are sent
	EventsURL       string // where mentions are sent
	// Where one is empty, the app is told over a connection that it has opened.

	TeamID string   // default "T0FAKE"
	AppID  string   // default "A0FAKE"
	BotID  string   // default "B0FAKE"
	BotUID string   // the app's own user, default "U0BOT"
	Scopes []string // what the token may do; default: everything the methods here need

	AppScopes []string      // what the app's token may do; default: connections:write
	OpenEvery time.Duration // how often connections may be opened, after a burst of two; default 2s, negative: at will
	PingEvery time.Duration // how often a connection shows that it lives; default 5s

	// PostEvery turns on Slack's limit on messages per channel: one in that
	// time, after a burst of PostBurst. Zero: no limit.
	PostEvery time.Duration
	PostBurst int

	// EditEvery and EditBurst are the same for edits, in the whole workspace.
	EditEvery time.Duration
	EditBurst int

	Patience time.Duration    // how long Slack waits for the app's answer; default 3s
	Now      func() time.Time // default time.Now
}

// A Server is one Slack workspace. Make it with New, close it with Close.
type Server struct {
	mu       sync.Mutex
	options  Options
	users    map[string]User
	groups   map[string]Usergroup
	channels map[string]*room
	views    []View
	triggers map[string]trigger
	replies  map[string]*responseURL
	calls    []Call
	fault    func(method string, form url.Values) *Response
	lastTS   int64
	serial   int

	links     []*link
	tickets   map[string]bool // for connections not opened yet
	opens     bucket
	edits     bucket
	envelopes []Envelope

	uploads uploads

	watch  watch
	client *http.Client
	done   chan struct{}
	close  sync.Once
}

// New returns an empty workspace in which only the app's own user exists.
func New(options Options) *Server {
	options = options.withDefaults()
	s := &Server{
		options:  options,
		users:    map[string]User{},
		groups:   map[string]Usergroup{},
		channels: map[string]*room{},
		triggers: map[string]trigger{},
		replies:  map[string]*responseURL{},
		tickets:  map[string]bool{},
		watch:    newWatch(),
		client:   &http.Client{Timeout: options.Patience},
		done:     make(chan struct{}),
	}
	s.users[options.BotUID] = User{ID: options.BotUID, Name: "earshot", RealName: "Earshot", TZ: "Etc/UTC", Bot: true}
	return s
}

// Options returns what the server runs with, defaults filled in.
func (s *Server) Options() Options {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.options
}

// SetURL says where this server is reached, for the response URLs it hands out.
func (s *Server) SetURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.URL = strings.TrimSuffix(base, "/")
}

// SetApp says where the app takes slash commands and interactions; nowhere: it is
// told over the connections that it opens.
func (s *Server) SetApp(commandsURL, interactionsURL string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.CommandsURL, s.options.InteractionsURL = commandsURL, interactionsURL
}

// Close lets delayed answers go and drops all connections.
func (s *Server) Close() {
	s.close.Do(func() { close(s.done) })
	s.client.CloseIdleConnections()
}

// ServeHTTP answers the Web API under /api/, response URLs under /response/ and
// connections of Socket Mode at /link.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begin := s.options.Now()
	s.learnURL(r)
	method, isAPI := strings.CutPrefix(r.URL.Path, "/api/")
	id, isReply := strings.CutPrefix(r.URL.Path, "/response/")
	file, isFile := strings.CutPrefix(r.URL.Path, uploadPath)
	switch {
	case isAPI:
		s.serveCall(w, r, method, begin, func(form form) reply { return s.callMethod(r, method, form) })
	case isFile && r.Method == http.MethodPost:
		s.takeFile(w, r, file)
	case r.URL.Path == "/link":
		s.serveLink(w, r)
	case isReply:
		s.serveCall(w, r, responseMethod, begin, func(form form) reply { return s.followUp(id, form) })
	default:
		http.NotFound(w, r)
	}
}

func (s *Server) learnURL(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.options.URL == "" {
		s.options.URL = "http://" + r.Host
	}
}

func (o Options) withDefaults() Options {
	for _, field := range []struct {
		value    *string
		fallback string
	}{
		{&o.SigningSecret, "slack-signing-secret"},
		{&o.BotToken, "xoxb-fake"},
		{&o.AppToken, "xapp-fake"},
		{&o.TeamID, "T0FAKE"},
		{&o.AppID, "A0FAKE"},
		{&o.BotID, "B0FAKE"},
		{&o.BotUID, "U0BOT"},
	} {
		if *field.value == "" {
			*field.value = field.fallback
		}
	}
	o.URL = strings.TrimSuffix(o.URL, "/")
	if o.Scopes == nil {
		o.Scopes = allScopes()
	}
	if o.AppScopes == nil {
		o.AppScopes = []string{"connections:write"}
	}
	if o.OpenEvery == 0 {
		o.OpenEvery = 2 * time.Second
	}
	if o.PingEvery <= 0 {
		o.PingEvery = 5 * time.Second
	}
	if o.PostBurst < 1 {
		o.PostBurst = 1
	}
	if o.EditBurst < 1 {
		o.EditBurst = 1
	}
	if o.Patience <= 0 {
		o.Patience = 3 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}
