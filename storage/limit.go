package storage

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

// Allow takes one alert off the allowance of an integration, which holds for all
// instances together, and returns zero; or it takes nothing and returns how long to
// wait for the next. Time is the server's.
func (s *Store) Allow(ctx context.Context, integration string, per time.Duration, alerts int) (wait time.Duration, err error) {
	return s.allow(ctx, rateKey(integration), "allowance of "+integration, per, alerts)
}

// Pace takes one question off somebody's allowance, which holds for all instances
// together, and returns zero, or how long to wait for the next.
func (s *Store) Pace(ctx context.Context, who string, per time.Duration, questions int) (wait time.Duration, err error) {
	return s.allow(ctx, paceKey(who), "questions of "+who, per, questions)
}

func (s *Store) allow(ctx context.Context, key, what string, per time.Duration, most int) (wait time.Duration, err error) {
	got, err := redis_rate.NewLimiter(ownNames{s.redis}).Allow(ctx, key, redis_rate.Limit{Rate: most, Burst: most, Period: per})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return max(got.RetryAfter, 0), nil
}

// grain is the unit in which redis_rate counts what platforms bear.
const grain = time.Millisecond

// Draw takes one of what all instances together may do on a platform once in every,
// and ahead of that by room at most. It returns how far ahead that is; or it takes
// nothing and returns how long to wait for the next. Rests are the keys of the platform
// that are to be left alone, each until when; they cost no round trip of their own.
// Time is the server's, but of the rests.
func (s *Store) Draw(
	ctx context.Context, platform, key string, every, room time.Duration,
) (taken bool, wait time.Duration, rests map[string]time.Time, err error) {
	c := &alongside{ownNames: ownNames{s.redis}, key: restsKey(platform), now: s.now().UnixMilli()}
	limit := redis_rate.Limit{Rate: int(every / grain), Burst: int(room / grain), Period: every}
	got, err := redis_rate.NewLimiter(c).AllowN(ctx, budgetKey(platform, key), limit, int(every/grain))
	if err == nil {
		rests, err = c.known()
	}
	if err != nil {
		return false, 0, nil, fmt.Errorf("budget of %s: %w", platform, err)
	}
	if got.Allowed == 0 {
		return false, max(got.RetryAfter, 0), rests, nil
	}
	return true, got.ResetAfter, rests, nil
}

// restsKept is how long what is to be left alone is kept where nothing is added to it.
const restsKept = 24 * time.Hour

// Rest has every instance leave a key of a platform alone until then.
func (s *Store) Rest(ctx context.Context, platform, key string, until time.Time) error {
	rests := restsKey(platform)
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.ZRemRangeByScore(ctx, rests, "-inf", strconv.FormatInt(s.now().UnixMilli(), 10))
		p.ZAddArgs(ctx, rests, redis.ZAddArgs{GT: true, Members: []redis.Z{{Score: float64(until.UnixMilli()), Member: key}}})
		p.Expire(ctx, rests, restsKept)
		return nil
	})
	if err != nil {
		return fmt.Errorf("rest of %s: %w", platform, err)
	}
	return nil
}

// alongside reads what is to be left alone after now in the round trip in which
// redis_rate's script runs.
type alongside struct {
	ownNames
	key  string
	now  int64 // in ms
	read *redis.ZSliceCmd
}

// EvalSha implements redis.Scripter.
func (c *alongside) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	return c.send(ctx, func(p redis.Pipeliner) *redis.Cmd { return p.EvalSha(ctx, sha, trimmed(keys), args...) })
}

// Eval implements redis.Scripter.
func (c *alongside) Eval(ctx context.Context, script string, keys []string, args ...any) *redis.Cmd {
	return c.send(ctx, func(p redis.Pipeliner) *redis.Cmd { return p.Eval(ctx, script, trimmed(keys), args...) })
}

func (c *alongside) send(ctx context.Context, run func(redis.Pipeliner) *redis.Cmd) (ran *redis.Cmd) {
	_, _ = c.Pipelined(ctx, func(p redis.Pipeliner) error { // each command has its own error
		ran = run(p)
		c.read = p.ZRangeByScoreWithScores(ctx, c.key, &redis.ZRangeBy{Min: strconv.FormatInt(c.now, 10), Max: "+inf"})
		return nil
	})
	return ran
}

func (c *alongside) known() (map[string]time.Time, error) {
	all, err := c.read.Result()
	rests := map[string]time.Time{}
	for _, z := range all {
		key, _ := z.Member.(string)
		rests[key] = time.UnixMilli(int64(z.Score))
	}
	return rests, err
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
