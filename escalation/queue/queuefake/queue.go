// Package queuefake is a queue whose clock is wound by hand.
package queuefake

import (
	"context"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// A Queue keeps effects until somebody takes them. It is for one goroutine.
type Queue struct {
	waiting []incident.Effect // in order of At, then of arrival
}

// Push implements escalation.Queue. An effect that waits already is known.
func (q *Queue) Push(_ context.Context, effects []incident.Effect) error {
	for _, e := range effects {
		if slices.Contains(q.waiting, e) {
			continue
		}
		i := len(q.waiting)
		for i > 0 && q.waiting[i-1].At.After(e.At) {
			i--
		}
		q.waiting = slices.Insert(q.waiting, i, e)
	}
	return nil
}

// Busy implements escalation.Queue: nothing waits for anything else.
func (q *Queue) Busy(incident.Effect) bool { return false }

// Next returns when the first effect is due that pick accepts.
func (q *Queue) Next(pick func(incident.Effect) bool) (at time.Time, ok bool) {
	if i := slices.IndexFunc(q.waiting, pick); i >= 0 {
		return q.waiting[i].At, true
	}
	return time.Time{}, false
}

// Take removes and returns the first effect that is due at now and that pick
// accepts.
func (q *Queue) Take(now time.Time, pick func(incident.Effect) bool) (incident.Effect, bool) {
	i := slices.IndexFunc(q.waiting, pick)
	if i < 0 || q.waiting[i].At.After(now) {
		return incident.Effect{}, false
	}
	e := q.waiting[i]
	q.waiting = slices.Delete(q.waiting, i, i+1)
	return e, true
}

// Any accepts every effect.
func Any(incident.Effect) bool { return true }
