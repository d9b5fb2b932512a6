package storage

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// Ready tries to write. A server with a full disk or without its replicas answers
// reads as if nothing were wrong; the error carries its own words.
func (s *Store) Ready(ctx context.Context) error {
	now := s.now().UnixMilli()
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for sh := range s.servers() {
			p.Set(ctx, sh.ready(), now, 0)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write to redis: %w", err)
	}
	return nil
}

// servers returns one shard of each server: on a cluster any may be anywhere.
func (s *Store) servers() shard {
	if s.spread {
		return shards
	}
	return 1
}
