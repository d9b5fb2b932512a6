package storage

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/storage/redistest"
)

func TestAnAllowanceHoldsForAllInstancesTogether(t *testing.T) {
	server := redistest.Start(t)
	s, _ := storeAt(t, server.URL())
	other, _ := storeAt(t, server.URL())
	var let atomic.Int32
	var wait sync.WaitGroup
	for i := range 40 {
		at := []*Store{s, other}[i%2]
		wait.Go(func() {
			wait, err := at.Allow(t.Context(), "loud", 24*time.Hour, 25)
			switch {
			case err != nil:
				t.Error(err)
			case wait == 0:
				let.Add(1)
			case wait > time.Hour:
				t.Errorf("told to wait %s for the next", wait)
			}
		})
	}
	wait.Wait()
	if let.Load() != 25 {
		t.Errorf("%d were let in, want 25", let.Load())
	}
	if wait, err := other.Allow(t.Context(), "quiet", 24*time.Hour, 25); err != nil || wait != 0 {
		t.Errorf("another integration waits %s, %v", wait, err)
	}
	if n, err := s.redis.Exists(t.Context(), rateKey("loud"), rateKey("quiet")).Result(); err != nil || n != 2 {
		t.Errorf("%d of two allowances are where they belong, %v", n, err)
	}
	if err := s.redis.Get(t.Context(), foreignPrefix+rateKey("loud")).Err(); !errors.Is(err, redis.Nil) {
		t.Errorf("a key of another name: %v", err)
	}
}

func TestNobodyIsAllowedByAServerThatIsAway(t *testing.T) {
	server := redistest.Start(t)
	s, _ := storeAt(t, server.URL())
	server.Kill()
	if _, err := s.Allow(t.Context(), "any", time.Minute, 1); err == nil {
		t.Error("no error")
	}
}
