package queue

import (
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// here performs effects in the process that pushes them, without a task: nothing
// is written, and nobody has to look for it. What is lost with the process is
// found by the sweep of another, or of the next, as a lost task is.
//
// Each kind has as many workers as its queue, and a room where effects wait for
// them; when that is full the effect becomes a task, for other instances too. The
// zero value takes nothing.
type here struct {
	mu   sync.Mutex
	run  func(incident.Effect) // nil: closed
	over chan struct{}         // closed when those who wait are to go
	desk map[string]*desk
	work sync.WaitGroup
}

// A desk is where one kind is performed.
type desk struct {
	workers chan struct{} // one for each that runs
	inside  int           // those that run, and those that wait
}

// waitingRoom is how many effects of a kind wait in the process at most.
const waitingRoom = 1024

// open takes effects from now on, until the function that it returns is called;
// that waits for what runs, but no longer than for a task.
func (h *here) open(run func(incident.Effect)) (shut func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.run, h.over, h.desk = run, make(chan struct{}), map[string]*desk{}
	for _, s := range servers {
		h.desk[s.queue] = &desk{workers: make(chan struct{}, s.workers)}
	}
	return h.shut
}

func (h *here) shut() {
	h.mu.Lock()
	h.run = nil
	close(h.over)
	h.mu.Unlock()
	done := make(chan struct{})
	go func() {
		h.work.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(shutdownTime):
	}
}

// do performs the effect in a goroutine of its own once a worker is free, and
// reports false when it is not taken.
func (h *here) do(e incident.Effect) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.run == nil {
		return false
	}
	d, run, over := h.desk[queueOf(e)], h.run, h.over
	if d.inside == cap(d.workers)+waitingRoom {
		return false
	}
	d.inside++
	h.work.Go(func() {
		defer h.leave(d)
		select {
		case d.workers <- struct{}{}:
		case <-over:
			return // left to the sweep
		}
		defer func() { <-d.workers }()
		run(e)
	})
	return true
}

func (h *here) leave(d *desk) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d.inside--
}

// busy reports whether effects of that kind have to wait.
func (h *here) busy(kind string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.run != nil && h.desk[kind].inside >= cap(h.desk[kind].workers)
}
