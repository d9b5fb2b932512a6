package storage

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// ClaimSlot returns the number by which a person names the incident on the
// phone: the one it has, or else the smallest that none of that person's open
// incidents has. It is held until the incident ends.
func (s *Store) ClaimSlot(ctx context.Context, person oncall.PersonID, id incident.ID) (int, error) {
	held, over, err := s.slots(ctx, person)
	if err != nil {
		return 0, err
	}
	for n, other := range held {
		if other == id {
			return n, nil
		}
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
	held, _, err := s.slots(ctx, person)
	return held, err
}

// slots returns the numbers of a person's incidents that are open, and of those
// that are over.
func (s *Store) slots(ctx context.Context, person oncall.PersonID) (held, over map[int]incident.ID, err error) {
	stored, err := s.redis.HGetAll(ctx, slotsKey(person)).Result()
	if err != nil {
		return nil, nil, fmt.Errorf("slots of %s: %w", person, err)
	}
	held, over = map[int]incident.ID{}, map[int]incident.ID{}
	if len(stored) == 0 {
		return held, over, nil
	}
	states := make(map[string]*redis.StringCmd, len(stored))
	_, err = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for n, id := range stored {
			states[n] = p.HGet(ctx, bodyKey(incident.ID(id)), "state")
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, nil, fmt.Errorf("slots of %s: %w", person, err)
	}
	for n, id := range stored {
		number, err := strconv.Atoi(n)
		if err != nil {
			return nil, nil, fmt.Errorf("slots of %s: %w", person, err)
		}
		state, err := states[n].Result()
		switch {
		case errors.Is(err, redis.Nil) || state == string(incident.Resolved):
			over[number] = incident.ID(id)
		case err != nil:
			return nil, nil, fmt.Errorf("slots of %s: %w", person, err)
		default:
			held[number] = incident.ID(id)
		}
	}
	return held, over, nil
}
