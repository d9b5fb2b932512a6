package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// stormRetention is how long a storm that nobody looks after is remembered.
const stormRetention = 30 * 24 * time.Hour

// LoadStorm returns the storm of a channel, calm where none is remembered.
func (s *Store) LoadStorm(ctx context.Context, at incident.Place) (incident.Storm, error) {
	storm := incident.Storm{Board: at.Board, Channel: at.Channel}
	fields, err := s.redis.HMGet(ctx, stormKey(at), "body", "version").Result()
	if err != nil {
		return storm, err
	}
	body, ok := text(fields, 0)
	if !ok {
		return storm, nil
	}
	if err := json.Unmarshal([]byte(body), &storm); err != nil {
		return storm, fmt.Errorf("storm in %s: stored body: %w", at.Channel, err)
	}
	version, _ := text(fields, 1)
	if storm.Version, err = strconv.ParseInt(version, 10, 64); err != nil {
		return storm, fmt.Errorf("storm in %s: stored version: %w", at.Channel, err)
	}
	return storm, nil
}

// CommitStorm saves a storm that was decided on what LoadStorm returned, or answers
// incident.ErrConflict. One that is dissolved leaves nothing to be drawn behind.
func (s *Store) CommitStorm(ctx context.Context, storm incident.Storm) (incident.Storm, error) {
	at := incident.Place{Board: storm.Board, Channel: storm.Channel}
	body, err := json.Marshal(storm)
	if err != nil {
		return storm, fmt.Errorf("storm in %s: %w", at.Channel, err)
	}
	if err := s.enlist(ctx, storm); err != nil {
		return storm, err
	}
	ok, err := bundleScript.Run(ctx, s.redis, []string{stormKey(at)}, storm.Version, newToken(), body, stormRetention.Milliseconds()).Bool()
	if err == nil && !ok {
		err = incident.ErrConflict
	}
	switch {
	case err != nil && storm.Dissolved():
		return storm, errors.Join(err, s.redis.SAdd(ctx, stormsKey(), memberOf(storm)).Err()) // it goes on
	case err != nil:
		return storm, err
	case storm.Dissolved():
		err = s.redis.Del(ctx, glimpsesKey(at, storm.No)).Err()
	}
	storm.Version++
	return storm, err
}

// enlist lists a storm among those to be looked at, or takes one that is dissolved off
// the list. That is done before it is saved: whoever begins the channel's next one does
// so on what is saved then, and lists it later than that.
func (s *Store) enlist(ctx context.Context, storm incident.Storm) error {
	switch {
	case !storm.Since.IsZero():
		return s.redis.SAdd(ctx, stormsKey(), memberOf(storm)).Err()
	case storm.Dissolved():
		return s.redis.SRem(ctx, stormsKey(), memberOf(storm)).Err()
	}
	return nil
}

func memberOf(storm incident.Storm) string { return storm.Board + " " + storm.Channel }

// Storms returns all that are not dissolved.
func (s *Store) Storms(ctx context.Context) ([]incident.Storm, error) {
	members, err := s.redis.SMembers(ctx, stormsKey()).Result()
	if err != nil {
		return nil, err
	}
	slices.Sort(members)
	var storms []incident.Storm
	for _, m := range members {
		board, channel, _ := strings.Cut(m, " ")
		storm, err := s.LoadStorm(ctx, incident.Place{Board: board, Channel: channel})
		if err != nil {
			return nil, err
		}
		if !storm.Since.IsZero() {
			storms = append(storms, storm)
		}
	}
	return storms, nil
}

// Grown returns how many incidents have joined a storm, and a number that is another
// whenever one of them has changed.
func (s *Store) Grown(ctx context.Context, storm incident.Storm) (size int, change int64, err error) {
	at := incident.Place{Board: storm.Board, Channel: storm.Channel}
	var length *redis.IntCmd
	var changes *redis.StringCmd
	_, err = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		length, changes = p.HLen(ctx, glimpsesKey(at, storm.No)), p.Get(ctx, changesKey(at))
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return 0, 0, err
	}
	if change, err = changes.Int64(); errors.Is(err, redis.Nil) {
		err = nil
	}
	return int(length.Val()), change, err
}

// Glimpses returns what a summary has to know of all that joined, in no order; with
// exact as the incidents are, not as they were written down last.
func (s *Store) Glimpses(ctx context.Context, storm incident.Storm, exact bool) ([]incident.Glimpse, error) {
	at := incident.Place{Board: storm.Board, Channel: storm.Channel}
	fields, err := s.redis.HGetAll(ctx, glimpsesKey(at, storm.No)).Result()
	if err != nil {
		return nil, err
	}
	glimpses := make([]incident.Glimpse, 0, len(fields))
	if !exact {
		for id, body := range fields {
			var g incident.Glimpse
			if err := unpack(body, &g); err != nil {
				return nil, fmt.Errorf("glimpse of %s: %w", id, err)
			}
			glimpses = append(glimpses, g)
		}
		return glimpses, nil
	}
	ids := make([]incident.ID, 0, len(fields))
	for id := range fields {
		ids = append(ids, incident.ID(id))
	}
	found, err := s.findAll(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, in := range found {
		glimpses = append(glimpses, in.Glimpse())
	}
	return glimpses, nil
}
