package demo

import (
	"context"
	"sync"
	"time"
)

// speeds are what the clock can be set to.
var speeds = []int{1, 10, 60}

// A clock runs at a chosen multiple of real time, and never backwards. While it
// is held it keeps real time whatever the speed: somebody is on the phone, and
// has to be left time to press a key.
type clock struct {
	wall func() time.Time

	mu    sync.Mutex
	base  time.Time // what it showed at since
	since time.Time // on the wall
	speed int
	held  bool
	asked int // of the providers, and not settled yet

	step time.Duration // how far it runs fast without a beat; 0: it needs none
}

func newClock(wall func() time.Time) *clock {
	now := wall()
	return &clock{wall: wall, base: now.Round(0), since: now, speed: 1}
}

// Now returns what the clock shows.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now(c.wall())
}

// Speed returns the speed it was set to and whether it is held at real time.
func (c *clock) Speed() (speed int, held bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.speed, c.held
}

// run sets the speed, and whether real time is kept in its place. It reports
// whether that was a change.
func (c *clock) run(speed int, held bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.speed == speed && c.held == held {
		return false
	}
	wall := c.wall()
	c.base, c.since = c.now(wall), wall
	c.speed, c.held = speed, held
	return true
}

func (c *clock) now(wall time.Time) time.Time {
	speed := c.speed
	if c.held || c.asked > 0 {
		speed = 1
	}
	passed := wall.Sub(c.since)
	if c.step > 0 && speed > 1 {
		passed = min(passed, c.step)
	}
	return c.base.Add(passed * time.Duration(speed))
}

// beatEvery is how often the clock is wound on while it runs fast.
const beatEvery = 5 * time.Millisecond

// beat winds the clock on until ctx ends. On a machine that is too busy for the beat
// the fast clock falls behind by as much: the app has no more work in a minute of it
// than the machine can do.
func (c *clock) beat(ctx context.Context) error {
	c.mu.Lock()
	c.step = beatEvery
	c.mu.Unlock()
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		c.mu.Lock()
		wall := c.wall()
		c.base, c.since = c.now(wall), wall
		c.mu.Unlock()
	}
}
