package storage

import (
	"context"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Counts returns how many incidents of each team are open, by state.
func (s *Store) Counts(ctx context.Context) (map[oncall.TeamID]map[incident.State]int, error) {
	var cmds [shards]*redis.MapStringStringCmd
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for sh := range shard(shards) {
			cmds[sh] = p.HGetAll(ctx, sh.counts())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	counts := map[oncall.TeamID]map[incident.State]int{}
	for _, cmd := range cmds {
		for what, number := range cmd.Val() {
			state, team, _ := strings.Cut(what, " ")
			n, err := strconv.Atoi(number)
			if err != nil {
				return nil, err
			}
			of := counts[oncall.TeamID(team)]
			if of == nil {
				of = map[incident.State]int{}
				counts[oncall.TeamID(team)] = of
			}
			of[incident.State(state)] += n
		}
	}
	return counts, nil
}
