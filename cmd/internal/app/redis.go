package app

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/storage"
	"github.com/earshot-oncall/earshot/storage/redisd"
	"github.com/redis/go-redis/v9"
)

// reachTime is how long a Redis may take to be reached at the start.
const reachTime = 15 * time.Second

// openRedis connects to the configured Redis, or starts and supervises our own. A
// server that may lose what it was given is refused, unless the settings allow it.
func openRedis(ctx context.Context, s Settings, log *slog.Logger) (client redis.UniversalClient, release func(), err error) {
	release = func() {}
	url := s.RedisURL
	if url == "" {
		own, err := redisd.Start(ctx, s.DataDir, log)
		if err != nil {
			return nil, release, fmt.Errorf("EARSHOT_REDIS_URL is not set, and no Redis of our own could be started: %w", err)
		}
		log.InfoContext(ctx, "redis of our own started", "folder", s.DataDir, "appendfsync", "always")
		url, release = own.URL(), func() {
			if err := own.Close(); err != nil {
				log.WarnContext(ctx, "redis of our own not stopped cleanly", "err", err)
			}
		}
	}
	client, err = storage.Dial(url)
	if err != nil {
		release()
		return nil, func() {}, fmt.Errorf("EARSHOT_REDIS_URL: %w", err)
	}
	stop := release
	release = func() {
		_ = client.Close()
		stop()
	}
	if err := durable(ctx, client, s, log); err != nil {
		release()
		return nil, func() {}, err
	}
	return client, release, nil
}

// durable waits for the server and judges how well it keeps things.
func durable(ctx context.Context, client redis.UniversalClient, s Settings, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	d, err := storage.Inspect(ctx, client)
	for err != nil && ctx.Err() == nil {
		log.WarnContext(ctx, "redis not reached yet", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
		}
		d, err = storage.Inspect(ctx, client)
	}
	if err != nil {
		return fmt.Errorf("redis can't be reached: %w", err)
	}
	for _, w := range d.Warnings {
		log.WarnContext(ctx, "redis", "warning", w)
	}
	if len(d.Problems) == 0 {
		return nil
	}
	problem := strings.Join(d.Problems, "; ")
	if !s.AllowVolatile {
		return fmt.Errorf("this Redis would lose alerts: %s (EARSHOT_ALLOW_VOLATILE_REDIS=1 serves all the same)", problem)
	}
	log.ErrorContext(ctx, "SERVING ON A REDIS THAT MAY LOSE ALERTS", "problem", problem)
	return nil
}
