package demo

import (
	"context"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// A line keeps the clock at real time while somebody is on the phone, and lets
// the phones ring no longer than the clock's speed asks for.
type line struct {
	clock  *clock
	phones *twiliofake.Server

	mu       sync.Mutex
	speed    int
	lifting  int // receivers being picked up this moment
	hands    int // on a button or a form of the chat
	speaking bool
	changed  chan struct{}
}

func newLine(c *clock, phones *twiliofake.Server) *line {
	return &line{clock: c, phones: phones, speed: 1, changed: make(chan struct{})}
}

// pace is how many real seconds a second of ringing takes. It shrinks less than
// the clock runs faster, or nobody could pick up.
func pace(speed int) float64 {
	switch {
	case speed >= 60:
		return 0.12
	case speed >= 10:
		return 0.4
	}
	return 1
}

// setSpeed sets the clock.
func (l *line) setSpeed(speed int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.speed = speed
	l.settle()
}

// pickUp answers a call, in real time from the first word on.
func (l *line) pickUp(call *twiliofake.Call) error {
	l.lift(1)
	defer l.lift(-1)
	return call.Answer()
}

func (l *line) lift(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lifting += n
	l.speaking = l.inUse()
	l.settle()
}

// grace is how long a hand stays on what it pressed: a form has to open meanwhile.
const grace = time.Second

// lend keeps the clock at real time while a hand is on something in the chat, whose
// platform gives the app seconds to answer, and for a moment after it is taken off.
func (l *line) lend() (off func()) {
	l.hand(1)
	return func() { time.AfterFunc(grace, func() { l.hand(-1) }) }
}

func (l *line) hand(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hands += n
	l.settle()
}

// Speed is what the clock was set to, and whether somebody on the phone holds it.
func (l *line) Speed() (speed int, held bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.speed, l.speaking || l.lifting > 0
}

// watch follows the calls until the context ends.
func (l *line) watch(ctx context.Context) error {
	for {
		changed := l.phones.Changed()
		l.lift(0)
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

func (l *line) inUse() bool {
	for _, call := range l.phones.Calls() {
		if call.Status() == "in-progress" {
			return true
		}
	}
	return false
}

// Changed returns a channel that is closed when the clock runs differently.
func (l *line) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}

func (l *line) settle() {
	busy := l.speaking || l.lifting > 0
	if l.clock.run(l.speed, busy || l.hands > 0) {
		close(l.changed)
		l.changed = make(chan struct{})
	}
	if busy {
		l.phones.SetPace(1)
		return
	}
	l.phones.SetPace(pace(l.speed))
}
