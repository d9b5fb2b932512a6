package storage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// HomeFor is how long a home is kept up to date after somebody opened it, and mostHomes
// how many are: those opened last.
const (
	HomeFor   = 12 * time.Hour
	mostHomes = 300
)

// HomeOpened remembers that somebody has opened their home.
func (s *Store) HomeOpened(ctx context.Context, user string) error {
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.ZAdd(ctx, homesKey(), redis.Z{Score: float64(s.now().UnixMilli()), Member: user})
		p.ZRemRangeByRank(ctx, homesKey(), 0, -mostHomes-1)
		p.PExpire(ctx, homesKey(), HomeFor)
		return nil
	})
	if err != nil {
		return fmt.Errorf("note an opened home: %w", err)
	}
	return nil
}

// HomeClosed forgets that somebody has opened their home.
func (s *Store) HomeClosed(ctx context.Context, user string) error {
	if err := s.redis.ZRem(ctx, homesKey(), user).Err(); err != nil {
		return fmt.Errorf("forget an opened home: %w", err)
	}
	return nil
}

// Homes returns who has opened their home lately.
func (s *Store) Homes(ctx context.Context) ([]string, error) {
	since := s.now().Add(-HomeFor).UnixMilli()
	users, err := s.redis.ZRangeByScore(ctx, homesKey(), &redis.ZRangeBy{Min: strconv.FormatInt(since, 10), Max: "+inf"}).Result()
	if err != nil {
		return nil, fmt.Errorf("read who has opened their home: %w", err)
	}
	return users, nil
}

// HomeShows returns what a home shows, in the words of KeepHome; empty: not known.
func (s *Store) HomeShows(ctx context.Context, user string) (string, error) {
	shows, err := s.redis.Get(ctx, homeKey(user)).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", fmt.Errorf("read what a home shows: %w", err)
	}
	return shows, nil
}

// KeepHome remembers what a home shows.
func (s *Store) KeepHome(ctx context.Context, user, shows string) error {
	if err := s.redis.Set(ctx, homeKey(user), shows, HomeFor).Err(); err != nil {
		return fmt.Errorf("note what a home shows: %w", err)
	}
	return nil
}
