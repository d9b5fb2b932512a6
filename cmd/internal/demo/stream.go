package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// How often a page is brought up to date at most, and at least.
const (
	shortest = 80 * time.Millisecond
	longest  = 5 * time.Second
)

// events streams the parts of the page that have changed, and the clock with
// each of them, as server-sent events.
func (s *stage) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	sent := map[string][]byte{}
	for {
		// Taken before the state is read, or a change in between is missed.
		_, shifts := s.duty.now()
		news := changes{s.slack.Changed(), s.discord.Changed(), s.phones.Changed(), s.line.Changed(), shifts}
		if err := s.sendChanged(w, sent); err != nil || out.Flush() != nil {
			return // the page is gone
		}
		if !pause(r, shortest, changes{}) || !pause(r, longest, news) {
			return
		}
	}
}

// sendChanged writes the parts that differ from what was sent before.
func (s *stage) sendChanged(w http.ResponseWriter, sent map[string][]byte) error {
	for _, p := range s.parts() {
		value, err := json.Marshal(p.Value)
		if err != nil {
			return fmt.Errorf("write %s: %w", p.Name, err)
		}
		if bytes.Equal(sent[p.Name], value) {
			continue
		}
		sent[p.Name] = value
		body, err := json.Marshal(part{p.Name, json.RawMessage(value)})
		if err != nil {
			return fmt.Errorf("write %s: %w", p.Name, err)
		}
		if _, err := fmt.Fprintf(w, "event: part\ndata: %s\n\n", body); err != nil {
			return fmt.Errorf("send %s: %w", p.Name, err)
		}
	}
	if _, err := fmt.Fprintf(w, "event: now\ndata: %d\n\n", s.clock.Now().UnixMilli()); err != nil {
		return fmt.Errorf("send the time: %w", err)
	}
	return nil
}

// changes are closed when one of the things that the page shows has changed.
type changes [5]<-chan struct{}

// pause waits that long or until something changes; false: the page is gone.
func pause(r *http.Request, d time.Duration, news changes) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-news[0]:
	case <-news[1]:
	case <-news[2]:
	case <-news[3]:
	case <-news[4]:
	case <-r.Context().Done():
		return false
	}
	return true
}
