package slackfake

import (
	"cmp"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"
)

// A Response is a fault: what one request gets instead of Slack's answer. With
// nothing but a Delay the request is carried out at once and answered late.
type Response struct {
	Status int           // default 200
	Header http.Header   // Retry-After, Content-Type, ...
	Body   string        // sent as it is
	Delay  time.Duration // waited before answering
	Accept bool          // the request is carried out all the same; alone: answered as usual
	Drop   bool          // the connection is cut without an answer
}

// Failure answers with a bare status, as a broken server does.
func Failure(status int) *Response {
	return &Response{Status: status, Body: http.StatusText(status), Header: http.Header{"Content-Type": {"text/html"}}}
}

// Refusal answers 200 with ok:false and one of Slack's errors.
func Refusal(code string) *Response {
	return &Response{Body: `{"ok":false,"error":"` + code + `"}`, Header: http.Header{"Content-Type": {"application/json"}}}
}

// Fault has every later request shown to the hook first; nil from the hook lets
// it through. The hook may be called from several goroutines at once. A nil hook
// is Heal.
func (s *Server) Fault(hook func(method string, form url.Values) *Response) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = hook
}

// FailAll answers everything with a bare status until Heal.
func (s *Server) FailAll(status int) {
	s.Fault(func(string, url.Values) *Response { return Failure(status) })
}

// Heal ends all faults; requests already delayed stay delayed.
func (s *Server) Heal() { s.Fault(nil) }

func (s *Server) faultFor(method string, form url.Values) *Response {
	s.mu.Lock()
	hook := s.fault
	s.mu.Unlock()
	if hook == nil {
		return nil
	}
	return hook(method, form)
}

// harmless reports whether the fault only takes time.
func (f *Response) harmless() bool {
	return f.Status == 0 && f.Body == "" && !f.Drop && !f.Accept && len(f.Header) == 0
}

func (f *Response) status() int { return cmp.Or(f.Status, http.StatusOK) }

func (f *Response) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), f.Header)
	w.WriteHeader(f.status())
	_, _ = io.WriteString(w, f.Body)
}

// pause waits out a delay unless the caller or the server goes away.
func (s *Server) pause(r *http.Request, delay time.Duration) {
	if delay <= 0 {
		return
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	case <-s.done:
	}
}
