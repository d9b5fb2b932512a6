package storage

import (
	"sync"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// maxGuesses bounds what is remembered; then it begins anew.
const maxGuesses = 1 << 16

// guesses remember where senders' keys led last, so that an incident is read in the
// same round trip as the key that leads to it. A wrong guess costs a second one.
type guesses struct {
	mu  sync.Mutex
	ids map[string]incident.ID
}

// of returns where a key led last; empty: that is not known.
func (g *guesses) of(index string) incident.ID {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.ids[index]
}

func (g *guesses) keep(index string, id incident.ID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ids == nil || len(g.ids) >= maxGuesses {
		g.ids = map[string]incident.ID{}
	}
	g.ids[index] = id
}
