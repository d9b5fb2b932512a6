package storage

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// TestEveryIndexFollowsTheIncidents commits at random, some of it on old versions,
// and then reads from the bodies what each index has to hold.
func TestEveryIndexFollowsTheIncidents(t *testing.T) {
	s, _ := newStore(t)
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			if err := s.redis.FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(seed, 0))
			model := map[incident.ID]incident.Incident{}
			for range 400 {
				step(t, s, random, model)
			}
			compare(t, s, model)
		})
	}
}

var modelTeams = []oncall.TeamID{"platform", "web", "database"}

func step(t *testing.T, s *Store, random *rand.Rand, model map[incident.ID]incident.Incident) {
	t.Helper()
	id := numbered(modelTeams[random.IntN(3)], 1+random.IntN(8))
	in, known := model[id]
	if !known {
		in = fired(id, incident.Key{Integration: "i", Dedup: string(id)})
		in.OpenedAt = nine.Add(time.Duration(random.IntN(9)) * time.Second)
	}
	old := random.IntN(8) == 0
	if old {
		in.Version--
	}
	in.Team = modelTeams[random.IntN(3)]
	in.TierDue = time.Time{}
	if random.IntN(2) == 0 {
		in.TierDue = nine.Add(time.Duration(random.IntN(1e9)))
	}
	if in.State != incident.Resolved {
		in.State = []incident.State{
			incident.Triggered, incident.Acknowledged, incident.Snoozed, incident.Triggered, incident.Resolved,
		}[random.IntN(5)]
	}
	in.Timeline = make([]incident.Entry, random.IntN(3))
	next, err := s.Commit(t.Context(), in)
	switch {
	case old && errors.Is(err, incident.ErrConflict):
	case old || err != nil:
		t.Fatalf("%s version %d, old %v: %v", id, in.Version, old, err)
	default:
		model[id] = next
	}
}

// compare reads every index of every shard.
func compare(t *testing.T, s *Store, model map[incident.ID]incident.Incident) {
	t.Helper()
	want := map[string]map[string]int64{}
	put := func(key, member string, score int64) {
		if want[key] == nil {
			want[key] = map[string]int64{}
		}
		want[key][member] = score
	}
	counts := map[oncall.TeamID]map[incident.State]int{}
	for id, in := range model {
		sh, opened := homeOf(id), in.OpenedAt.UnixMilli()
		put(sh.all(), string(id), opened)
		put(sh.allOf(in.Team), string(id), opened)
		if due := in.Due(); !due.IsZero() {
			put(sh.due(), string(id), due.Add(time.Millisecond-1).UnixMilli())
		}
		if in.Open() {
			put(sh.open(), string(id), opened)
			put(sh.openOf(in.Team), string(id), opened)
			if counts[in.Team] == nil {
				counts[in.Team] = map[incident.State]int{}
			}
			counts[in.Team][in.State]++
		}
		if lines, err := s.Timeline(t.Context(), id); err != nil || len(lines) != in.Lines {
			t.Errorf("%s: %d lines, %v; want %d", id, len(lines), err, in.Lines)
		}
	}
	for sh := range shard(shards) {
		keys := []string{sh.all(), sh.open(), sh.due()}
		for _, team := range modelTeams {
			keys = append(keys, sh.allOf(team), sh.openOf(team))
		}
		for _, key := range keys {
			got := map[string]int64{}
			for _, z := range s.redis.ZRangeWithScores(t.Context(), key, 0, -1).Val() {
				got[fmt.Sprint(z.Member)] = int64(z.Score)
			}
			if !maps.Equal(got, want[key]) {
				t.Errorf("%s holds %v, want %v", key, got, want[key])
			}
		}
	}
	if got, err := s.Counts(t.Context()); err != nil || fmt.Sprint(got) != fmt.Sprint(counts) {
		t.Errorf("counts %v, %v; want %v", got, err, counts)
	}
}
