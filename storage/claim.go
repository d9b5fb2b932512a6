package storage

import (
	"context"
	"fmt"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Claim names the incident that a sender's key is about to open: the team's next
// number, unless the key points somewhere else than at old by now. Then that id
// is the answer, a rival's, or one whose claimer died before its commit. Whoever
// commits first has it; the others get incident.ErrConflict.
//
// An empty key, of what is raised by hand, just gets a number.
func (s *Store) Claim(ctx context.Context, key incident.Key, team oncall.TeamID, old incident.ID) (incident.ID, error) {
	if key == (incident.Key{}) {
		n, err := s.redis.Incr(ctx, numberKey(team)).Result()
		if err != nil {
			return "", fmt.Errorf("number an incident of team %s: %w", team, err)
		}
		return incident.NewID(team, n), nil
	}
	index := indexKey(key)
	id, err := numberScript.Run(ctx, s.redis, []string{numberKey(team), shardOf(team).pending()}, index, team.Prefix()).Text()
	if err != nil {
		return "", fmt.Errorf("number an incident of team %s: %w", team, err)
	}
	held, err := claimScript.Run(ctx, s.redis, []string{index}, string(old), id).Text()
	if err != nil {
		return "", fmt.Errorf("claim %s: %w", id, err)
	}
	return incident.ID(held), nil
}
