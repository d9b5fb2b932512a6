package escalation

import (
	"context"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"

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
	lane := l.lane[l.of(s)]
	select {
	case lane <- struct{}{}:
		return func() { <-lane }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the turn of %v: %w", s, context.Cause(ctx))
	}
}

// enterAll waits for the lanes of several subjects. They are entered in the order
// of the lanes, so that nobody waits for whoever waits for them.
func (l *lanes) enterAll(ctx context.Context, all []incident.Subject) (leave func(), err error) {
	byLane := map[uint64]incident.Subject{}
	for _, s := range all {
		byLane[l.of(s)] = s
	}
	var leaves []func()
	leave = func() {
		for _, one := range leaves {
			one()
		}
	}
	for _, i := range slices.Sorted(maps.Keys(byLane)) {
		one, err := l.enter(ctx, byLane[i])
		if err != nil {
			leave()
			return nil, err
		}
		leaves = append(leaves, one)
	}
	return leave, nil
}

// of is the lane of a subject.
func (l *lanes) of(s incident.Subject) uint64 {
	return maphash.Comparable(l.seed, s) % uint64(len(l.lane))
}
