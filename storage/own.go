package storage

import (
	"context"
	"fmt"
	"slices"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Own returns the open incidents that page a person or that they acknowledged, the
// oldest first. What has ended is forgotten on the way; what is with somebody else by
// now stays, since it may come back.
func (s *Store) Own(ctx context.Context, person oncall.PersonID) ([]incident.Incident, error) {
	members, err := s.redis.SMembers(ctx, ownKey(person)).Result()
	if err != nil {
		return nil, fmt.Errorf("read what is with %s: %w", person, err)
	}
	ids := make([]incident.ID, len(members))
	for i, m := range members {
		ids[i] = incident.ID(m)
	}
	found, err := s.findAll(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read what is with %s: %w", person, err)
	}
	var over []any
	for _, in := range found { // one that is not found may be about to be committed
		if !in.Open() {
			over = append(over, string(in.ID))
		}
	}
	if len(over) > 0 {
		if err := s.redis.SRem(ctx, ownKey(person), over...).Err(); err != nil {
			return nil, fmt.Errorf("forget what was with %s: %w", person, err)
		}
	}
	own := slices.DeleteFunc(found, func(in incident.Incident) bool { return !in.With(person) })
	slices.SortFunc(own, func(a, b incident.Incident) int {
		if placeOf(b).before(placeOf(a)) {
			return -1
		}
		return 1
	})
	return own, nil
}
