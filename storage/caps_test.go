package storage

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

func (s *Store) spends(t *testing.T, kind oncall.Spending, person oncall.PersonID, phone oncall.Phone) time.Duration {
	t.Helper()
	wait, err := s.Spend(t.Context(), kind, person, phone)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

// TestS26 loops until it is refused, by each of those whose spending is bounded.
func TestS26WhatIsSpentIsBounded(t *testing.T) {
	phone := func(n int) oncall.Phone { return oncall.Phone(fmt.Sprintf("+1617555%04d", n)) }
	tests := []struct {
		name  string
		who   func(n int) (oncall.PersonID, oncall.Phone)
		allow int
		frees time.Duration
	}{
		{"by a person in an hour, whatever the number", func(n int) (oncall.PersonID, oncall.Phone) { return "ana", phone(n) }, 5, time.Hour},
		{"to a number in a day, whoever it is", func(n int) (oncall.PersonID, oncall.Phone) { return oncall.PersonID(phone(n)), "+16175550101" }, 5, 24 * time.Hour},
		{"in the installation in a day", func(n int) (oncall.PersonID, oncall.Phone) { return oncall.PersonID(phone(n)), phone(n) }, 100, 24 * time.Hour},
	}
	for _, tt := range tests {
		t.Run("S26 "+tt.name, func(t *testing.T) {
			s, clock := newStore(t)
			next := func(n int) time.Duration {
				person, phone := tt.who(n)
				return s.spends(t, oncall.CodeSent, person, phone)
			}
			for n := range tt.allow {
				if wait := next(n); wait != 0 {
					t.Fatalf("number %d waits %s", n+1, wait)
				}
			}
			if wait := next(tt.allow); wait != tt.frees {
				t.Fatalf("one too many waits %s, want %s", wait, tt.frees)
			}
			clock.wind(tt.frees - time.Millisecond)
			if wait := next(tt.allow); wait != time.Millisecond {
				t.Errorf("a moment before, it waits %s, want 1ms", wait)
			}
			clock.wind(time.Millisecond)
			if wait := next(tt.allow); wait != 0 {
				t.Errorf("when its time has come, it waits %s", wait)
			}
		})
	}
}

func TestS26AKindSpendsNothingOfAnother(t *testing.T) {
	s, _ := newStore(t)
	for range 5 {
		s.spends(t, oncall.CodeSent, "ana", "+16175550101")
	}
	if wait := s.spends(t, oncall.CodeSent, "ana", "+16175550101"); wait != time.Hour*24 {
		t.Fatalf("the sixth code waits %s, want the longest of its waits", wait)
	}
	if wait := s.spends(t, oncall.TestSent, "ana", "+16175550101"); wait != 0 {
		t.Errorf("a test page waits %s", wait)
	}
}

func TestS26WhatIsRefusedSpendsNothing(t *testing.T) {
	s, clock := newStore(t)
	for range 50 {
		s.spends(t, oncall.TestSent, "ana", "+16175550101")
	}
	for n := range 3 {
		clock.wind(time.Hour)
		for i := range 5 {
			if wait := s.spends(t, oncall.TestSent, "ana", "+16175550101"); wait != 0 {
				t.Fatalf("hour %d, test %d waits %s", n+2, i+1, wait)
			}
		}
	}
}

func TestS26TheBoundHoldsForAllInstancesTogether(t *testing.T) {
	server := redistest.Start(t)
	s, _ := storeAt(t, server.URL())
	other, _ := storeAt(t, server.URL())
	var let atomic.Int32
	var all sync.WaitGroup
	for i := range 20 {
		at := []*Store{s, other}[i%2]
		all.Go(func() {
			wait, err := at.Spend(t.Context(), oncall.CodeSent, "ana", "+16175550101")
			if err != nil {
				t.Error(err)
			} else if wait == 0 {
				let.Add(1)
			}
		})
	}
	all.Wait()
	if let.Load() != 5 {
		t.Errorf("%d codes were let out, want 5", let.Load())
	}
}
