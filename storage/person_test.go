package storage

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

func TestSlotsAreTheSmallestFreeNumbersAcrossTeams(t *testing.T) {
	s, clock := newStore(t)
	claim := func(id incident.ID, want int) {
		t.Helper()
		if n, err := s.ClaimSlot(t.Context(), "ana", id); err != nil || n != want {
			t.Errorf("%s is number %d, %v; want %d", id, n, err, want)
		}
	}
	first := s.mustCommit(t, fired("PLATFORM-1", incident.Key{}))
	second := s.mustCommit(t, fired("WEB-1", incident.Key{}))
	s.mustCommit(t, fired("DATABASE-7", incident.Key{}))
	s.mustCommit(t, fired("WEB-2", incident.Key{}))
	claim("PLATFORM-1", 1)
	claim("WEB-1", 2)
	claim("DATABASE-7", 3)
	claim("WEB-1", 2)
	second.State = incident.Acknowledged
	second = s.mustCommit(t, second)
	claim("WEB-2", 4) // acknowledged is not over
	s.mustCommit(t, resolved(first))
	held := func(person oncall.PersonID, open, ended map[int]incident.ID) {
		t.Helper()
		o, e, err := s.Slots(t.Context(), person)
		if err != nil || !maps.Equal(o, open) || !maps.Equal(e, ended) {
			t.Errorf("%s has %v and had %v, %v; want %v and %v", person, o, e, err, open, ended)
		}
	}
	held("ana", map[int]incident.ID{2: "WEB-1", 3: "DATABASE-7", 4: "WEB-2"}, map[int]incident.ID{1: "PLATFORM-1"})
	held("bo", nil, nil)
	clock.wind(30 * time.Minute)
	second = s.mustCommit(t, resolved(second))
	for i := range int64(2) {
		s.mustCommit(t, fired(incident.NewID("web", 3+i), incident.Key{}))
	}
	claim("WEB-3", 5) // 1 and 2 are still what they were
	clock.wind(30 * time.Minute)
	s.mustCommit(t, second) // a late receipt, say, does not begin the quarantine anew
	held("ana", map[int]incident.ID{3: "DATABASE-7", 4: "WEB-2", 5: "WEB-3"}, map[int]incident.ID{2: "WEB-1"})
	claim("WEB-4", 1)
	claim("WEB-1", 2)
	clock.wind(30 * time.Minute)
	held("ana", map[int]incident.ID{1: "WEB-4", 3: "DATABASE-7", 4: "WEB-2", 5: "WEB-3"}, nil)
}

func TestS29AnswersInARowAreCounted(t *testing.T) {
	s, _ := newStore(t)
	s.mustCommit(t, fired("WEB-1", incident.Key{}))
	echoed := func(person oncall.PersonID, want int) {
		t.Helper()
		if n, err := s.Echoed(t.Context(), person, time.Hour); err != nil || n != want {
			t.Errorf("%s: %d answers in a row, %v; want %d", person, n, err, want)
		}
	}
	echoed("ana", 1)
	echoed("ana", 2)
	echoed("bo", 1)
	if _, err := s.ClaimSlot(t.Context(), "ana", "WEB-1"); err != nil {
		t.Fatal(err)
	}
	echoed("ana", 1)
	echoed("bo", 2)
	if err := s.Heard(t.Context(), "bo"); err != nil {
		t.Fatal(err)
	}
	echoed("bo", 1)
	if ttl := s.redis.PTTL(t.Context(), echoKey("bo")).Val(); ttl <= 0 || ttl > time.Hour {
		t.Errorf("kept for %v, want an hour at most", ttl)
	}
}

func TestASlotOfAMissingIncidentIsFree(t *testing.T) {
	s, _ := newStore(t)
	if _, err := s.ClaimSlot(t.Context(), "ana", "WEB-1"); err != nil {
		t.Fatal(err)
	}
	s.mustCommit(t, fired("WEB-2", incident.Key{}))
	if n, err := s.ClaimSlot(t.Context(), "ana", "WEB-2"); err != nil || n != 1 {
		t.Errorf("number %d, %v; want 1", n, err)
	}
}

func TestRivalsForSlotsGetOneEach(t *testing.T) {
	s, _ := newStore(t)
	const n = 12
	for i := range n {
		s.mustCommit(t, fired(numbered("web", i+1), incident.Key{}))
	}
	var mu sync.Mutex
	var got []int
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			number, err := s.ClaimSlot(t.Context(), "ana", numbered("web", i+1))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			got = append(got, number)
			mu.Unlock()
		})
	}
	wait.Wait()
	slices.Sort(got)
	for i, number := range got {
		if number != i+1 {
			t.Fatalf("numbers %v, want 1 to %d", got, n)
		}
	}
}

func TestBundlesAreComparedAndSet(t *testing.T) {
	s, _ := newStore(t)
	fresh, err := s.LoadBundle(t.Context(), "ana", oncall.SMS)
	if err != nil || fresh.Person != "ana" || fresh.Via != oncall.SMS || fresh.Version != 0 {
		t.Fatalf("%+v, %v", fresh, err)
	}
	mine, _, _ := fresh.Take("WEB-1/p1", nine, time.Minute)
	theirs, _, _ := fresh.Take("WEB-2/p1", nine, time.Minute)
	if err := s.CommitBundle(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	if err := s.CommitBundle(t.Context(), theirs); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("the second: %v, want ErrConflict", err)
	}
	got, err := s.LoadBundle(t.Context(), "ana", oncall.SMS)
	if err != nil || got.Leader != "WEB-1/p1" || got.Version != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	waits, _, _ := got.Take("WEB-2/p1", nine, time.Minute)
	if err := s.CommitBundle(t.Context(), waits); err != nil {
		t.Error(err)
	}
	if other, err := s.LoadBundle(t.Context(), "ana", oncall.Voice); err != nil || other.Version != 0 {
		t.Errorf("another way: %+v, %v", other, err)
	}
	if ttl := s.redis.PTTL(t.Context(), bundleKey("ana", oncall.SMS)).Val(); ttl <= 0 {
		t.Errorf("kept for ever: %v", ttl)
	}
}

func TestLostAnswersChangeNothingForPeople(t *testing.T) {
	proxy := redistest.NewProxy(t, redistest.Start(t).Addr())
	s, _ := storeAt(t, proxy.URL())
	s.mustCommit(t, fired("WEB-1", incident.Key{}))
	b, err := s.LoadBundle(t.Context(), "ana", oncall.SMS)
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range []string{bundleSource, slotSource, onceSource} {
		if err := s.redis.ScriptLoad(t.Context(), script).Err(); err != nil {
			t.Fatal(err)
		}
	}
	proxy.LoseAnswer("evalsha")
	if err := s.CommitBundle(t.Context(), b); err != nil {
		t.Errorf("bundle: %v", err)
	}
	proxy.LoseAnswer("evalsha")
	if n, err := s.ClaimSlot(t.Context(), "ana", "WEB-1"); err != nil || n != 1 {
		t.Errorf("slot: %d, %v", n, err)
	}
	proxy.LoseAnswer("evalsha")
	if first, err := s.Once(t.Context(), "click", "1", time.Minute); err != nil || !first {
		t.Errorf("once: %v, %v; a click must not get lost with an answer", first, err)
	}
	if proxy.Lost() != 3 {
		t.Errorf("%d answers were lost, want 3", proxy.Lost())
	}
}

func TestOnceIsTrueOnce(t *testing.T) {
	s, _ := newStore(t)
	once := func(scope, id string, want bool) {
		t.Helper()
		if first, err := s.Once(t.Context(), scope, id, time.Minute); err != nil || first != want {
			t.Errorf("%s %s: %v, %v; want %v", scope, id, first, err, want)
		}
	}
	once("click", "1", true)
	once("click", "1", false)
	once("callback", "1", true)
	once("click", "2", true)
	if err := s.Forget(t.Context(), "click", "1"); err != nil {
		t.Fatal(err)
	}
	once("click", "1", true)
}

func TestOnceTellsWhatIsDoneFromWhatIsUnderWay(t *testing.T) {
	s, _ := newStore(t)
	state := func(want bool) {
		t.Helper()
		if done, err := s.Settled(t.Context(), "click", "1"); err != nil || done != want {
			t.Errorf("settled: %v, %v; want %v", done, err, want)
		}
	}
	state(false)
	if first, err := s.Once(t.Context(), "click", "1", time.Minute); err != nil || !first {
		t.Fatalf("once: %v, %v", first, err)
	}
	state(false)
	if err := s.Settle(t.Context(), "click", "1", time.Minute); err != nil {
		t.Fatal(err)
	}
	state(true)
	if first, err := s.Once(t.Context(), "click", "1", time.Minute); err != nil || first {
		t.Errorf("once after it is settled: %v, %v", first, err)
	}
}
