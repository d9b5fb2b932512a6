package escalation

import (
	"maps"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// crowdedAt is how many pages have to wait for a person before the next ones are put
// into the pool right away. Below that each waits for itself: with a few the one that
// was to take the others along may well be withdrawn.
const crowdedAt = 20

// crowd remembers which page limits are spent and where storms rage, so that in a
// storm of thousands each new incident need not find that out anew.
type crowd struct {
	mu     sync.Mutex
	held   map[incident.Way]time.Time
	storms map[incident.Place]raging
	view   incident.Crowd // as it was made last; shared, never changed
	until  time.Time      // when something in it ends
	stale  bool
}

// raging is a storm that the store spoke of.
type raging struct {
	no    int
	known time.Time
}

// around is the event with what is known of the crowd at now.
func (c *crowd) around(ev incident.Event, now time.Time) incident.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stale || !c.until.IsZero() && !now.Before(c.until) {
		c.look(now)
	}
	if len(c.view.Held)+len(c.view.Storms) == 0 {
		return ev
	}
	return incident.Crowded{Event: ev, Crowd: c.view}
}

// look makes the view anew, without what has ended.
func (c *crowd) look(now time.Time) {
	c.stale, c.until = false, time.Time{}
	ends := func(at time.Time) {
		if c.until.IsZero() || at.Before(c.until) {
			c.until = at
		}
	}
	maps.DeleteFunc(c.held, func(_ incident.Way, until time.Time) bool { return !until.After(now) })
	maps.DeleteFunc(c.storms, func(_ incident.Place, r raging) bool { return now.Sub(r.known) >= incident.Believed })
	c.view = incident.Crowd{Held: maps.Clone(c.held), Storms: make(map[incident.Place]int, len(c.storms))}
	for _, until := range c.held {
		ends(until)
	}
	for place, r := range c.storms {
		c.view.Storms[place] = r.no
		ends(r.known.Add(incident.Believed))
	}
}

// hold notes that a page limit is spent until then.
func (c *crowd) hold(w incident.Way, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil {
		c.held = map[incident.Way]time.Time{}
	}
	if !c.held[w].Equal(until) {
		c.held[w], c.stale = until, true
	}
}

// free notes that a page limit is open again.
func (c *crowd) free(w incident.Way) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.held[w]; ok {
		delete(c.held, w)
		c.stale = true
	}
}

// rage notes how it stands with a channel's storm.
func (c *crowd) rage(s incident.Storm, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	place := incident.Place{Board: s.Board, Channel: s.Channel}
	c.stale = true
	if !s.Raging() {
		delete(c.storms, place)
		return
	}
	if c.storms == nil {
		c.storms = map[incident.Place]raging{}
	}
	c.storms[place] = raging{s.No, now}
}
