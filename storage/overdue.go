package storage

import (
	"context"
	"time"

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
