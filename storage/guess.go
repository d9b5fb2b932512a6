package storage

import (
	"sync"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// How much is remembered; then it begins anew.
const (
	maxGuesses = 1 << 16
	maxRecent  = 1 << 12
)

// guesses remember where senders' keys led last, and the incidents that were saved
// last, so that an alert of a known key costs one round trip and no decoding. What is
// remembered is believed only where the store says that nothing has changed.
type guesses struct {
	mu     sync.Mutex
	ids    map[string]incident.ID
	recent map[incident.ID]incident.Incident // shared: whoever changes one clones it
}

// of returns where a key led last; empty: that is not known.
func (g *guesses) of(index string) (id incident.ID, in incident.Incident, recent bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	id = g.ids[index]
	in, recent = g.recent[id]
	return id, in, recent
}

// Recent implements escalation.Store.
func (s *Store) Recent(key incident.Key) (incident.Incident, oncall.Roster, bool) {
	_, in, ok := s.guesses.of(indexKey(key))
	return in, s.Roster(), ok
}

// led remembers where a key leads.
func (g *guesses) led(index string, id incident.ID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ids == nil || len(g.ids) >= maxGuesses {
		g.ids = map[string]incident.ID{}
	}
	g.ids[index] = id
}

// last returns the incident as it was before what is about to be saved.
func (g *guesses) last(in incident.Incident) (was incident.Incident, known bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	was, known = g.recent[in.ID]
	return was, known && was.Version == in.Version
}

// saved remembers an incident as it is stored now.
func (g *guesses) saved(in incident.Incident) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !in.Open() {
		delete(g.recent, in.ID)
		return
	}
	if g.recent == nil || len(g.recent) >= maxRecent {
		g.recent = map[incident.ID]incident.Incident{}
	}
	g.recent[in.ID] = in
}
