package storage

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

var disk = incident.Key{Integration: "prom", Dedup: "disk"}

// open does what the Dispatcher does with an alert: it opens an incident or
// counts on the one that is open.
func (s *Store) open(t *testing.T, key incident.Key) (incident.Incident, error) {
	for {
		in, _, err := s.Load(t.Context(), incident.Subject{Key: key})
		if err != nil {
			return in, err
		}
		next := in
		if in.Open() {
			next.Count++
		} else {
			id, err := s.Claim(t.Context(), incident.Claim{Key: key, Team: "platform", Old: in.ID})
			if err != nil {
				return in, err
			}
			next = fired(id, key)
		}
		next, err = s.Commit(t.Context(), next)
		if !errors.Is(err, incident.ErrConflict) {
			return next, err
		}
	}
}

func TestManyAlertsOfOneKeyOpenOneIncident(t *testing.T) {
	s, _ := newStore(t)
	const rivals = 40
	for round := range 3 {
		var mu sync.Mutex
		ids := map[incident.ID]bool{}
		var wait sync.WaitGroup
		for range rivals {
			wait.Go(func() {
				in, err := s.open(t, disk)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				ids[in.ID] = true
				mu.Unlock()
			})
		}
		wait.Wait()
		if len(ids) != 1 {
			t.Fatalf("round %d opened %v", round, ids)
		}
		open, err := s.Open(t.Context(), "")
		if err != nil || len(open) != 1 || open[0].Count != rivals {
			t.Fatalf("round %d: open %v, %v; want one that counts %d", round, open, err, rivals)
		}
		s.mustCommit(t, resolved(open[0]))
	}
	want := []incident.ID{"PLATFORM-3", "PLATFORM-2", "PLATFORM-1"}
	if list, _, err := s.List(t.Context(), Query{}); err != nil || !slices.Equal(idsOf(list), want) {
		t.Errorf("%v, %v; want one of each round and no gap", idsOf(list), err)
	}
}

func TestAClaimWhoseClaimerDiedIsTakenOver(t *testing.T) {
	s, _ := newStore(t)
	first, err := s.Claim(t.Context(), incident.Claim{Key: disk, Team: "platform"})
	if err != nil {
		t.Fatal(err)
	}
	in, _, err := s.Load(t.Context(), incident.Subject{Key: disk})
	if err != nil || in.ID != "" {
		t.Fatalf("load gives %v, %v; want nothing and no error", in.ID, err)
	}
	second, err := s.Claim(t.Context(), incident.Claim{Key: disk, Team: "platform"})
	if err != nil || second != first {
		t.Fatalf("second claim %s, %v; want %s", second, err, first)
	}
	s.mustCommit(t, fired(second, disk))
	if _, err := s.Commit(t.Context(), fired(first, disk)); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("the one thought dead: %v, want ErrConflict", err)
	}
}

func TestAClaimWhoseAnswerWasLostStands(t *testing.T) {
	proxy := redistest.NewProxy(t, redistest.Start(t).Addr())
	s, _ := storeAt(t, proxy.URL())
	for i, script := range []*redis.Script{openScript, numberScript, claimScript} {
		s.spread = i > 0 // over several servers it takes two scripts
		if err := script.Load(t.Context(), s.redis).Err(); err != nil {
			t.Fatal(err)
		}
		proxy.LoseAnswer(script.Hash())
		key := incident.Key{Integration: "prom", Dedup: fmt.Sprint(i)}
		id, err := s.Claim(t.Context(), incident.Claim{Key: key, Team: "platform"})
		if want := numbered("platform", i+1); err != nil || id != want || proxy.Lost() != i+1 {
			t.Fatalf("claimed %s, %v, %d answers lost; want %s", id, err, proxy.Lost(), want)
		}
		if held := s.redis.Get(t.Context(), indexKey(key)).Val(); held != string(id) {
			t.Errorf("claimed %s, the index holds %s", id, held)
		}
	}
}

func TestWhatIsRaisedByHandGetsANumberOfItsTeam(t *testing.T) {
	s, _ := newStore(t)
	for _, want := range []incident.ID{"PLATFORM-1", "PLATFORM-2", "PLATFORM-3"} {
		if id, err := s.Claim(t.Context(), incident.Claim{Key: incident.Key{}, Team: "platform"}); err != nil || id != want {
			t.Errorf("%s, %v; want %s", id, err, want)
		}
	}
	if id, err := s.Claim(t.Context(), incident.Claim{Key: incident.Key{}, Team: "web"}); err != nil || id != "WEB-1" {
		t.Errorf("%s, %v; want WEB-1", id, err)
	}
}

func TestAnIndexThatLeadsToAnotherKeysIncidentIsLetGo(t *testing.T) {
	s, _ := newStore(t)
	s.mustCommit(t, fired("PLATFORM-1", disk))
	other := incident.Key{Integration: "other", Dedup: "cpu"}
	if err := s.redis.Set(t.Context(), indexKey(other), "PLATFORM-1", 0).Err(); err != nil {
		t.Fatal(err)
	}
	in, err := s.open(t, other)
	if err != nil || in.Key != other {
		t.Errorf("opened %s for %v, %v", in.ID, in.Key, err)
	}
}

func TestAKeyBelongsToItsIntegration(t *testing.T) {
	s, _ := newStore(t)
	keys := []incident.Key{{Integration: "a", Dedup: "b"}, {Integration: "b", Dedup: "a"}, {Integration: "a}b", Dedup: ""}, {Dedup: "\xff}{s0}\r\n"}}
	for i, key := range keys {
		in, err := s.open(t, key)
		if want := numbered("platform", i+1); err != nil || in.ID != want {
			t.Errorf("%q opened %s, %v; want %s", fmt.Sprint(key), in.ID, err, want)
		}
	}
}

func TestRepairFinishesAResolve(t *testing.T) {
	s, _ := newStore(t)
	in, err := s.open(t, disk)
	if err != nil {
		t.Fatal(err)
	}
	// As if the program had died between the commit and the release.
	args, err := s.commitArgs(resolved(in))
	if err != nil {
		t.Fatal(err)
	}
	if err := commitScript.Run(t.Context(), s.redis, commitKeys(in.ID, in.Team), args...).Err(); err != nil {
		t.Fatal(err)
	}
	if ttl := s.redis.PTTL(t.Context(), indexKey(disk)).Val(); ttl > 0 {
		t.Fatalf("limited already: %v", ttl)
	}
	if _, err := s.Repair(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ttl := s.redis.PTTL(t.Context(), indexKey(disk)).Val(); ttl <= 0 {
		t.Errorf("index of a resolved incident: time to live %v", ttl)
	}
	if n := s.redis.HLen(t.Context(), homeOf(in.ID).loose()).Val(); n != 0 {
		t.Errorf("%d notes left", n)
	}
}
