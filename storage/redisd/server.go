package redisd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Patience with a server that starts, is asked for a sign of life, or stops.
const (
	startWithin = 2 * time.Minute // a large append-only file takes its time to load
	askEvery    = 2 * time.Second
	deafAfter   = 30 * time.Second
	stopWithin  = 8 * time.Second
)

// A Server is a redis-server that is kept running.
type Server struct {
	log    *slog.Logger
	binary string
	dir    string
	at     address
	lock   *os.File

	stop func() // asks the keeper to end
	done chan struct{}

	mu  sync.Mutex
	pid int
	err error
}

// Start runs a redis-server with its data in dir, and returns once it answers and
// has loaded what it kept. The context bounds the start alone; Close ends the
// server. A folder that another server uses is refused.
func Start(ctx context.Context, dir string, log *slog.Logger) (*Server, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	binary, err := find()
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	lock, err := own(dir)
	if err != nil {
		return nil, err
	}
	s := &Server{log: log, binary: binary, dir: dir, lock: lock, done: make(chan struct{})}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	first, err := s.launch()
	if err == nil {
		if err = s.await(ctx, first); err != nil {
			first.end(stopWithin)
			err = fmt.Errorf("%w%s", err, first.lastWords())
		}
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	s.setPID(first.pid())
	go s.keep(running, first)
	return s, nil
}

// prepare settles the address and writes the configuration.
func (s *Server) prepare(ctx context.Context) error {
	if at, ok := former(s.dir); ok {
		if err := at.quiet(ctx); err != nil {
			return fmt.Errorf("data folder %s: %w", s.dir, err)
		}
	}
	at, err := choose(s.dir)
	if err != nil {
		return err
	}
	s.at = at
	return configure(s.dir, at)
}

// quiet waits until nobody listens. The server of a program that was killed needs
// a moment to end, and two on the same files would spoil them.
func (a address) quiet(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	for {
		if err := a.ask(ctx); err != nil && isSilence(err) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("another redis-server, at %s, still works on it: stop that one first", a.where)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// URL is where the server is found, as storage.Dial reads it. It stays the same
// when the server is started again.
func (s *Server) URL() string { return s.at.url() }

// PID is the process id of the present server, 0 while there is none.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pid
}

// Wait blocks until the server has ended for good and says why; nil after Close.
func (s *Server) Wait() error {
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close stops the server, which loses nothing, and waits for its end.
func (s *Server) Close() error {
	s.stop()
	return s.Wait()
}

func (s *Server) setPID(pid int) {
	s.mu.Lock()
	s.pid = pid
	s.mu.Unlock()
}
