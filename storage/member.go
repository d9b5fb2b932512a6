package storage

import (
	"context"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// Holding implements escalation.Store.
func (s *Store) Holding(ctx context.Context, integration string, fingerprints []string) ([]incident.ID, error) {
	found, err := s.redis.HMGet(ctx, membersKey(integration), digests(fingerprints)...).Result()
	if err != nil {
		return nil, err
	}
	var ids []incident.ID
	for i := range found {
		held, _ := text(found, i)
		for id := range strings.FieldsSeq(held) {
			if !slices.Contains(ids, incident.ID(id)) {
				ids = append(ids, incident.ID(id))
			}
		}
	}
	return ids, nil
}

// part forgets where the members of an incident that is over stood.
func (s *Store) part(ctx context.Context, in incident.Incident) error {
	if !in.Watched || len(in.Members) == 0 {
		return nil
	}
	fingerprints := make([]string, len(in.Members))
	for i, m := range in.Members {
		fingerprints[i] = m.Fingerprint
	}
	return partScript.Run(ctx, s.redis, []string{membersKey(in.Key.Integration)}, standing(in.ID, fingerprints)...).Err()
}

// keysOf are the sender's keys that lead to an incident: its own, and those of the
// alerts that it joined.
func keysOf(in incident.Incident) []incident.Key {
	keys := []incident.Key{in.Key}
	if in.Watched {
		return keys
	}
	for _, m := range in.Members {
		if k := incident.KeyOf(m.Fingerprint); k != in.Key {
			keys = append(keys, k)
		}
	}
	return keys
}

// standing are the arguments of the scripts that know where members stand.
func standing(id incident.ID, fingerprints []string) []any {
	args := []any{string(id)}
	for _, fp := range digests(fingerprints) {
		args = append(args, fp)
	}
	return args
}

func digests(all []string) []string {
	short := make([]string, len(all))
	for i, s := range all {
		short[i] = digest(s)
	}
	return short
}
