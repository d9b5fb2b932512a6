package escalation

import (
	"context"
	"fmt"
	"hash/maphash"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// lanes let the events of one incident through one after the other inside this
// process, so that a storm on one key does not fight over commits. Other processes
// are kept apart by the commit alone.
type lanes struct {
	seed maphash.Seed
	lane [512]chan struct{}
}

func newLanes() lanes {
	l := lanes{seed: maphash.MakeSeed()}
	for i := range l.lane {
		l.lane[i] = make(chan struct{}, 1)
	}
	return l
}

// enter waits for the subject's lane, which leave opens again.
func (l *lanes) enter(ctx context.Context, s incident.Subject) (leave func(), err error) {
	lane := l.lane[maphash.Comparable(l.seed, s)%uint64(len(l.lane))]
	select {
	case lane <- struct{}{}:
		return func() { <-lane }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the turn of %v: %w", s, context.Cause(ctx))
	}
}
