package storage

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// tokenSize is how many characters of its digest stand for a text.
const tokenSize = 32

// Keep keeps a text for ttl and returns a token that is the same for the same text:
// what a button of a chat carries is short.
func (s *Store) Keep(ctx context.Context, text string, ttl time.Duration) (token string, err error) {
	token = digest(text)[:tokenSize]
	return token, s.redis.Set(ctx, keptKey(token), text, ttl).Err()
}

// Kept returns the text of a token; empty where it is kept no longer.
func (s *Store) Kept(ctx context.Context, token string) (text string, err error) {
	text, err = s.redis.Get(ctx, keptKey(token)).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return text, err
}
