package discordfake

import (
	"cmp"
	"io"
	"maps"
	"net/http"
	"time"
)

// A Response is a fault: what one request gets instead of Discord's answer. With
// nothing but a Delay the request is carried out at once and answered late.
type Response struct {
	Status int // default 200
	Header http.Header
	Body   string
	Delay  time.Duration // waited before answering
	Accept bool          // the request is carried out all the same; alone: answered as usual
	Drop   bool          // the connection is cut without an answer
}

// RateLimited is the answer to one request too many.
func RateLimited() *Response {
	return &Response{
		Status: http.StatusTooManyRequests,
		Header: http.Header{"Retry-After": {"30"}, "Content-Type": {"application/json"}},
		Body:   `{"message": "You are being rate limited.", "retry_after": 30.0, "global": false}`,
	}
}

// Failure answers with a bare status, as a broken server does.
func Failure(status int) *Response {
	return &Response{Status: status, Header: http.Header{"Content-Type": {"text/html"}}, Body: http.StatusText(status)}
}

// Fault has every later request shown to the hook first, by its path; nil from
// the hook lets it through. A nil hook is Heal.
func (s *Server) Fault(hook func(path string) *Response) {
	if hook == nil {
		s.Heal()
		return
	}
	s.FaultCall(func(c Call) *Response { return hook(c.Path) })
}

// FaultCall is Fault for who must see the method or the body too. The hook may be
// called from several goroutines at once.
func (s *Server) FaultCall(hook func(Call) *Response) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = hook
}

// FailAll answers everything with a bare status until Heal.
func (s *Server) FailAll(status int) {
	s.FaultCall(func(Call) *Response { return Failure(status) })
}

// Heal ends all faults; requests already delayed stay delayed.
func (s *Server) Heal() { s.FaultCall(nil) }

// answers reports whether the fault has an answer of its own.
func (f *Response) answers() bool {
	return f.Status != 0 || f.Body != "" || len(f.Header) > 0 || f.Drop
}

func (f *Response) write(w http.ResponseWriter) {
	if f.Drop {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), f.Header)
	w.WriteHeader(cmp.Or(f.Status, http.StatusOK))
	_, _ = io.WriteString(w, f.Body)
}

// pause waits out a delay unless the caller goes away.
func pause(r *http.Request, delay time.Duration) {
	if delay <= 0 {
		return
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}
