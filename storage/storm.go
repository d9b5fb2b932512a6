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
	member := at.Board + " " + at.Channel
	if !storm.Since.IsZero() {
		if err := s.redis.SAdd(ctx, stormsKey(), member).Err(); err != nil {
			return storm, err
		}
	}
	ok, err := bundleScript.Run(ctx, s.redis, []string{stormKey(at)}, storm.Version, newToken(), body, stormRetention.Milliseconds()).Bool()
	if err != nil {
		return storm, err
	}
	if !ok {
		return storm, incident.ErrConflict
	}
	storm.Version++
	if storm.Since.IsZero() && storm.No > 0 {
		_, err = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
			p.SRem(ctx, stormsKey(), member)
			p.Del(ctx, glimpsesKey(at, storm.No))
			return nil
		})
	}
	return storm, err
}

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
		storms = append(storms, storm)
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
