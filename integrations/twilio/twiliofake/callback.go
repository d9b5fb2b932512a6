package twiliofake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// errGone answers with Twilio's 404.
var errGone = errors.New("no such resource")

// A Callback is one request of Twilio to the app about the state of a message or call.
type Callback struct {
	URL    string // as the app gave it
	SID    string
	Form   url.Values
	At     time.Time
	Status int // the app's answer; 0 if there was none
	Err    error
}

// A Plan says what becomes of a callback. The zero Plan sends it once, at once.
type Plan struct {
	Drop   bool
	Copies int           // sent that many times more
	Delay  time.Duration // real time, before it is sent
	Late   bool          // kept back until the last one of its message or call has gone
}

// OnCallback lets a hook plan every later callback; nil ends it.
func (s *Server) OnCallback(plan func(Callback) Plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan = plan
}

// Callbacks returns the callbacks sent so far, copies included, in order.
func (s *Server) Callbacks() []Callback {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.callbacks)
}

// queue keeps the callbacks of one message or call in order.
type queue struct {
	url, method string
	sid, number string
	waiting     []pending
	late        []pending
	busy        bool
}

type pending struct {
	form  url.Values
	final bool
}

// enqueue adds a callback. It is called with the lock held.
func (s *Server) enqueue(q *queue, form url.Values, final bool) {
	if q.url == "" {
		return
	}
	q.waiting = append(q.waiting, pending{form, final})
	if !q.busy {
		q.busy = true
		s.spawn(func() { s.drain(q) })
	}
}

func (s *Server) drain(q *queue) {
	for {
		s.mu.Lock()
		if len(q.waiting) == 0 {
			q.busy = false
			s.mu.Unlock()
			return
		}
		next := q.waiting[0]
		q.waiting = q.waiting[1:]
		hook := s.plan
		s.mu.Unlock()
		var plan Plan
		if hook != nil {
			plan = hook(Callback{URL: q.url, SID: q.sid, Form: next.form})
		}
		if plan.Late && !next.final {
			q.late = append(q.late, next)
			continue
		}
		s.deliver(q, next.form, plan)
		if next.final {
			for _, late := range q.late {
				s.deliver(q, late.form, Plan{})
			}
			q.late = nil
		}
	}
}

func (s *Server) deliver(q *queue, form url.Values, plan Plan) {
	if plan.Drop {
		return
	}
	if plan.Delay > 0 {
		timer := time.NewTimer(plan.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-s.life.Done():
			return
		}
	}
	for range plan.Copies + 1 {
		c := Callback{URL: q.url, SID: q.sid, Form: form, At: s.options.Now()}
		answer, err := s.ask(s.life, q.method, q.url, form)
		c.Status, c.Err = answer.status, err
		s.mu.Lock()
		s.callbacks = append(s.callbacks, c)
		s.mu.Unlock()
		s.watch.tell(Event{Kind: "callback", Number: q.number, SID: q.sid})
	}
}

// answer is what the app said.
type answer struct {
	status int
	kind   string // its media type
	body   []byte
}

// Post signs a form and sends it to the app as Twilio would, for tests that
// send something twice or late.
func (s *Server) Post(target string, form url.Values) (status int, body []byte, err error) {
	a, err := s.ask(s.life, http.MethodPost, target, form)
	return a.status, a.body, err
}

// ask sends a signed request to the app. With GET the form goes into the query.
func (s *Server) ask(ctx context.Context, method, target string, form url.Values) (answer, error) {
	target, _, _ = strings.Cut(target, "#") // connection overrides stay with Twilio
	signed := form
	var body []byte
	if method == http.MethodGet {
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		target += separator + form.Encode()
		signed = nil
	} else {
		body = []byte(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, s.Address(target), bytes.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("ask the app: %w", err)
	}
	if method != http.MethodGet {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	req.Header.Set("User-Agent", "TwilioProxy/1.1")
	req.Header.Set("X-Twilio-Signature", s.Sign(target, signed))
	res, err := s.client.Do(req)
	if err != nil {
		return answer{}, fmt.Errorf("ask the app: %w", err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return answer{}, fmt.Errorf("read the app's answer: %w", err)
	}
	kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	return answer{res.StatusCode, strings.TrimSpace(kind), got}, nil
}
