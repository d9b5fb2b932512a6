package storage

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// member is an alert of a key of its own that shares an incident for a minute.
func member(key string) incident.Claim {
	return incident.Claim{
		Key: incident.Key{Integration: "any", Dedup: key}, Team: "platform",
		Group: incident.Group{Name: `alertname="Disk"`, Window: time.Minute},
	}
}

func (s *Store) mustClaim(t *testing.T, c incident.Claim) incident.ID {
	t.Helper()
	id, err := s.Claim(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// gathering is an incident that joins the alerts of several keys.
func gathering(id incident.ID, keys ...incident.Key) incident.Incident {
	in := fired(id, keys[0])
	for _, k := range keys {
		in.Members = append(in.Members, incident.Member{Fingerprint: k.Fingerprint(), Name: k.Dedup})
	}
	return in
}

func TestAlertsOfAGroupShareAnIncident(t *testing.T) {
	s, _ := newStore(t)
	a, b, c := member("a"), member("b"), member("c")
	first := s.mustClaim(t, a)
	if rival := s.mustClaim(t, b); rival != first {
		t.Fatalf("claimed before the first was saved: %s, want %s", rival, first)
	}
	in := s.mustCommit(t, gathering(first, a.Key, b.Key))
	if other, _, err := s.Load(t.Context(), incident.Subject{Key: b.Key}); err != nil || other.ID != first {
		t.Errorf("the second key leads to %q, %v; want %s", other.ID, err, first)
	}
	s.mustCommit(t, resolved(in))
	for _, k := range []incident.Key{a.Key, b.Key} {
		if s.redis.PTTL(t.Context(), indexKey(k)).Val() <= 0 {
			t.Errorf("the key %v of an incident that is over stays for ever", k)
		}
	}
	if next := s.mustClaim(t, c); next == first {
		t.Error("an incident that is over was joined")
	}
}

func TestAGroupEndsWithItsWindow(t *testing.T) {
	s, _ := newStore(t)
	first := s.mustClaim(t, member("a"))
	s.mustCommit(t, gathering(first, member("a").Key))
	group := groupKey("platform", member("a").Group.Name)
	if left := s.redis.PTTL(t.Context(), group).Val(); left <= 0 || left > time.Minute {
		t.Fatalf("the group lasts %s, want a minute", left)
	}
	s.redis.Del(t.Context(), group) // as after the minute
	if next := s.mustClaim(t, member("b")); next == first {
		t.Error("joined after the window")
	}
}

func TestRivalsOfAGroupAgree(t *testing.T) {
	s, _ := newStore(t)
	var mu sync.Mutex
	ids := map[incident.ID]int{}
	var wait sync.WaitGroup
	for i := range 30 {
		wait.Go(func() {
			id := s.mustClaim(t, member(string(rune('a'+i))))
			mu.Lock()
			defer mu.Unlock()
			ids[id]++
		})
	}
	wait.Wait()
	if len(ids) != 1 {
		t.Errorf("the rivals claimed %v", ids)
	}
}

func TestMembersAreFoundWhereTheyStand(t *testing.T) {
	s, _ := newStore(t)
	watched := func(id incident.ID, key string, members ...string) incident.Incident {
		in := fired(id, incident.Key{Integration: "prom", Dedup: key})
		in.Watched, in.Joined = true, members
		for _, m := range members {
			in.Members = append(in.Members, incident.Member{Fingerprint: m})
		}
		return s.mustCommit(t, in)
	}
	holding := func(fingerprints ...string) []incident.ID {
		ids, err := s.Holding(t.Context(), "prom", fingerprints)
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	one := watched("PLATFORM-1", "{}:{a}", "x", "y")
	two := watched("PLATFORM-2", "{}:{b}", "z")
	three := watched("PLATFORM-3", "{}:{c}", "y", "y") // stands in the first already
	if got := holding("y", "w", "z", "x"); !slices.Equal(got, []incident.ID{"PLATFORM-1", "PLATFORM-3", "PLATFORM-2"}) {
		t.Errorf("found in %v", got)
	}
	if ids, err := s.Holding(t.Context(), "other", []string{"x"}); err != nil || len(ids) > 0 {
		t.Errorf("another integration's: %v, %v", ids, err)
	}
	s.mustCommit(t, resolved(one))
	if got := holding("x", "y", "z"); !slices.Equal(got, []incident.ID{"PLATFORM-3", "PLATFORM-2"}) {
		t.Errorf("after the first is over: found in %v", got)
	}
	s.mustCommit(t, resolved(two))
	s.mustCommit(t, resolved(three))
	if left := s.redis.HGetAll(t.Context(), membersKey("prom")).Val(); len(left) > 0 {
		t.Errorf("after all are over %v is left", left)
	}
}

func TestRepairLetsGoOfAllKeysOfAGroup(t *testing.T) {
	s, _ := newStore(t)
	a, b := member("a"), member("b")
	id := s.mustClaim(t, a)
	s.mustClaim(t, b)
	in := s.mustCommit(t, gathering(id, a.Key, b.Key))
	s.mustCommit(t, resolved(in))
	for _, k := range []incident.Key{a.Key, b.Key} { // as if the program had died after the commit
		s.redis.Persist(t.Context(), indexKey(k))
	}
	s.redis.HSet(t.Context(), homeOf(id).loose(), string(id), indexKey(a.Key))
	if _, err := s.Repair(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, k := range []incident.Key{a.Key, b.Key} {
		if s.redis.PTTL(t.Context(), indexKey(k)).Val() <= 0 {
			t.Errorf("the key %v stays for ever", k)
		}
	}
	if n := s.redis.HLen(t.Context(), homeOf(id).loose()).Val(); n != 0 {
		t.Errorf("%d notes left", n)
	}
}
