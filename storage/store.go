package storage

import (
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// DefaultRetention is how long a resolved incident is kept.
const DefaultRetention = 400 * 24 * time.Hour

// Options is what a Store needs. Redis, Roster and Now are required.
type Options struct {
	Redis     redis.UniversalClient
	Roster    func(oncall.Book) oncall.Roster // the file's with what people changed
	Now       func() time.Time
	Retention time.Duration // of resolved incidents; 0: DefaultRetention
	Log       *slog.Logger  // nil: silent
}

// A Store remembers incidents, page limits and phone slots in Redis.
type Store struct {
	redis     redis.UniversalClient
	roster    func(oncall.Book) oncall.Roster
	now       func() time.Time
	retention time.Duration
	log       *slog.Logger
	spread    bool // shards may live on different servers
	shelf     atomic.Pointer[shelf]
	guesses   guesses
}

// New returns a Store. It talks to Redis only when asked something.
func New(o Options) *Store {
	s := &Store{redis: o.Redis, roster: o.Roster, now: o.Now, retention: o.Retention, log: o.Log}
	if s.retention <= 0 {
		s.retention = DefaultRetention
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.shelf.Store(&shelf{})
	switch o.Redis.(type) {
	case *redis.Client: // one server, Sentinel's present master included
	default:
		s.spread = true
	}
	return s
}
