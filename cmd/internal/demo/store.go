package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// newStore starts the embedded store. It forgets everything when it is closed.
func newStore() (*miniredis.Miniredis, error) {
	store := miniredis.NewMiniRedis()
	if err := store.StartAddr("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("start the embedded store: %w", err)
	}
	return store, nil
}

// age lets the store's keys expire, which they do not by themselves.
func age(ctx context.Context, store *miniredis.Miniredis) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			store.FastForward(time.Second)
		}
	}
}
