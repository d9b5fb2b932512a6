package storage

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/storage/redistest"
)

// allowed is how long the heartbeats here may be silent, and lease how long a claim
// lasts.
const (
	allowed = 10 * time.Minute
	lease   = 2 * time.Second
)

// beat has a heartbeat beat and returns the claim that comes with it.
func beat(t *testing.T, s *Store, name string, at time.Time) string {
	t.Helper()
	token, err := s.Beat(t.Context(), name, at, allowed, lease)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// missed returns what is overdue.
func missed(t *testing.T, s *Store, now time.Time) []string {
	t.Helper()
	names, err := s.OverdueBeats(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func claimBeat(t *testing.T, s *Store, name string, now time.Time) (token string, last time.Time) {
	t.Helper()
	token, last, err := s.ClaimBeat(t.Context(), name, now, lease)
	if err != nil {
		t.Fatal(err)
	}
	return token, last
}

func silenced(t *testing.T, s *Store, name, token string, since time.Time) bool {
	t.Helper()
	beats, err := s.Silenced(t.Context(), name, token, since)
	if err != nil {
		t.Fatal(err)
	}
	return beats
}

func TestAHeartbeatIsMissedToTheMillisecond(t *testing.T) {
	s, _ := newStore(t)
	beat(t, s, "cron", nine.Add(300*time.Microsecond))
	beat(t, s, "other", nine.Add(time.Minute))
	if early := missed(t, s, nine.Add(allowed+300*time.Microsecond)); len(early) != 0 {
		t.Errorf("missed within its time: %v", early)
	}
	if late := missed(t, s, nine.Add(allowed+time.Millisecond)); !slices.Equal(late, []string{"cron"}) {
		t.Errorf("missed: %v, want cron", late)
	}
	beat(t, s, "cron", nine.Add(time.Hour))
	beat(t, s, "cron", nine.Add(time.Minute)) // by a clock that is behind
	if late := missed(t, s, nine.Add(time.Hour+allowed-1)); !slices.Equal(late, []string{"other"}) {
		t.Errorf("missed: %v, want other alone", late)
	}
}

func TestAMissedHeartbeatIsOneWatchersAndThenSilentUntilItBeats(t *testing.T) {
	server := redistest.Start(t)
	s, _ := storeAt(t, server.URL())
	other, _ := storeAt(t, server.URL())
	beat(t, s, "cron", nine)
	now := nine.Add(allowed)
	token, last := claimBeat(t, s, "cron", now)
	if token == "" || !last.Equal(nine) {
		t.Fatalf("token %q, last beat %s", token, last)
	}
	if rival, _ := claimBeat(t, other, "cron", now); rival != "" || len(missed(t, other, now)) != 0 {
		t.Error("claimed twice")
	}
	if silenced(t, s, "cron", token, last) {
		t.Error("it beats")
	}
	if late := missed(t, other, now.Add(time.Hour)); len(late) != 0 {
		t.Errorf("due again while it is silent: %v", late)
	}
	beats, silent, err := s.Beats(t.Context())
	if err != nil || !beats["cron"].Equal(nine) || !silent["cron"] {
		t.Errorf("last beats %v, silent %v, %v", beats, silent, err)
	}
	token = beat(t, other, "cron", now.Add(time.Hour))
	if token == "" {
		t.Fatal("nobody has to end what is open")
	}
	if again := beat(t, s, "cron", now.Add(time.Hour)); again != "" {
		t.Error("two have to end what is open")
	}
	if err := other.Release(t.Context(), "cron", token, allowed); err != nil {
		t.Fatal(err)
	}
	if late := missed(t, s, now.Add(time.Hour+allowed-1)); len(late) != 0 {
		t.Errorf("missed within its time: %v", late)
	}
	if late := missed(t, s, now.Add(time.Hour+allowed)); len(late) != 1 {
		t.Errorf("missed: %v, want cron", late)
	}
}

func TestAClaimWhoseOwnerDiedIsTakenOver(t *testing.T) {
	now := nine.Add(allowed)
	t.Run("of one that is silent", func(t *testing.T) {
		s, _ := newStore(t)
		beat(t, s, "cron", nine)
		dead, last := claimBeat(t, s, "cron", now)
		if early := missed(t, s, now.Add(lease-1)); len(early) != 0 {
			t.Errorf("taken over early: %v", early)
		}
		heir, _ := claimBeat(t, s, "cron", now.Add(lease))
		if heir == "" {
			t.Fatal("not taken over")
		}
		// The dead one was only slow.
		if silenced(t, s, "cron", dead, last) {
			t.Error("it beats")
		}
		if _, silent, _ := s.Beats(t.Context()); silent["cron"] {
			t.Error("noted by somebody whose claim is over")
		}
		silenced(t, s, "cron", heir, last)
		if _, silent, _ := s.Beats(t.Context()); !silent["cron"] {
			t.Error("not noted")
		}
	})
	t.Run("of one that beat meanwhile", func(t *testing.T) {
		s, _ := newStore(t)
		beat(t, s, "cron", nine)
		token, last := claimBeat(t, s, "cron", now)
		beat(t, s, "cron", now.Add(time.Second))
		if !silenced(t, s, "cron", token, last) {
			t.Error("it does not beat")
		}
		heir, last := claimBeat(t, s, "cron", now.Add(lease))
		if heir == "" || !last.Equal(now.Add(time.Second)) {
			t.Fatalf("token %q, last beat %s: nobody looks whether an alert was fired", heir, last)
		}
		if err := s.Release(t.Context(), "cron", heir, allowed); err != nil {
			t.Fatal(err)
		}
		if late := missed(t, s, now.Add(allowed)); len(late) != 0 {
			t.Errorf("missed within its time: %v", late)
		}
	})
	t.Run("of a beat that did not end what was open", func(t *testing.T) {
		s, _ := newStore(t)
		beat(t, s, "cron", nine)
		token, last := claimBeat(t, s, "cron", now)
		silenced(t, s, "cron", token, last)
		beat(t, s, "cron", now.Add(time.Minute))
		if late := missed(t, s, now.Add(time.Minute+lease)); len(late) != 1 {
			t.Errorf("overdue: %v, want cron", late)
		}
	})
}

func TestRivalsClaimEachHeartbeatOnce(t *testing.T) {
	s, _ := newStore(t)
	names := []string{"a", "b", "c", "d", "e", "f"}
	for _, name := range names {
		beat(t, s, name, nine)
	}
	var claims atomic.Int32
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for _, name := range names {
				token, _, err := s.ClaimBeat(t.Context(), name, nine.Add(allowed), lease)
				if err != nil {
					t.Error(err)
				}
				if token != "" {
					claims.Add(1)
				}
			}
		})
	}
	wait.Wait()
	if int(claims.Load()) != len(names) {
		t.Errorf("%d claims, want %d", claims.Load(), len(names))
	}
}

func TestAFileJudgesHeartbeatsAnew(t *testing.T) {
	s, _ := newStore(t)
	keep := func(now, forget time.Time, file map[string]time.Duration) {
		t.Helper()
		if err := s.KeepBeats(t.Context(), file, now, forget); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"longer", "shorter", "gone", "silent"} {
		beat(t, s, name, nine)
	}
	token, last := claimBeat(t, s, "silent", nine.Add(allowed))
	silenced(t, s, "silent", token, last)
	file := map[string]time.Duration{"longer": time.Hour, "shorter": time.Minute, "silent": time.Hour, "new": time.Minute}
	keep(nine.Add(30*time.Second), nine, file)
	if late := missed(t, s, nine.Add(time.Minute)); !slices.Equal(late, []string{"shorter"}) {
		t.Errorf("after a minute: %v, want shorter", late)
	}
	if late := missed(t, s, nine.Add(allowed)); !slices.Equal(late, []string{"shorter", "gone"}) {
		t.Errorf("after ten minutes: %v, want shorter and gone", late)
	}
	claimBeat(t, s, "shorter", nine.Add(time.Minute))
	keep(nine.Add(time.Minute+time.Second), nine.Add(time.Millisecond), file)
	if late := missed(t, s, nine.Add(time.Minute+lease-1)); len(late) != 0 {
		t.Errorf("a claim does not hold: %v", late)
	}
	beats, _, err := s.Beats(t.Context())
	if names := slices.Sorted(maps.Keys(beats)); err != nil || !slices.Equal(names, []string{"longer", "shorter", "silent"}) {
		t.Errorf("known: %v, %v; want no gone and no new", names, err)
	}
	if late := missed(t, s, nine.Add(time.Hour)); !slices.Equal(late, []string{"shorter", "longer"}) {
		t.Errorf("after an hour: %v, want shorter and longer", late)
	}
	// An index that was lost is there again.
	if err := s.redis.Del(t.Context(), beatsDueKey()).Err(); err != nil {
		t.Fatal(err)
	}
	keep(nine.Add(time.Hour), nine, file)
	if late := missed(t, s, nine.Add(time.Hour)); len(late) != 2 {
		t.Errorf("after the index was lost: %v", late)
	}
}
