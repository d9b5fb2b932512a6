package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Kinds of envelopes.
const (
	slashCommands = "slash_commands"
	interaction   = "interactive"
	eventsAPI     = "events_api"
)

const (
	// attempts is how often the app is told of the same thing.
	attempts = 4

	// maxPayload is how large an acknowledgement may be; Slack drops larger ones
	// without a word.
	maxPayload = 20 << 10
)

// An Envelope is one delivery of something over one connection.
type Envelope struct {
	ID, Type, Link string
	Attempt        int // 0 for the first
	Sent           time.Time
	Acked          time.Time // zero: never
	heard          chan json.RawMessage
	accepts        bool
}

// Envelopes returns every delivery so far, oldest first.
func (s *Server) Envelopes() []Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.envelopes)
}

// deliver tells the app what somebody did: over HTTP where it has an address, over a
// connection of its own where it has none.
func (s *Server) deliver(kind, target string, body []byte) (int, []byte, error) {
	if target != "" {
		return s.send(target, body)
	}
	payload, accepts, err := enveloped(kind, body)
	if err != nil {
		return 0, nil, err
	}
	answer, err := s.overLink(kind, payload, accepts)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, answer, nil
}

// enveloped is what an envelope holds of what HTTP would carry, and whether the
// acknowledgement may answer it.
func enveloped(kind string, body []byte) (payload json.RawMessage, accepts bool, err error) {
	if kind == eventsAPI {
		return body, false, nil
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, false, fmt.Errorf("send to app: %w", err)
	}
	if kind == interaction {
		var about struct {
			Type string `json:"type"`
		}
		payload = json.RawMessage(form.Get("payload"))
		err = json.Unmarshal(payload, &about)
		return payload, about.Type == "view_submission", err
	}
	fields := map[string]string{}
	for name := range form {
		fields[name] = form.Get(name)
	}
	payload, err = json.Marshal(fields)
	return payload, true, err
}

// overLink sends an envelope until one of its deliveries is acknowledged within
// Options.Patience, each time over the connection that has waited longest.
func (s *Server) overLink(kind string, payload json.RawMessage, accepts bool) ([]byte, error) {
	heard := make(chan json.RawMessage, attempts)
	reason := ""
	for attempt := range attempts {
		l, e, err := s.stamped(Envelope{Type: kind, Attempt: attempt, heard: heard, accepts: accepts})
		if err != nil {
			return nil, err
		}
		message := reply{"type": kind, "envelope_id": e.ID, "payload": payload, "accepts_response_payload": accepts}
		if attempt > 0 {
			message["retry_attempt"], message["retry_reason"] = attempt, reason
		}
		if !s.muted(l) {
			_ = l.write(message) // what does not arrive is not acknowledged
		}
		late := time.NewTimer(s.Options().Patience)
		select {
		case answer := <-heard:
			late.Stop()
			return answer, nil
		case <-l.gone:
			late.Stop()
			reason = "connection_closed"
		case <-late.C:
			reason = "timeout"
		case <-s.done:
			late.Stop()
			return nil, fmt.Errorf("send to app: the workspace closes")
		}
	}
	return nil, fmt.Errorf("send to app: a %s was delivered %d times and never acknowledged", kind, attempts)
}

// stamped files an envelope for the next connection, once there is one.
func (s *Server) stamped(e Envelope) (*link, Envelope, error) {
	late := time.NewTimer(s.Options().Patience)
	defer late.Stop()
	for {
		changed := s.Changed()
		if l, e, ok := s.tryStamp(e); ok {
			return l, e, nil
		}
		select {
		case <-changed:
		case <-late.C:
			return nil, e, fmt.Errorf("send to app: it has no address and no connection")
		case <-s.done:
			return nil, e, fmt.Errorf("send to app: the workspace closes")
		}
	}
}

func (s *Server) tryStamp(e Envelope) (*link, Envelope, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := s.ready()
	if len(open) == 0 {
		return nil, e, false
	}
	s.serial++
	open[0].used = s.serial
	e.ID, e.Link, e.Sent = "E"+strconv.Itoa(s.serial), open[0].id, time.Now()
	s.envelopes = append(s.envelopes, e)
	return open[0], e, true
}

// acknowledged hands the app's answer to whoever waits for it.
func (s *Server) acknowledged(l *link, a acknowledgement) {
	s.mu.Lock()
	at := slices.IndexFunc(s.envelopes, func(e Envelope) bool { return e.ID == a.Envelope && e.Acked.IsZero() })
	if at < 0 || l.mute || len(a.Payload) >= maxPayload {
		s.mu.Unlock()
		return
	}
	s.envelopes[at].Acked = time.Now()
	e := s.envelopes[at]
	s.mu.Unlock()
	if !e.accepts {
		a.Payload = nil
	}
	e.heard <- a.Payload // there is room for every attempt's
	s.watch.tell(Event{Kind: "link"})
}
