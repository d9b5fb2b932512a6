package storage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Beat stores that a heartbeat beat, and when it is missed next. A token is the
// answer where the heartbeat was silent: a claim, for the length of claim, on ending
// what is open for it; Release ends it. Whoever dies over that is followed by the
// next who looks for what is overdue.
func (s *Store) Beat(ctx context.Context, name string, at time.Time, allowed, claim time.Duration) (token string, err error) {
	token = newToken()
	was, err := beatScript.Run(ctx, s.redis, beatKeys(), name, msUp(at), allowed.Milliseconds(), token, at.Add(claim).UnixMilli()).Bool()
	switch {
	case err != nil:
		return "", fmt.Errorf("store a beat of %s: %w", name, err)
	case !was:
		return "", nil
	}
	return token, nil
}

// OverdueBeats returns the heartbeats that should have beaten by now, or whose claim
// is over, the longest due first.
func (s *Store) OverdueBeats(ctx context.Context, now time.Time) ([]string, error) {
	before := strconv.FormatInt(now.UnixMilli(), 10)
	names, err := s.redis.ZRangeByScore(ctx, beatsDueKey(), &redis.ZRangeBy{Min: "-inf", Max: before}).Result()
	if err != nil {
		return nil, fmt.Errorf("look for silent heartbeats: %w", err)
	}
	return names, nil
}

// ClaimBeat takes an overdue heartbeat off the others' hands for the length of claim
// and returns its last beat. There is no token where somebody else has it.
func (s *Store) ClaimBeat(ctx context.Context, name string, now time.Time, claim time.Duration) (token string, last time.Time, err error) {
	token = newToken()
	ms, err := beatClaimScript.Run(ctx, s.redis, beatKeys(), name, now.UnixMilli(), token, now.Add(claim).UnixMilli()).Int64()
	switch {
	case errors.Is(err, redis.Nil):
		return "", last, nil
	case err != nil:
		return "", last, fmt.Errorf("claim heartbeat %s: %w", name, err)
	}
	return token, time.UnixMilli(ms), nil
}

// Silenced ends a claim after the alert was fired of a heartbeat that is silent since
// that beat: it is not due again before it beats. Where it has beaten meanwhile the
// claim stays, for what was fired has to be ended before it is released.
func (s *Store) Silenced(ctx context.Context, name, token string, since time.Time) (beats bool, err error) {
	beats, err = beatSettleScript.Run(ctx, s.redis, beatKeys(), name, token, since.UnixMilli(), 0).Bool()
	if err != nil {
		return false, fmt.Errorf("note that heartbeat %s is silent: %w", name, err)
	}
	return beats, nil
}

// Release ends a claim of a heartbeat that beats and for which nothing is open.
func (s *Store) Release(ctx context.Context, name, token string, allowed time.Duration) error {
	err := beatSettleScript.Run(ctx, s.redis, beatKeys(), name, token, "", allowed.Milliseconds()).Err()
	if err != nil {
		return fmt.Errorf("release heartbeat %s: %w", name, err)
	}
	return nil
}

// KeepBeats judges the heartbeats anew by how long each may be silent, which is what
// a file says now, and forgets those that no file has named since the time of forget.
func (s *Store) KeepBeats(ctx context.Context, allowed map[string]time.Duration, now, forget time.Time) error {
	args := []any{now.UnixMilli(), forget.UnixMilli()}
	for name, d := range allowed {
		args = append(args, name, d.Milliseconds())
	}
	if err := beatsKeepScript.Run(ctx, s.redis, beatKeys(), args...).Err(); err != nil {
		return fmt.Errorf("bring heartbeats in line: %w", err)
	}
	return nil
}

// Beats returns the last beats of all heartbeats that ever beat, and which of them
// are silent.
func (s *Store) Beats(ctx context.Context) (last map[string]time.Time, silent map[string]bool, err error) {
	var beats *redis.MapStringStringCmd
	var members *redis.StringSliceCmd
	_, err = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		beats, members = p.HGetAll(ctx, beatsKey()), p.SMembers(ctx, beatsSilentKey())
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the heartbeats: %w", err)
	}
	last, silent = map[string]time.Time{}, map[string]bool{}
	for name, at := range beats.Val() {
		ms, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return nil, nil, fmt.Errorf("heartbeat %s: stored beat: %w", name, err)
		}
		last[name] = time.UnixMilli(ms)
	}
	for _, name := range members.Val() {
		silent[name] = true
	}
	return last, silent, nil
}

// msUp rounds up to the next millisecond, so that nothing is due early.
func msUp(at time.Time) int64 { return at.Add(time.Millisecond - 1).UnixMilli() }
