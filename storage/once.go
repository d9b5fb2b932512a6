package storage

import (
	"context"
	"time"
)

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
