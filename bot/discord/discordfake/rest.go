package discordfake

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxBody bounds what is read of a request or an answer: a message's files.
const maxBody = 26 << 20

// snowflake is what Discord takes for an id.
var snowflake = regexp.MustCompile(`^[0-9]{1,20}$`)

// A Call is one request of the app.
type Call struct {
	At     time.Time
	Method string
	Path   string // below the API's version: "channels/3001/messages"
	Body   []byte // the JSON of it
	Status int    // of the answer; 0: none was given
}

// A request is what a handler is given.
type request struct {
	args  map[string]string // the pattern's words in braces
	query url.Values
	body  []byte
	files []file
}

// A handler answers one route, with the Server locked. A nil answer is 204.
type handler func(*Server, request) (any, *problem)

type route struct {
	method, pattern string
	open            bool // no bot token is asked for: the path holds a secret
	do              handler
}

// decode reads the body; an empty one leaves into as it is.
func (q request) decode(into any) *problem {
	if len(bytes.TrimSpace(q.body)) == 0 {
		return nil
	}
	if err := json.Unmarshal(q.body, into); err != nil {
		p := refuse(http.StatusBadRequest, 50035, "Invalid Form Body")
		p.fields = []fieldError{{"body", "BASE_TYPE_INVALID", err.Error()}}
		return p
	}
	return nil
}

// Requests returns the paths asked for, oldest first: "users/@me".
func (s *Server) Requests() []string {
	var paths []string
	for _, c := range s.Calls() {
		paths = append(paths, c.Path)
	}
	return paths
}

// Calls returns the requests, oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

func (s *Server) serveREST(w http.ResponseWriter, r *http.Request) {
	path := below(r.URL.EscapedPath())
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "Request entity too large", http.StatusRequestEntityTooLarge)
		return
	}
	body, files, err := parse(r.Header.Get("Content-Type"), raw)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	call := Call{At: s.options.Now(), Method: r.Method, Path: plain(path), Body: body}
	s.mu.Lock()
	at := len(s.calls)
	s.calls = append(s.calls, call)
	hook := s.fault
	s.mu.Unlock()

	var fault *Response
	if hook != nil {
		fault = hook(call)
	}
	if fault != nil && fault.answers() && !fault.Accept {
		s.settle(at, fault.Status)
		pause(r, fault.Delay)
		fault.write(w)
		return
	}
	header, answer, failed := s.route(r, path, request{query: r.URL.Query(), body: body, files: files})
	status := http.StatusOK
	switch {
	case failed != nil:
		status = failed.status
	case answer == nil:
		status = http.StatusNoContent
	}
	s.settle(at, status)
	if fault != nil {
		pause(r, fault.Delay)
		if fault.answers() {
			fault.write(w)
			return
		}
	}
	for name, values := range header {
		w.Header()[name] = values
	}
	if data, raw := answer.(download); raw {
		_, _ = w.Write(data) // its type is told by what it is
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	switch {
	case failed != nil:
		_ = json.NewEncoder(w).Encode(failed)
	case answer != nil:
		_ = json.NewEncoder(w).Encode(answer)
	}
}

// settle notes a call's status and tells who waits.
func (s *Server) settle(at, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[at].Status = status
	s.tell()
}

// route finds the handler and runs it. The answer is encoded under the lock, for
// it may share what others change.
func (s *Server) route(r *http.Request, path string, q request) (http.Header, any, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rt, args, failed := match(r.Method, path)
	authorized := r.Header.Get("Authorization") == "Bot "+s.options.Token
	switch {
	case !authorized && !rt.open:
		return nil, nil, unauthorized()
	case failed != nil:
		return nil, nil, failed
	}
	for _, name := range []string{"channel", "message", "user", "guild", "role", "application", "interaction"} {
		if id, there := args[name]; there && !snowflake.MatchString(id) {
			f := form{}
			f.wrong(name+"_id", "NUMBER_TYPE_COERCE", "Value %q is not snowflake.", id)
			return nil, nil, f.problem()
		}
	}
	header, limited := s.limits.take(rt, args, s.options.Now())
	if limited != nil {
		return header, nil, limited
	}
	q.args = args
	answer, failed := rt.do(s, q)
	if failed != nil {
		if failed.retry > 0 {
			header.Set("Retry-After", seconds(failed.retry))
		}
		return header, nil, failed
	}
	if _, raw := answer.(download); raw || answer == nil {
		return header, answer, nil
	}
	encoded, err := json.Marshal(answer)
	if err != nil {
		return header, nil, refuse(http.StatusInternalServerError, 0, err.Error())
	}
	return header, json.RawMessage(encoded), nil
}

// match finds the route of a path, whose words are still escaped.
func match(method, path string) (route, map[string]string, *problem) {
	words := strings.Split(path, "/")
	other := false
	for _, rt := range routes() {
		args, ok := rt.match(words)
		if ok && rt.method == method {
			return rt, args, nil
		}
		other = other || ok
	}
	if other {
		return route{}, nil, refuse(http.StatusMethodNotAllowed, 0, "405: Method Not Allowed")
	}
	return route{}, nil, refuse(http.StatusNotFound, 0, "404: Not Found")
}

func (rt route) match(words []string) (map[string]string, bool) {
	pattern := strings.Split(rt.pattern, "/")
	if len(pattern) != len(words) {
		return nil, false
	}
	args := map[string]string{}
	for i, word := range words {
		name, variable := strings.CutPrefix(pattern[i], "{")
		word = plain(word)
		if variable {
			args[strings.TrimSuffix(name, "}")] = word
		} else if word != pattern[i] {
			return nil, false
		}
	}
	return args, true
}

// below cuts the base path off: what is left begins with one of the API's roots.
func below(path string) string {
	words := strings.Split(strings.Trim(path, "/"), "/")
	at := slices.IndexFunc(words, func(word string) bool {
		return slices.Contains([]string{"users", "channels", "guilds", "gateway", "applications", "interactions", "webhooks", "attachments"}, word)
	})
	return strings.Join(words[max(at, 0):], "/")
}

func plain(word string) string {
	if unescaped, err := url.PathUnescape(word); err == nil {
		return unescaped
	}
	return word
}

// seconds is a Retry-After: whole seconds, never too early.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }
