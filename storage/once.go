package storage

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// settled stands for an id that was not only seen, but dealt with.
const settled = "settled"

// Once reports whether this is the first time that the id is seen, and remembers
// it for ttl: a click or a callback that is delivered twice counts once.
func (s *Store) Once(ctx context.Context, scope, id string, ttl time.Duration) (first bool, err error) {
	return onceScript.Run(ctx, s.redis, []string{onceKey(scope, id)}, newToken(), max(ttl.Milliseconds(), 1)).Bool()
}

// Forget undoes Once for what could not be done after all, so that its next
// delivery counts.
func (s *Store) Forget(ctx context.Context, scope, id string) error {
	return s.redis.Del(ctx, onceKey(scope, id)).Err()
}

// Settle remembers for ttl that what Once has let through is done. Give Once a short
// ttl then: whoever dies in between leaves the id to its next delivery.
func (s *Store) Settle(ctx context.Context, scope, id string, ttl time.Duration) error {
	return s.redis.Set(ctx, onceKey(scope, id), settled, ttl).Err()
}

// Settled reports whether Settle was called for the id.
func (s *Store) Settled(ctx context.Context, scope, id string) (bool, error) {
	state, err := s.redis.Get(ctx, onceKey(scope, id)).Result()
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	return state == settled, err
}
