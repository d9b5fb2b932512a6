package escalation

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// sky is a Sky that forgets when the test ends. What it shows of an incident it reads
// from the incident.
type sky struct {
	*memory
	storms map[incident.Place]incident.Storm
	rival  func() // runs once, just before the next CommitStorm
	unseen error  // what LoadStorm is answered with
}

func (s *sky) Roster() oncall.Roster {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.roster
}

func (s *sky) LoadStorm(_ context.Context, at incident.Place) (incident.Storm, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	storm := s.storms[at]
	storm.Board, storm.Channel = at.Board, at.Channel
	return storm, s.unseen
}

func (s *sky) CommitStorm(_ context.Context, storm incident.Storm) (incident.Storm, error) {
	if rival := s.rival; rival != nil {
		s.rival = nil
		rival()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := incident.Place{Board: storm.Board, Channel: storm.Channel}
	if s.storms[at].Version != storm.Version {
		return storm, incident.ErrConflict
	}
	storm.Version++
	s.storms[at] = storm
	return storm, s.away
}

func (s *sky) Storms(context.Context) ([]incident.Storm, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(func(yield func(incident.Storm) bool) {
		for storm := range maps.Values(s.storms) {
			if !storm.Since.IsZero() && !yield(storm) {
				return
			}
		}
	}), s.away
}

func (s *sky) Grown(_ context.Context, storm incident.Storm) (size int, change int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, in := range s.joined(storm) {
		size++
		change += in.Version
	}
	return size, change, s.away
}

func (s *sky) Glimpses(_ context.Context, storm incident.Storm, _ bool) ([]incident.Glimpse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []incident.Glimpse
	for _, in := range s.joined(storm) {
		all = append(all, in.Glimpse())
	}
	return all, s.away
}

func (s *sky) joined(storm incident.Storm) []incident.Incident {
	var all []incident.Incident
	for _, in := range s.incidents {
		for _, c := range in.Cards {
			if c.Board == storm.Board && c.Channel == storm.Channel && c.Storm == storm.No {
				all = append(all, in)
			}
		}
	}
	return all
}

var here = incident.Place{Board: "slack", Channel: "C0"}

// A gale is a rig whose channel bears five cards in ten seconds.
type gale struct {
	*rig
	sky *sky
}

func newGale(t *testing.T, edit func(*oncall.Roster)) *gale {
	t.Helper()
	r := newRig(t, func(roster *oncall.Roster) {
		roster.Storm = oncall.StormRate{Cards: 5, Per: 10 * time.Second}
		if edit != nil {
			edit(roster)
		}
	})
	g := &gale{rig: r, sky: &sky{memory: r.store, storms: map[incident.Place]incident.Storm{}}}
	g.Dispatcher = g.another()
	return g
}

// another is one more Dispatcher on the same store.
func (g *gale) another() *Dispatcher {
	o := g.Options
	o.Sky = g.sky
	return NewDispatcher(o)
}

// blows opens that many incidents at once.
func (g *gale) blows(from, to int) {
	g.t.Helper()
	for i := from; i <= to; i++ {
		g.fire("k" + string(rune('0'+i/10)) + string(rune('0'+i%10)))
	}
	g.wind(0)
}

// looks winds the clock and has a Dispatcher look at the storms.
func (g *gale) looks(d *Dispatcher, later time.Duration) {
	g.t.Helper()
	g.wind(later)
	if err := d.Storms(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
}

// storm is the one of the channel as it is stored.
func (g *gale) storm() incident.Storm {
	g.t.Helper()
	storm, err := g.sky.LoadStorm(g.t.Context(), here)
	if err != nil {
		g.t.Fatal(err)
	}
	return storm
}

// drawn are the summaries so far.
func (g *gale) drawn() []incident.Summary {
	g.board.mu.Lock()
	defer g.board.mu.Unlock()
	return slices.Clone(g.board.storms)
}
