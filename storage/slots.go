package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// glance is how many of a person's numbers are looked at to find a free one. With
// more incidents open than that a number that is free again is found later, and a
// storm does not make every page as dear as all pages before it.
const glance = 32

// quarantine is how long a number leads to the incident that had it after that has
// ended, so that a late reply is told the truth and touches no other incident.
const quarantine = time.Hour

// ClaimSlot returns the number by which a person names the incident on the
// phone: the one it has, or else the smallest free one. It is held until the
// quarantine after the incident's end is over. Being paged begins the count of
// Echoed anew.
func (s *Store) ClaimSlot(ctx context.Context, person oncall.PersonID, id incident.ID) (int, error) {
	var fields *redis.MapStringStringCmd
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Del(ctx, echoKey(person))
		fields = p.HGetAll(ctx, slotsKey(person))
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("slots of %s: %w", person, err)
	}
	stored, err := numbers(fields.Val())
	if err != nil {
		return 0, fmt.Errorf("slots of %s: %w", person, err)
	}
	for n, other := range stored {
		if other == id {
			return n, nil // its own, though it may have ended meanwhile
		}
	}
	lowest := slices.Sorted(maps.Keys(stored))
	of, err := s.sort(ctx, person, stored, lowest[:min(glance, len(lowest))])
	if err != nil {
		return 0, err
	}
	args := []any{string(id)}
	for n, gone := range of.free {
		args = append(args, n, string(gone))
	}
	n, err := slotScript.Run(ctx, s.redis, []string{slotsKey(person)}, args...).Int()
	if err != nil {
		return 0, fmt.Errorf("number %s for %s: %w", id, person, err)
	}
	return n, nil
}

// Slots returns a person's incidents by their numbers: those that are open, and
// those that have ended so lately that their number is nobody else's yet.
func (s *Store) Slots(ctx context.Context, person oncall.PersonID) (open, ended map[int]incident.ID, err error) {
	fields, err := s.redis.HGetAll(ctx, slotsKey(person)).Result()
	if err != nil {
		return nil, nil, fmt.Errorf("slots of %s: %w", person, err)
	}
	stored, err := numbers(fields)
	if err != nil {
		return nil, nil, fmt.Errorf("slots of %s: %w", person, err)
	}
	of, err := s.sort(ctx, person, stored, slices.Collect(maps.Keys(stored)))
	return of.open, of.ended, err
}

// numbers reads the incidents of a person's numbers, of those that are over too.
func numbers(fields map[string]string) (map[int]incident.ID, error) {
	stored := make(map[int]incident.ID, len(fields))
	for n, id := range fields {
		number, err := strconv.Atoi(n)
		if err != nil {
			return nil, err
		}
		stored[number] = incident.ID(id)
	}
	return stored, nil
}

// sorted are a person's numbers by what has become of their incidents.
type sorted struct{ open, ended, free map[int]incident.ID }

// sort looks at the incidents of some of the numbers.
func (s *Store) sort(ctx context.Context, person oncall.PersonID, stored map[int]incident.ID, numbers []int) (sorted, error) {
	of := sorted{map[int]incident.ID{}, map[int]incident.ID{}, map[int]incident.ID{}}
	if len(numbers) == 0 {
		return of, nil
	}
	found := make([]*redis.SliceCmd, len(numbers))
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, n := range numbers {
			found[i] = p.HMGet(ctx, bodyKey(stored[n]), "state", "ended")
		}
		return nil
	})
	if err != nil {
		return of, fmt.Errorf("slots of %s: %w", person, err)
	}
	since := s.now().Add(-quarantine).UnixMilli()
	for i, n := range numbers {
		state, known := text(found[i].Val(), 0)
		at, _ := text(found[i].Val(), 1)
		ended, err := strconv.ParseInt(at, 10, 64)
		switch {
		case known && state != string(incident.Resolved):
			of.open[n] = stored[n]
		case known && err == nil && ended > since:
			of.ended[n] = stored[n]
		default: // gone, or over for long
			of.free[n] = stored[n]
		}
	}
	return of, nil
}

// Echoed counts an answer to a person's phone that nothing came of, and returns how
// many those were within the time since the first, without a page in between and
// without Heard.
func (s *Store) Echoed(ctx context.Context, person oncall.PersonID, within time.Duration) (int, error) {
	var n *redis.IntCmd
	_, err := s.redis.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.SetNX(ctx, echoKey(person), 0, within)
		n = p.Incr(ctx, echoKey(person))
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("answers to %s: %w", person, err)
	}
	return int(n.Val()), nil
}

// Heard begins the count of Echoed anew: somebody is there.
func (s *Store) Heard(ctx context.Context, person oncall.PersonID) error {
	return s.redis.Del(ctx, echoKey(person)).Err()
}
