package storage

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

// proof is of a number by SMS, for a quarter of an hour.
func proof(mac string) Proof {
	return Proof{Phone: "+16175550199", Via: oncall.SMS, Salt: "salt", MAC: mac, Until: nine.Add(15 * time.Minute)}
}

func (s *Store) opens(t *testing.T, person oncall.PersonID, p Proof) {
	t.Helper()
	if err := s.OpenProof(t.Context(), person, p); err != nil {
		t.Fatal(err)
	}
}

// TestS23 tries codes as somebody would who doesn't have them.
func TestS23ACodeIsGuessedAtFiveTimes(t *testing.T) {
	s, _ := newStore(t)
	s.opens(t, "ana", proof("right"))
	for left := 4; left >= 0; left-- {
		got, ok, err := s.TryProof(t.Context(), "ana", proof(fmt.Sprint("wrong ", left)))
		if err != nil || ok || got != left {
			t.Fatalf("left = %d, ok = %t, %v; want %d left", got, ok, err, left)
		}
	}
	if _, ok, err := s.TryProof(t.Context(), "ana", proof("right")); ok || !errors.Is(err, ErrNoProof) {
		t.Errorf("the right code after five wrong ones: ok = %t, %v", ok, err)
	}
}

func TestS23ACodeIsOnePersonsOnceAndNotForLong(t *testing.T) {
	tests := []struct {
		name string
		then func(t *testing.T, s *Store, clock *clock)
		by   oncall.PersonID
		with Proof
		ok   bool
	}{
		{"the right one", nil, "ana", proof("right"), true},
		{"reused", func(t *testing.T, s *Store, _ *clock) {
			if _, ok, err := s.TryProof(t.Context(), "ana", proof("right")); !ok {
				t.Fatalf("first use: %v", err)
			}
		}, "ana", proof("right"), false},
		{"expired", func(_ *testing.T, _ *Store, c *clock) { c.wind(15 * time.Minute) }, "ana", proof("right"), false},
		{"a moment before it expires", func(_ *testing.T, _ *Store, c *clock) { c.wind(15*time.Minute - 1) }, "ana", proof("right"), true},
		{"another person's", nil, "ben", proof("right"), false},
		{"another person's, who has one open too", func(t *testing.T, s *Store, _ *clock) { s.opens(t, "ben", proof("bens")) }, "ben", proof("right"), false},
		{"replaced by a new one", func(t *testing.T, s *Store, _ *clock) { s.opens(t, "ana", proof("new")) }, "ana", proof("right"), false},
		{"made with the salt of an old one", nil, "ana", Proof{Salt: "old", MAC: "right"}, false},
	}
	for _, tt := range tests {
		t.Run("S23 "+tt.name, func(t *testing.T) {
			s, clock := newStore(t)
			s.opens(t, "ana", proof("right"))
			if tt.then != nil {
				tt.then(t, s, clock)
			}
			if _, ok, err := s.TryProof(t.Context(), tt.by, tt.with); ok != tt.ok {
				t.Errorf("ok = %t, want %t (%v)", ok, tt.ok, err)
			}
		})
	}
}

func TestS23TriesAtTheSameTimeAreCountedOneByOne(t *testing.T) {
	server := redistest.Start(t)
	s, _ := storeAt(t, server.URL())
	other, _ := storeAt(t, server.URL())
	for round := range 20 {
		s.opens(t, "ana", proof("right"))
		var proven, counted atomic.Int32
		var all sync.WaitGroup
		for i := range 12 {
			mac := fmt.Sprint("wrong ", i)
			if i%3 == round%3 {
				mac = "right"
			}
			at := []*Store{s, other}[i%2]
			all.Go(func() {
				_, ok, err := at.TryProof(t.Context(), "ana", proof(mac))
				if ok {
					proven.Add(1)
				}
				if err == nil {
					counted.Add(1)
				}
			})
		}
		all.Wait()
		if proven.Load() > 1 || counted.Load() > proofTries {
			t.Fatalf("round %d: %d proven, %d tries counted", round, proven.Load(), counted.Load())
		}
	}
}

func TestS23NoCodeIsStored(t *testing.T) {
	s, _ := newStore(t)
	s.opens(t, "ana", proof("mac"))
	got, err := s.Proof(t.Context(), "ana")
	if err != nil || got.Phone != "+16175550199" || got.Via != oncall.SMS || got.Salt != "salt" || got.MAC != "" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := s.Proof(t.Context(), "ben"); !errors.Is(err, ErrNoProof) {
		t.Errorf("ben has none: %v", err)
	}
	if ttl, err := s.redis.PTTL(t.Context(), proofKey("ana")).Result(); err != nil || ttl <= 0 || ttl > 15*time.Minute {
		t.Errorf("it is kept for %s, %v", ttl, err)
	}
}
