package handoff

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A store keeps the book and the letters of any number of desks.
type store struct {
	mu      sync.Mutex
	roster  oncall.Roster
	book    oncall.Book
	letters map[string]oncall.Sending
	due     map[string]time.Time
	refs    map[string]string
	rows    []oncall.Row
	written int
	dies    func(step string) bool // whether the program does
	rival   func()                 // runs once, just before the next Write
}

func newStore(r oncall.Roster) *store {
	return &store{roster: r, letters: map[string]oncall.Sending{}, due: map[string]time.Time{}, refs: map[string]string{}}
}

// errDied is what is heard of a program that is killed.
var errDied = errors.New("killed")

func (s *store) killed(step string) error {
	if s.dies != nil && s.dies(step) {
		return errDied
	}
	return nil
}

func (s *store) Book(context.Context) (oncall.Book, oncall.Roster, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.book, s.roster.With(s.book), nil
}

func (s *store) Write(_ context.Context, c oncall.Change) error {
	if rival := s.rival; rival != nil {
		s.rival = nil
		rival()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.killed(fmt.Sprint("before writing ", s.book.Version)); err != nil {
		return err
	}
	if c.Book.Version != s.book.Version {
		return oncall.ErrChanged
	}
	s.book = c.Book
	s.book.Version++
	s.rows, s.written = append(s.rows, c.Rows...), s.written+1
	for i, l := range c.Letters {
		id := l.Key
		if id == "" {
			id = fmt.Sprintf("%04d.%d", s.book.Version, i)
		}
		s.letters[id], s.due[id] = oncall.Sending{ID: id, Version: s.book.Version, Letter: l}, time.Time{}
	}
	return s.killed(fmt.Sprint("having written ", s.book.Version))
}

func (s *store) Letters(_ context.Context, now time.Time, claim time.Duration, limit int) ([]oncall.Sending, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []oncall.Sending
	for _, id := range slices.Sorted(maps.Keys(s.letters)) {
		if s.due[id].After(now) || len(all) == limit {
			continue
		}
		l := s.letters[id]
		l.Ref, l.Doubtful = s.refs[id], l.Tries > 0
		all = append(all, l)
		l.Tries++
		s.letters[id], s.due[id] = l, now.Add(claim)
	}
	return all, nil
}

func (s *store) Delivered(_ context.Context, l oncall.Sending, ref string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.killed(fmt.Sprint("before noting ", l.ID, l.Version)); err != nil {
		return err
	}
	if l.Letter.Key != "" {
		s.refs[l.ID] = ref
	}
	if s.letters[l.ID].Version == l.Version {
		delete(s.letters, l.ID)
		delete(s.due, l.ID)
	}
	return nil
}

func (s *store) Postpone(_ context.Context, l oncall.Sending, until time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due[l.ID] = until
	return nil
}
