package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

// readinessTime bounds a look into the store from outside.
const readinessTime = 10 * time.Second

// Readiness looks up, and changes nothing, what the store of the settings knows of
// whether the people of a configuration can be reached.
func Readiness(ctx context.Context, s Settings, config *configfile.Config, now time.Time) (map[oncall.PersonID]oncall.Readiness, error) {
	client, err := storage.Dial(s.RedisURL)
	if err != nil {
		return nil, fmt.Errorf("EARSHOT_REDIS_URL: %w", err)
	}
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithTimeout(ctx, readinessTime)
	defer cancel()
	store := storage.New(storage.Options{Redis: client, Roster: config.Roster.With, Now: func() time.Time { return now }})
	book, roster, err := store.Book(ctx)
	if err != nil {
		return nil, err
	}
	known, err := store.Reaches(ctx, slices.Collect(maps.Keys(roster.People)))
	if err != nil {
		return nil, err
	}
	ready := make(map[oncall.PersonID]oncall.Readiness, len(known))
	for id, p := range roster.People {
		ready[id] = p.Ready(known[id], book.Drills[id], now)
	}
	return ready, nil
}
