package slackfake

import (
	"context"
	"fmt"
	"sync"
)

// An Event tells a subscriber what to look at again.
type Event struct {
	Kind    string // posted, updated, deleted, ephemeral, pinned, view, call, link, world
	Channel string // the channel it happened in, if any
	TS      string // the message it happened to, if any
}

// backlog is how far a subscriber may fall behind before it misses events.
const backlog = 256

// watch tells those who wait that something changed.
type watch struct {
	mu      *sync.Mutex
	changed *chan struct{}
	readers map[chan Event]struct{}
}

func newWatch() watch {
	changed := make(chan struct{})
	return watch{mu: new(sync.Mutex), changed: &changed, readers: map[chan Event]struct{}{}}
}

func (w watch) tell(ev Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(*w.changed)
	*w.changed = make(chan struct{})
	for reader := range w.readers {
		select {
		case reader <- ev:
		default: // a slow reader reads the state anyway
		}
	}
}

// Changed returns a channel that is closed at the next change. Take it before
// looking at the state, or a change in between is missed.
func (s *Server) Changed() <-chan struct{} {
	s.watch.mu.Lock()
	defer s.watch.mu.Unlock()
	return *s.watch.changed
}

// Subscribe returns the changes from now on, and how to stop. It never holds the
// server up: a reader more than 256 events behind misses some.
func (s *Server) Subscribe() (events <-chan Event, stop func()) {
	reader := make(chan Event, backlog)
	s.watch.mu.Lock()
	defer s.watch.mu.Unlock()
	s.watch.readers[reader] = struct{}{}
	return reader, func() {
		s.watch.mu.Lock()
		defer s.watch.mu.Unlock()
		delete(s.watch.readers, reader)
	}
}

// Wait returns once the condition holds, looking again after every change.
func (s *Server) Wait(ctx context.Context, condition func(*Server) bool) error {
	for {
		changed := s.Changed()
		if condition(s) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for slack: %w", ctx.Err())
		}
	}
}
