package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// claimSlack is longer than any claim of Overdue: a due time further off than
// that, and than the incident's own, was never written by us.
const claimSlack = 5 * time.Minute

// Repair compares the due index with the incidents, both ways, and mends what
// differs; it finishes what a death left of a resolve and drops from the lists
// what retention has taken and what is with nobody any more. It returns how many due times were wrong. A second
// one at the same time does no harm.
func (s *Store) Repair(ctx context.Context) (int, error) {
	mended := 0
	for sh := range shard(shards) {
		n, err := s.repairDue(ctx, sh)
		mended += n
		if err != nil {
			return mended, fmt.Errorf("repair shard %d: %w", sh, err)
		}
		if err := s.tighten(ctx, sh); err != nil {
			return mended, fmt.Errorf("release keys of shard %d: %w", sh, err)
		}
		if err := s.forget(ctx, sh); err != nil {
			return mended, fmt.Errorf("forget in shard %d: %w", sh, err)
		}
	}
	for person := range s.Roster().People {
		if _, err := s.Own(ctx, person); err != nil {
			return mended, err
		}
	}
	return mended, nil
}

func (s *Store) repairDue(ctx context.Context, sh shard) (mended int, err error) {
	var open, due *redis.StringSliceCmd
	_, err = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		open, due = p.ZRange(ctx, sh.open(), 0, -1), p.ZRange(ctx, sh.due(), 0, -1)
		return nil
	})
	if err != nil {
		return 0, err
	}
	var ids []incident.ID
	seen := map[string]bool{}
	for _, id := range append(open.Val(), due.Val()...) {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, incident.ID(id))
		}
	}
	for len(ids) > 0 {
		some := ids[:min(batch, len(ids))]
		ids = ids[len(some):]
		n, err := s.repairSome(ctx, sh, some)
		mended += n
		if err != nil {
			return mended, err
		}
	}
	return mended, nil
}

func (s *Store) repairSome(ctx context.Context, sh shard, ids []incident.ID) (mended int, err error) {
	found, err := s.findAll(ctx, ids)
	if err != nil {
		return 0, err
	}
	byID := map[incident.ID]incident.Incident{}
	for _, in := range found {
		byID[in.ID] = in
	}
	latest := s.now().Add(claimSlack).UnixMilli()
	calls := make([]call, len(ids))
	for i, id := range ids {
		var due time.Time
		in, ok := byID[id]
		if ok {
			due = in.Due()
		}
		calls[i] = call{[]string{bodyKey(id), sh.due()}, []any{string(id), in.Version, ms(due), latest}}
	}
	answers, err := s.runAll(ctx, repairScript, calls)
	if err != nil {
		return 0, err
	}
	for i, answer := range answers {
		if n, _ := answer.Int(); n > 0 {
			mended += n
			s.log.WarnContext(ctx, "due index mended", "incident", string(ids[i]))
		}
	}
	return mended, nil
}

// tighten limits the sender's keys that a resolve left without a limit.
func (s *Store) tighten(ctx context.Context, sh shard) error {
	loose, err := s.redis.HGetAll(ctx, sh.loose()).Result()
	if err != nil {
		return err
	}
	for id, index := range loose {
		in, err := s.Find(ctx, incident.ID(id))
		if errors.Is(err, incident.ErrNotFound) {
			// What is forgotten leaves no key behind.
			_, err = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
				unlinkScript.Eval(ctx, p, []string{index}, id, 0)
				p.HDel(ctx, sh.loose(), id)
				return nil
			})
			if err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if in.Open() {
			continue
		}
		left, err := s.redis.PTTL(ctx, bodyKey(in.ID)).Result()
		if err != nil {
			return err
		}
		if err := s.unlink(ctx, in, min(left, s.indexRetention())); err != nil {
			return err
		}
	}
	return nil
}

// forget drops from the lists what has expired.
func (s *Store) forget(ctx context.Context, sh shard) error {
	for {
		gone, err := s.redis.ZRangeByScore(ctx, sh.ended(), &redis.ZRangeBy{
			Min: "-inf", Max: ms(s.now()), Count: batch,
		}).Result()
		if err != nil || len(gone) == 0 {
			return err
		}
		_, err = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, what := range gone {
				id, team, _ := strings.Cut(what, "\n")
				p.ZRem(ctx, sh.all(), id)
				p.ZRem(ctx, sh.allOf(oncall.TeamID(team)), id)
				p.ZRem(ctx, sh.ended(), what)
			}
			return nil
		})
		if err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
	}
}
