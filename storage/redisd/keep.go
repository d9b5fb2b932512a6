package redisd

import (
	"context"
	"fmt"
	"time"
)

// The pause before a dead server is started again doubles up to longestPause; one
// that has lived for steadyAfter starts over with the shortest.
const (
	shortestPause = 50 * time.Millisecond
	longestPause  = 5 * time.Second
	steadyAfter   = 30 * time.Second
)

// keep owns the process: it watches it, starts it again, and stops it at the end.
func (s *Server) keep(ctx context.Context, p *process) {
	defer close(s.done)
	pause := shortestPause
	for {
		began := time.Now()
		s.watch(ctx, p)
		p.end(stopWithin)
		s.setPID(0)
		if ctx.Err() != nil {
			s.release()
			return
		}
		if time.Since(began) >= steadyAfter {
			pause = shortestPause
		}
		s.log.Error("redis-server ended", "status", p.status(), "words", p.lastWords(), "again_in", pause)
		p = s.again(ctx, &pause)
		if p == nil {
			s.release()
			return
		}
		s.setPID(p.pid())
		s.log.Info("redis-server started again", "pid", p.pid())
	}
}

// again starts the server until it answers; nil: the context has ended.
func (s *Server) again(ctx context.Context, pause *time.Duration) *process {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(*pause):
		}
		*pause = min(*pause*2, longestPause)
		p, err := s.launch()
		if err == nil {
			if err = s.await(ctx, p); err == nil {
				return p
			}
			p.end(stopWithin)
			err = fmt.Errorf("%w%s", err, p.lastWords())
		}
		if ctx.Err() == nil {
			s.log.Error("redis-server does not start", "err", err, "again_in", *pause)
		}
	}
}

// watch returns when the process has died, has been deaf for too long, or the
// context has ended.
func (s *Server) watch(ctx context.Context, p *process) {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	heard := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.done:
			return
		case <-tick.C:
		}
		err := s.at.ask(ctx)
		switch {
		case err == nil:
			heard = time.Now()
		case ctx.Err() != nil:
			return
		case isAnswer(err):
			// It lives and complains, of a full disk perhaps: readiness tells the
			// operator, and starting it again would not help.
			heard = time.Now()
		case time.Since(heard) > deafAfter:
			s.log.Error("redis-server is deaf", "err", err)
			return
		}
	}
}

// await blocks until the server answers and has loaded its data.
func (s *Server) await(ctx context.Context, p *process) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	pause := time.Millisecond
	for {
		err := s.at.ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("redis-server ended at once: %s", p.status())
		case <-ctx.Done():
			return fmt.Errorf("redis-server does not answer: %w", err)
		case <-time.After(pause):
		}
		pause = min(pause*2, 20*time.Millisecond)
	}
}

func (s *Server) release() {
	if err := s.lock.Close(); err != nil {
		s.mu.Lock()
		s.err = fmt.Errorf("unlock data folder: %w", err)
		s.mu.Unlock()
	}
}
