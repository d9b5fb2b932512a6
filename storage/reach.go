package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// The fields of what is known of a person's reach: times in ms, and troubles.
const (
	ackedField     = "acked"
	deliveredField = "delivered:"
	troubleField   = "trouble:"
)

// troubleName is the field of a trouble; a number that was replaced has others.
func troubleName(kind oncall.TroubleKind, via oncall.Method, phone oncall.Phone) string {
	return troubleField + string(kind) + ":" + string(via) + ":" + digest(string(phone))
}

// Reaches returns what is known of how each of the people can be reached. Whoever
// nothing is known of is there too.
func (s *Store) Reaches(ctx context.Context, people []oncall.PersonID) (map[oncall.PersonID]oncall.Reach, error) {
	found := make([]*redis.MapStringStringCmd, len(people))
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range people {
			found[i] = p.HGetAll(ctx, reachKey(id))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read how people are reached: %w", err)
	}
	all := make(map[oncall.PersonID]oncall.Reach, len(people))
	for i, id := range people {
		if all[id], err = readReach(found[i].Val()); err != nil {
			return nil, fmt.Errorf("read how %s is reached: %w", id, err)
		}
	}
	return all, nil
}

func readReach(fields map[string]string) (oncall.Reach, error) {
	r := oncall.Reach{Delivered: map[oncall.Method]time.Time{}}
	for name, value := range fields {
		if strings.HasPrefix(name, troubleField) {
			var t oncall.Trouble
			if err := json.Unmarshal([]byte(value), &t); err != nil {
				return r, err
			}
			r.Troubles = append(r.Troubles, t)
			continue
		}
		ms, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return r, err
		}
		if name == ackedField {
			r.Acked = time.UnixMilli(ms).UTC()
		} else if via, ok := strings.CutPrefix(name, deliveredField); ok {
			r.Delivered[oncall.Method(via)] = time.UnixMilli(ms).UTC()
		}
	}
	slices.SortFunc(r.Troubles, func(a, b oncall.Trouble) int { return a.Since.Compare(b.Since) })
	return r, nil
}

// Sighted notes that people were reached, or acknowledged. A way that was refused
// before is open again.
func (s *Store) Sighted(ctx context.Context, sightings []oncall.Sighting) error {
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, one := range sightings {
			field := ackedField
			if one.Via != "" {
				field = deliveredField + string(one.Via)
				p.HDel(ctx, reachKey(one.Person), troubleName(oncall.Refused, one.Via, one.Phone))
			}
			p.HSet(ctx, reachKey(one.Person), field, one.At.UnixMilli())
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note who was reached: %w", err)
	}
	return nil
}

// Trouble remembers a trouble of a person's, and reports whether it is new.
func (s *Store) Trouble(ctx context.Context, id oncall.PersonID, t oncall.Trouble) (fresh bool, err error) {
	body, err := json.Marshal(t)
	if err == nil {
		fresh, err = s.redis.HSetNX(ctx, reachKey(id), troubleName(t.Kind, t.Via, t.Phone), body).Result()
	}
	if err != nil {
		return false, fmt.Errorf("note a trouble of %s: %w", id, err)
	}
	return fresh, nil
}

// Mended forgets a trouble, and reports whether there was one.
func (s *Store) Mended(ctx context.Context, id oncall.PersonID, kind oncall.TroubleKind, via oncall.Method, phone oncall.Phone) (bool, error) {
	n, err := s.redis.HDel(ctx, reachKey(id), troubleName(kind, via, phone)).Result()
	if err != nil {
		return false, fmt.Errorf("forget a trouble of %s: %w", id, err)
	}
	return n > 0, nil
}
