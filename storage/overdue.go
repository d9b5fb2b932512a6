package storage

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// Overdue returns the incidents that are due at before, at most limit of each
// shard. Each is claimed in the same step: nobody else finds it for that long,
// unless a commit says otherwise.
func (s *Store) Overdue(ctx context.Context, before time.Time, claim time.Duration, limit int) ([]incident.ID, error) {
	answers, failed := s.runAll(ctx, overdueScript, s.overdueCalls(before.UnixMilli(), before.Add(claim).UnixMilli(), limit))
	var ids []incident.ID
	for _, answer := range answers {
		found, err := answer.StringSlice()
		if err != nil {
			continue // counted in failed
		}
		for _, id := range found {
			ids = append(ids, incident.ID(id))
		}
	}
	if failed != nil && len(ids) > 0 {
		// They are claimed: dropped for the sake of a server that is down, they
		// would be late.
		s.log.WarnContext(ctx, "some shards not asked for what is due", "err", failed)
		failed = nil
	}
	return ids, failed
}

// Upcoming implements escalation.Index.
func (s *Store) Upcoming(ctx context.Context, from, to time.Time) ([]incident.Effect, error) {
	// More than that in a few seconds is found by the next look, or by Overdue.
	const most = 10_000
	near := &redis.ZRangeBy{Min: strconv.FormatInt(from.UnixMilli()+1, 10), Max: strconv.FormatInt(to.UnixMilli(), 10), Count: most}
	var cmds [shards]*redis.ZSliceCmd
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for sh := range shard(shards) {
			cmds[sh] = p.ZRangeByScoreWithScores(ctx, sh.due(), near)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var wakes []incident.Effect
	for _, cmd := range cmds {
		for _, z := range cmd.Val() {
			id, _ := z.Member.(string)
			wakes = append(wakes, incident.Effect{Kind: incident.Wake, Incident: incident.ID(id), At: time.UnixMilli(int64(z.Score)).UTC()})
		}
	}
	return wakes, nil
}

// overdueCalls asks one server for all shards at once, and a cluster for each.
func (s *Store) overdueCalls(before, until int64, limit int) []call {
	args := []any{before, until, limit}
	var together call
	var apart []call
	for sh := range shard(shards) {
		together.keys = append(together.keys, sh.due())
		apart = append(apart, call{[]string{sh.due()}, args})
	}
	if s.spread {
		return apart
	}
	together.args = args
	return []call{together}
}
