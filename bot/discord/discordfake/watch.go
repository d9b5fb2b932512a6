package discordfake

import (
	"context"
	"fmt"
)

// tell lets everybody who waits look again. The Server is locked.
func (s *Server) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Changed returns a channel that is closed at the next change. Take it before
// looking at the state, or a change in between is missed.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
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
			return fmt.Errorf("wait for discord: %w", ctx.Err())
		}
	}
}
