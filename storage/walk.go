package storage

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A walk goes through the lists of all shards at once, newest first.
type walk struct {
	redis  redis.UniversalClient
	after  place // passed already; zero: nothing
	since  string
	size   int // of what is fetched of a shard at a time
	shards [shards]walker
}

// A walker is the part of a walk in one shard.
type walker struct {
	key  string
	skip int64   // of what is fetched next, those of the score it starts with
	top  string  // that score
	have []place // fetched, not passed yet
	done bool    // nothing left to fetch
}

func (s *Store) walk(q Query, after place, size int) *walk {
	open := q.State != "" && q.State != incident.Resolved
	return s.walkKeys(func(sh shard) string {
		switch {
		case open && q.Team != "":
			return sh.openOf(q.Team)
		case open:
			return sh.open()
		case q.Team != "":
			return sh.allOf(q.Team)
		}
		return sh.all()
	}, after, q.Since, size)
}

func (s *Store) walkOpen(team oncall.TeamID, size int) *walk {
	return s.walk(Query{Team: team, State: incident.Triggered}, place{}, size)
}

func (s *Store) walkKeys(key func(shard) string, after place, since time.Time, size int) *walk {
	w := &walk{redis: s.redis, after: after, since: "-inf", size: size}
	if !since.IsZero() {
		w.since = strconv.FormatInt(since.UnixMilli(), 10)
	}
	for sh := range shard(shards) {
		w.shards[sh] = walker{key: key(sh), top: "+inf"}
		if after.id != "" {
			w.shards[sh].top = strconv.FormatInt(after.opened, 10)
		}
	}
	return w
}

// next returns up to n ids; none at the end.
func (w *walk) next(ctx context.Context, n int) ([]incident.ID, error) {
	var ids []incident.ID
	for len(ids) < n {
		if err := w.fetch(ctx); err != nil {
			return nil, err
		}
		first := w.first()
		if first == nil {
			break
		}
		ids = append(ids, first.have[0].id)
		first.have = first.have[1:]
	}
	return ids, nil
}

// first returns the walker that stands at the newest incident.
func (w *walk) first() *walker {
	var first *walker
	for i := range w.shards {
		if s := &w.shards[i]; len(s.have) > 0 && (first == nil || s.have[0].before(first.have[0])) {
			first = s
		}
	}
	return first
}

// fetch fills every walker that has run dry, in one round trip, until each
// knows its next incident or that there is none.
func (w *walk) fetch(ctx context.Context) error {
	for {
		var dry []*walker
		for i := range w.shards {
			if s := &w.shards[i]; len(s.have) == 0 && !s.done {
				dry = append(dry, s)
			}
		}
		if len(dry) == 0 {
			return nil
		}
		cmds := make([]*redis.ZSliceCmd, len(dry))
		_, err := w.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, s := range dry {
				cmds[i] = p.ZRevRangeByScoreWithScores(ctx, s.key, &redis.ZRangeBy{
					Max: s.top, Min: w.since, Offset: s.skip, Count: int64(w.size),
				})
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, s := range dry {
			s.take(cmds[i].Val(), w.size, w.after)
		}
	}
}

// take adds what was fetched and moves on behind it.
func (s *walker) take(got []redis.Z, size int, after place) {
	s.done = len(got) < size
	for _, z := range got {
		id, _ := z.Member.(string)
		p := place{int64(z.Score), incident.ID(id)}
		if score := strconv.FormatInt(p.opened, 10); score == s.top {
			s.skip++
		} else {
			s.top, s.skip = score, 1
		}
		if after.id == "" || after.before(p) {
			s.have = append(s.have, p)
		}
	}
}
