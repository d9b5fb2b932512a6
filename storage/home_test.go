package storage

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestWhoHasOpenedTheirHomeLately(t *testing.T) {
	s, clock := newStore(t)
	for i := range 303 {
		clock.wind(time.Millisecond)
		if err := s.HomeOpened(t.Context(), fmt.Sprint("U", i)); err != nil {
			t.Fatal(err)
		}
	}
	users, err := s.Homes(t.Context())
	if err != nil || len(users) != 300 || users[0] != "U3" {
		t.Fatalf("%d homes from %v on, %v; want the last 300", len(users), users[:1], err)
	}
	if shows, err := s.HomeShows(t.Context(), "U3"); err != nil || shows != "" {
		t.Errorf("before it is published it shows %q, %v", shows, err)
	}
	if err := s.KeepHome(t.Context(), "U3", "x"); err != nil {
		t.Fatal(err)
	}
	if shows, err := s.HomeShows(t.Context(), "U3"); err != nil || shows != "x" {
		t.Errorf("it shows %q, %v", shows, err)
	}
	if err := s.HomeClosed(t.Context(), "U3"); err != nil {
		t.Fatal(err)
	}
	if users, err := s.Homes(t.Context()); err != nil || slices.Contains(users, "U3") {
		t.Errorf("closed, it is one of %d, %v", len(users), err)
	}
	clock.wind(HomeFor + time.Second)
	if users, err := s.Homes(t.Context()); err != nil || len(users) > 0 {
		t.Errorf("after a day there are %d, %v", len(users), err)
	}
}
