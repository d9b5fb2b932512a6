package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// glance is how many of a person's numbers are looked at to find a free one. With
// more incidents open than that a number that is free again is found later, and a
// storm does not make every page as dear as all pages before it.
const glance = 32

// ClaimSlot returns the number by which a person names the incident on the
// phone: the one it has, or else the smallest that none of that person's open
// incidents has. It is held until the incident ends.
func (s *Store) ClaimSlot(ctx context.Context, person oncall.PersonID, id incident.ID) (int, error) {
	stored, err := s.stored(ctx, person)
	if err != nil {
		return 0, err
	}
	for n, other := range stored {
		if other == id {
			return n, nil // its own, though it may have ended meanwhile
		}
	}
	lowest := slices.Sorted(maps.Keys(stored))
	_, over, err := s.sort(ctx, person, stored, lowest[:min(glance, len(lowest))])
	if err != nil {
		return 0, err
	}
	args := []any{string(id)}
	for n, gone := range over {
		args = append(args, n, string(gone))
	}
	n, err := slotScript.Run(ctx, s.redis, []string{slotsKey(person)}, args...).Int()
	if err != nil {
		return 0, fmt.Errorf("number %s for %s: %w", id, person, err)
	}
	return n, nil
}

// Slots returns a person's open incidents by their numbers.
func (s *Store) Slots(ctx context.Context, person oncall.PersonID) (map[int]incident.ID, error) {
	stored, err := s.stored(ctx, person)
	if err != nil {
		return nil, err
	}
	held, _, err := s.sort(ctx, person, stored, slices.Collect(maps.Keys(stored)))
	return held, err
}

// stored returns the numbers of a person's incidents, of those that are over too.
func (s *Store) stored(ctx context.Context, person oncall.PersonID) (map[int]incident.ID, error) {
	fields, err := s.redis.HGetAll(ctx, slotsKey(person)).Result()
	if err != nil {
		return nil, fmt.Errorf("slots of %s: %w", person, err)
	}
	stored := make(map[int]incident.ID, len(fields))
	for n, id := range fields {
		number, err := strconv.Atoi(n)
		if err != nil {
			return nil, fmt.Errorf("slots of %s: %w", person, err)
		}
		stored[number] = incident.ID(id)
	}
	return stored, nil
}

// sort parts the numbers into those of incidents that are open and of those that
// are over.
func (s *Store) sort(
	ctx context.Context, person oncall.PersonID, stored map[int]incident.ID, numbers []int,
) (held, over map[int]incident.ID, err error) {
	held, over = map[int]incident.ID{}, map[int]incident.ID{}
	if len(numbers) == 0 {
		return held, over, nil
	}
	states := make([]*redis.StringCmd, len(numbers))
	_, err = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, n := range numbers {
			states[i] = p.HGet(ctx, bodyKey(stored[n]), "state")
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, nil, fmt.Errorf("slots of %s: %w", person, err)
	}
	for i, n := range numbers {
		state, err := states[i].Result()
		switch {
		case errors.Is(err, redis.Nil) || state == string(incident.Resolved):
			over[n] = stored[n]
		case err != nil:
			return nil, nil, fmt.Errorf("slots of %s: %w", person, err)
		default:
			held[n] = stored[n]
		}
	}
	return held, over, nil
}
