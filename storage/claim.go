package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// Claim names the incident that a sender's key is about to open: the team's next
// number, unless the key points somewhere else than at the old one by now. Then that
// id is the answer, a rival's, or one whose claimer died before its commit. Whoever
// commits first has it; the others get incident.ErrConflict.
//
// With a group the answer is the incident that the first of the group opened, while
// the window lasts and it is not over; the key points there from then on.
//
// An empty key, of what is raised by hand, just gets a number.
func (s *Store) Claim(ctx context.Context, c incident.Claim) (incident.ID, error) {
	if c.Key == (incident.Key{}) {
		n, err := s.redis.Incr(ctx, numberKey(c.Team)).Result()
		if err != nil {
			return "", fmt.Errorf("number an incident of team %s: %w", c.Team, err)
		}
		return incident.NewID(c.Team, n), nil
	}
	if c.Group == (incident.Group{}) {
		return s.claimOwn(ctx, c)
	}
	group := groupKey(c.Team, c.Group.Name)
	first, over, err := s.gathered(ctx, group)
	if err != nil {
		return "", fmt.Errorf("look for the group of an alert: %w", err)
	}
	if first != "" && !over {
		return s.point(ctx, indexKey(c.Key), c.Old, first, 0)
	}
	id, err := s.claimOwn(ctx, c)
	if err != nil {
		return "", err
	}
	gathering, err := s.point(ctx, group, first, id, c.Group.Window)
	if err != nil || gathering == id {
		return id, err
	}
	return s.point(ctx, indexKey(c.Key), id, gathering, 0) // a rival was faster
}

// claimOwn claims an incident for the key alone: on one server in one round trip.
func (s *Store) claimOwn(ctx context.Context, c incident.Claim) (incident.ID, error) {
	index := indexKey(c.Key)
	if !s.spread {
		keys := []string{index, numberKey(c.Team), shardOf(c.Team).pending()}
		id, err := openScript.Run(ctx, s.redis, keys, string(c.Old), c.Team.Prefix()).Text()
		if err != nil {
			return "", fmt.Errorf("claim an incident of team %s: %w", c.Team, err)
		}
		return incident.ID(id), nil
	}
	id, err := numberScript.Run(ctx, s.redis, []string{numberKey(c.Team), shardOf(c.Team).pending()}, index, c.Team.Prefix()).Text()
	if err != nil {
		return "", fmt.Errorf("number an incident of team %s: %w", c.Team, err)
	}
	return s.point(ctx, index, c.Old, incident.ID(id), 0)
}

// point has a key point at an incident, for a while or for good, if it points at
// nothing or at the old one, and returns where it points then.
func (s *Store) point(ctx context.Context, key string, old, id incident.ID, keep time.Duration) (incident.ID, error) {
	held, err := claimScript.Run(ctx, s.redis, []string{key}, string(old), string(id), keep.Milliseconds()).Text()
	if err != nil {
		return "", fmt.Errorf("claim %s: %w", id, err)
	}
	return incident.ID(held), nil
}

// gathered returns the incident that a group has now, and whether it is over.
func (s *Store) gathered(ctx context.Context, group string) (id incident.ID, over bool, err error) {
	held, err := s.redis.Get(ctx, group).Result()
	if errors.Is(err, redis.Nil) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	state, err := s.redis.HGet(ctx, bodyKey(incident.ID(held)), "state").Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", false, err
	}
	return incident.ID(held), state == string(incident.Resolved), nil
}
