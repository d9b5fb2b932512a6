// Package discordfake is Discord in miniature: one bot, the channels and the users
// that it may look up.
//
//	app --- GET /api/v9/users/@me, /users/ID, /channels/ID ---> Server (Bot token, Discord's errors)
//
// A Server is an http.Handler that knows the wire format and nothing of the app it
// serves.
package discordfake

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// Options describe the bot. The zero value works.
type Options struct {
	Token string // default "discordfake-token"
	ID    string // the bot's user; default "9000"
}

// The types of channels, as Discord numbers them.
const (
	Text  = 0
	Voice = 2
	News  = 5
)

// prefix is the path of the API's version.
const prefix = "/api/v9/"

// snowflake is what Discord takes for an id.
var snowflake = regexp.MustCompile(`^[0-9]{1,20}$`)

// A Server is one application. Make it with New.
type Server struct {
	mu       sync.Mutex
	options  Options
	users    map[string]user
	channels map[string]channel
	requests []string
	fault    func(path string) *Response
}

type user struct {
	ID            string `json:"id"`
	Username      string `json:"username"`
	Discriminator string `json:"discriminator"`
	Bot           bool   `json:"bot,omitempty"`
}

type channel struct {
	ID   string `json:"id"`
	Type int    `json:"type"`
	Name string `json:"name"`

	hidden bool
}

// New returns an application whose bot is the only user.
func New(options Options) *Server {
	options.Token = cmp.Or(options.Token, "discordfake-token")
	options.ID = cmp.Or(options.ID, "9000")
	s := &Server{options: options, users: map[string]user{}, channels: map[string]channel{}}
	s.AddUser(options.ID, "oncall", true)
	return s
}

// Options returns what the server runs with, defaults filled in.
func (s *Server) Options() Options { return s.options }

// AddUser adds somebody.
func (s *Server) AddUser(id, name string, bot bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[id] = user{ID: id, Username: name, Discriminator: "0", Bot: bot}
}

// AddChannel adds a channel; a hidden one is there, but not for the bot.
func (s *Server) AddChannel(id, name string, kind int, hidden bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = channel{ID: id, Type: kind, Name: name, hidden: hidden}
}

// Requests returns the paths asked for, oldest first: "users/@me".
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

// A Response is a fault: what one request gets instead of Discord's answer.
type Response struct {
	Status int
	Header http.Header
	Body   string
}

// RateLimited is the answer to one request too many.
func RateLimited() *Response {
	return &Response{
		Status: http.StatusTooManyRequests,
		Header: http.Header{"Retry-After": {"30"}, "Content-Type": {"application/json"}},
		Body:   `{"message": "You are being rate limited.", "retry_after": 30.0, "global": false}`,
	}
}

// Fault has every later request shown to the hook first; nil from the hook lets
// it through.
func (s *Server) Fault(hook func(path string) *Response) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = hook
}

// ServeHTTP answers the REST API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.Path, prefix)
	s.mu.Lock()
	s.requests = append(s.requests, path)
	hook := s.fault
	s.mu.Unlock()
	if hook != nil {
		if fault := hook(path); fault != nil {
			for name, values := range fault.Header {
				w.Header()[name] = values
			}
			w.WriteHeader(fault.Status)
			_, _ = io.WriteString(w, fault.Body)
			return
		}
	}
	status, body := s.answer(r, path, ok)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (s *Server) answer(r *http.Request, path string, ok bool) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind, id, _ := strings.Cut(path, "/")
	switch {
	case r.Header.Get("Authorization") != "Bot "+s.options.Token:
		return http.StatusUnauthorized, problem{0, "401: Unauthorized"}
	case !ok || kind != "users" && kind != "channels":
		return http.StatusNotFound, problem{0, "404: Not Found"}
	case r.Method != http.MethodGet:
		return http.StatusMethodNotAllowed, problem{0, "405: Method Not Allowed"}
	case kind == "users" && id == "@me":
		return http.StatusOK, s.users[s.options.ID]
	case !snowflake.MatchString(id):
		return http.StatusBadRequest, problem{50035, "Invalid Form Body"}
	case kind == "users":
		u, there := s.users[id]
		if !there {
			return http.StatusNotFound, problem{10013, "Unknown User"}
		}
		return http.StatusOK, u
	}
	c, there := s.channels[id]
	switch {
	case !there:
		return http.StatusNotFound, problem{10003, "Unknown Channel"}
	case c.hidden:
		return http.StatusForbidden, problem{50001, "Missing Access"}
	}
	return http.StatusOK, c
}

// A problem is an error as Discord words it.
type problem struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}
