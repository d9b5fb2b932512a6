package storage

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Commit saves an incident that was decided on what Load returned, all of it or
// nothing, and returns it as it is stored: one version further, without the
// timeline lines that are stored now. It answers incident.ErrConflict when
// somebody else committed first.
func (s *Store) Commit(ctx context.Context, in incident.Incident) (incident.Incident, error) {
	args, err := s.commitArgs(in)
	if err != nil {
		return in, fmt.Errorf("incident %s: %w", in.ID, err)
	}
	keys := commitKeys(in.ID, in.Team)
	answer, err := s.commit(ctx, in, keys, args)
	if former, ok := text(answer, 1); ok && err == nil && answer[0] == "moved" {
		home := homeOf(in.ID)
		args[formerArg] = former
		keys = append(keys, home.openOf(oncall.TeamID(former)), home.allOf(oncall.TeamID(former)))
		answer, err = commitScript.Run(ctx, s.redis, keys, args...).Slice()
	}
	if err != nil {
		return in, err
	}
	version, lines, ok := committed(answer)
	if !ok {
		return in, incident.ErrConflict
	}
	in.Version, in.Lines, in.Timeline, in.Joined, in.Pooled, in.Whose = version, lines, nil, nil, nil, nil
	s.guesses.saved(in)
	if in.Open() && in.Key != (incident.Key{}) && version == 1 {
		s.guesses.led(indexKey(in.Key), in.ID)
	}
	if in.State == incident.Resolved && in.Key != (incident.Key{}) {
		s.release(ctx, in)
	}
	return in, nil
}

// commit runs the script. What leads to the incident from elsewhere is written right
// before it, in the same round trip: an entry that leads to what was never committed
// does no harm.
func (s *Store) commit(ctx context.Context, in incident.Incident, keys []string, args []any) ([]any, error) {
	leads := s.leads(in)
	if len(leads) == 0 {
		return commitScript.Run(ctx, s.redis, keys, args...).Slice()
	}
	var answer *redis.Cmd
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, lead := range leads {
			lead(ctx, p)
		}
		answer = commitScript.EvalSha(ctx, p, keys, args...)
		return nil
	})
	if redis.HasErrorPrefix(answer.Err(), "NOSCRIPT") {
		return commitScript.Run(ctx, s.redis, keys, args...).Slice()
	}
	if err != nil {
		return nil, err
	}
	return answer.Slice()
}

// formerArg is where the script looks for the team that had the incident before.
const formerArg = 12

func commitKeys(id incident.ID, team oncall.TeamID) []string {
	home := homeOf(id)
	return []string{
		bodyKey(id), timelineKey(id), home.due(), home.open(), home.all(), home.counts(), home.ended(), home.loose(),
		home.pending(), home.openOf(team), home.allOf(team),
	}
}

func (s *Store) commitArgs(in incident.Incident) ([]any, error) {
	body, err := pack(in)
	if err != nil {
		return nil, err
	}
	open, index := "", ""
	if in.Open() {
		open = "1"
	}
	if in.Key != (incident.Key{}) {
		index = indexKey(in.Key)
	}
	args := []any{
		string(in.ID), in.Version, newToken(), body, ms(in.Due()), open, in.OpenedAt.UnixMilli(), string(in.Team), string(in.State),
		s.retention.Milliseconds(), s.now().Add(s.retention).UnixMilli(), index, "",
	}
	for _, line := range in.Timeline {
		entry, err := pack(line)
		if err != nil {
			return nil, err
		}
		args = append(args, entry)
	}
	return args, nil
}

// ms writes a time as a score; zero, which means never, as nothing. It is rounded
// up, so that nothing is found before it is due.
func ms(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.Add(time.Millisecond-1).UnixMilli(), 10)
}

func committed(answer []any) (version int64, lines int, ok bool) {
	if len(answer) != 3 {
		return 0, 0, false
	}
	v, okVersion := answer[1].(int64)
	n, okLines := answer[2].(int64)
	return v, int(n), answer[0] == "ok" && okVersion && okLines
}

// release gives the sender's keys of a resolved incident their limit. They live on
// other shards, so that this cannot be part of the commit; the commit left a note
// instead, and Repair does what is missing.
func (s *Store) release(ctx context.Context, in incident.Incident) {
	if err := s.unlink(ctx, in, s.indexRetention()); err != nil {
		s.log.WarnContext(ctx, "index left to the repair", "incident", in, "err", err)
	}
}

func (s *Store) unlink(ctx context.Context, in incident.Incident, keep time.Duration) error {
	for _, key := range keysOf(in) {
		if err := unlinkScript.Run(ctx, s.redis, []string{indexKey(key)}, string(in.ID), max(keep, 0).Milliseconds()).Err(); err != nil {
			return err
		}
	}
	if err := s.part(ctx, in); err != nil {
		return err
	}
	return s.redis.HDel(ctx, homeOf(in.ID).loose(), string(in.ID)).Err()
}

// indexRetention is a little less than that of the incident, so that a key never
// leads to an id whose incident is forgotten: it would be taken for a claim.
func (s *Store) indexRetention() time.Duration {
	return s.retention - min(s.retention/2, time.Minute)
}
