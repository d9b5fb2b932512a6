package slackfake

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// responseMethod is how a call to a response URL is named in Calls and Fault.
const responseMethod = "response_url"

// A Call is one request of the app.
type Call struct {
	Method string     // chat.postMessage, ... or response_url
	Form   url.Values // without the token; JSON bodies flattened, objects as JSON text
	Begin  time.Time  // with Go's monotonic reading, unless Options.Now took it away
	Status int        // 0 while unanswered, or when the connection was dropped
	Error  string     // Slack's error, empty for ok:true
}

// Calls returns everything the app has asked for, oldest first, requests still
// being answered included.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// CallsTo returns the calls of one method.
func (s *Server) CallsTo(method string) []Call {
	return slices.DeleteFunc(s.Calls(), func(c Call) bool { return c.Method != method })
}

// maxBody bounds a request; Slack's own bound is a megabyte.
const maxBody = 1 << 20

// form is a decoded request: its fields, and the token apart from them.
type form struct {
	url.Values
	token string
}

// serveCall logs a request, lets a fault have its way, and answers.
func (s *Server) serveCall(w http.ResponseWriter, r *http.Request, method string, begin time.Time, answer func(form) reply) {
	form, err := decode(w, r)
	if err != nil {
		writeJSON(w, http.StatusOK, reply{"ok": false, "error": "invalid_form_data"})
		return
	}
	if method != responseMethod {
		w.Header().Set("X-OAuth-Scopes", strings.Join(s.Options().Scopes, ","))
	}
	number := s.logCall(Call{Method: method, Form: form.Values, Begin: begin})
	fault := s.faultFor(method, form.Values)
	if fault == nil {
		s.finish(w, number, http.StatusOK, answer(form))
		return
	}
	var accepted reply
	if fault.Accept || fault.harmless() {
		accepted = answer(form)
	}
	s.pause(r, fault.Delay)
	switch {
	case fault.Drop:
		panic(http.ErrAbortHandler)
	case fault.harmless(), fault.Accept && fault.Status == 0 && fault.Body == "":
		s.finish(w, number, http.StatusOK, accepted)
	default:
		s.endCall(number, fault.status(), fault.Body)
		fault.write(w)
	}
}

func (s *Server) finish(w http.ResponseWriter, number, status int, body reply) {
	if code, ok := body[statusKey].(int); ok {
		status = code
		delete(body, statusKey)
	}
	if after, ok := body[retryKey].(string); ok {
		w.Header().Set("Retry-After", after)
		delete(body, retryKey)
	}
	problem, _ := body["error"].(string)
	s.endCall(number, status, problem)
	if text, ok := body[textKey].(string); ok {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
		return
	}
	writeJSON(w, status, body)
}

func (s *Server) logCall(c Call) int {
	s.mu.Lock()
	s.calls = append(s.calls, c)
	number := len(s.calls) - 1
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "call", Channel: c.Form.Get("channel")})
	return number
}

func (s *Server) endCall(number, status int, problem string) {
	s.mu.Lock()
	s.calls[number].Status, s.calls[number].Error = status, problem
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "call"})
}

// decode reads a form, a JSON object or a query into one set of fields.
func decode(w http.ResponseWriter, r *http.Request) (form, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	f := form{Values: r.URL.Query()}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return f, err
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") && len(body) > 0 {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(body, &fields); err != nil {
			return f, err
		}
		for name, raw := range fields {
			f.Set(name, flat(raw))
		}
	} else {
		fields, err := url.ParseQuery(string(body))
		if err != nil {
			return f, err
		}
		for name, values := range fields {
			f.Values[name] = values
		}
	}
	f.token = f.Get("token")
	f.Del("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		f.token = bearer
	}
	return f, nil
}

// flat turns a JSON string into its text and leaves everything else as JSON.
func flat(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

func writeJSON(w http.ResponseWriter, status int, body reply) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
