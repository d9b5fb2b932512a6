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
// Each kind has as many workers as its queue; when they are busy the effect
// becomes a task. The zero value has none.
type here struct {
	mu   sync.Mutex
	run  func(incident.Effect) // nil: closed
	free map[string]int
	work sync.WaitGroup
}

// open takes effects from now on, until the function that it returns is called;
// that waits for what runs, but no longer than for a task.
func (h *here) open(run func(incident.Effect)) (shut func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.run, h.free = run, map[string]int{}
	for _, s := range servers {
		h.free[s.queue] = s.workers
	}
	return func() {
		h.mu.Lock()
		h.run = nil
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
}

// busy reports whether everybody of that kind is at work.
func (h *here) busy(kind string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.run != nil && h.free[kind] == 0
}

// do performs the effect in a goroutine of its own, and reports false when nobody
// is free for it.
func (h *here) do(e incident.Effect) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	kind := queueOf(e)
	if h.run == nil || h.free[kind] == 0 {
		return false
	}
	h.free[kind]--
	run := h.run
	h.work.Go(func() {
		defer func() {
			h.mu.Lock()
			h.free[kind]++
			h.mu.Unlock()
		}()
		run(e)
	})
	return true
}
