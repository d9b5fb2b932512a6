package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

// Allow takes one alert off the allowance of an integration, which holds for all
// instances together, and returns zero; or it takes nothing and returns how long to
// wait for the next. Time is the server's.
func (s *Store) Allow(ctx context.Context, integration string, per time.Duration, alerts int) (wait time.Duration, err error) {
	limit := redis_rate.Limit{Rate: alerts, Burst: alerts, Period: per}
	got, err := redis_rate.NewLimiter(ownNames{s.redis}).Allow(ctx, rateKey(integration), limit)
	if err != nil {
		return 0, fmt.Errorf("allowance of %s: %w", integration, err)
	}
	return max(got.RetryAfter, 0), nil
}

// ownNames takes the prefix off that redis_rate puts in front of every key, so that
// all keys of Earshot begin alike.
type ownNames struct{ redis.UniversalClient }

const foreignPrefix = "rate:"

// EvalSha implements redis.Scripter.
func (c ownNames) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	return c.UniversalClient.EvalSha(ctx, sha, trimmed(keys), args...)
}

// Eval implements redis.Scripter.
func (c ownNames) Eval(ctx context.Context, script string, keys []string, args ...any) *redis.Cmd {
	return c.UniversalClient.Eval(ctx, script, trimmed(keys), args...)
}

func trimmed(keys []string) []string {
	own := make([]string, len(keys))
	for i, key := range keys {
		own[i] = strings.TrimPrefix(key, foreignPrefix)
	}
	return own
}
