package twiliofake

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// A Request is one call of the REST API.
type Request struct {
	Operation string     // messages.create, messages.list, messages.fetch, calls.create, ..., calls.update, account.fetch
	SID       string     // the resource asked for, if any
	Form      url.Values // body and query
	Begin     time.Time  // with Go's monotonic reading, unless Options.Now took it away
	Status    int        // 0 while unanswered, or when the connection was dropped
}

// Requests returns everything the app has asked for, oldest first, requests
// still being answered included.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// RequestsTo returns the requests of one operation.
func (s *Server) RequestsTo(operation string) []Request {
	return slices.DeleteFunc(s.Requests(), func(r Request) bool { return r.Operation != operation })
}

// A Response is a fault: what one request gets instead of Twilio's answer. With
// nothing but a Delay the request is carried out at once and answered late; a
// Delay longer than the app's patience hangs.
type Response struct {
	Status int           // default 200
	Header http.Header   // Retry-After, ...
	Body   string        // sent as it is
	Delay  time.Duration // waited before answering
	Accept bool          // the request is carried out all the same; alone: answered as usual
	Drop   bool          // the connection is cut without an answer
}

// Failure answers with a bare status and Twilio's JSON for it.
func Failure(status int) *Response { return Refusal(status, 20000+status) }

// Refusal answers with one of Twilio's error codes.
func Refusal(status, code int) *Response {
	body, _ := json.Marshal(newError(status, code, http.StatusText(status))) // plain fields always encode
	return &Response{Status: status, Body: string(body), Header: http.Header{"Content-Type": {"application/json"}}}
}

// Fault has every later request shown to the hook first; nil from the hook lets
// it through. The hook may be called from several goroutines at once. A nil hook
// is Heal.
func (s *Server) Fault(hook func(operation string, form url.Values) *Response) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = hook
}

// FailAll answers everything with an error until Heal.
func (s *Server) FailAll(status int) {
	s.Fault(func(string, url.Values) *Response { return Failure(status) })
}

// Heal ends all faults of the REST API; requests already delayed stay delayed.
func (s *Server) Heal() { s.Fault(nil) }

// serve logs a request, lets a fault have its way, and answers.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, request Request, answer func() (int, any)) {
	s.mu.Lock()
	s.requests = append(s.requests, request)
	number := len(s.requests) - 1
	hook := s.fault
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "request", Number: request.Form.Get("To")})
	var fault *Response
	if hook != nil {
		fault = hook(request.Operation, request.Form)
	}
	if fault == nil {
		s.answer(w, number, answer)
		return
	}
	bare := fault.Status == 0 && fault.Body == "" && len(fault.Header) == 0 && !fault.Drop
	if bare || fault.Accept {
		status, body := answer()
		answer = func() (int, any) { return status, body }
	}
	s.wait(r, fault.Delay)
	switch {
	case fault.Drop:
		panic(http.ErrAbortHandler)
	case bare:
		s.answer(w, number, answer)
	default:
		status := cmp.Or(fault.Status, http.StatusOK)
		s.endRequest(number, status)
		maps.Copy(w.Header(), fault.Header)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, fault.Body)
	}
}

func (s *Server) answer(w http.ResponseWriter, number int, answer func() (int, any)) {
	status, body := answer()
	s.endRequest(number, status)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (s *Server) endRequest(number, status int) {
	s.mu.Lock()
	s.requests[number].Status = status
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "request"})
}

// wait delays an answer unless the caller or the server goes away.
func (s *Server) wait(r *http.Request, delay time.Duration) {
	if delay <= 0 {
		return
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	case <-s.life.Done():
	}
}
