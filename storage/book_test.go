package storage

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

// booked is a book in which somebody is on call from nine to ten.
func booked(b oncall.Book, who oncall.PersonID) oncall.Book {
	b, n := b.Next()
	b.Bookings = append(slices.Clip(b.Bookings), oncall.Booking{
		Override: oncall.Override{ID: fmt.Sprint(n), Start: nine, End: nine.Add(time.Hour), OnCall: []oncall.PersonID{who}},
		Team:     "platform", Schedule: "techops", By: who, Why: "take", Made: nine, Change: n,
	})
	return b
}

// mustWrite changes the book of a store.
func mustWrite(t *testing.T, s *Store, change func(oncall.Book) oncall.Change) {
	t.Helper()
	b, _, err := s.Book(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Write(t.Context(), change(b)); err != nil {
		t.Fatal(err)
	}
}

func holder(r oncall.Roster) []oncall.PersonID {
	return r.Teams["platform"].Schedules["techops"].At(nine, nil).OnCall
}

func TestABookThatNobodyWroteIsEmpty(t *testing.T) {
	s, _ := newStore(t)
	b, roster, err := s.Book(t.Context())
	if err != nil || b.Version != 0 || len(b.Bookings) != 0 || len(holder(roster)) != 0 {
		t.Errorf("book %+v, on call %v, %v", b, holder(roster), err)
	}
}

// TestTheNextLoadKnowsABooking is what makes an override good for the next tier, on
// whichever instance it is paged.
func TestTheNextLoadKnowsABooking(t *testing.T) {
	server := redistest.Start(t)
	here, _ := storeAt(t, server.URL())
	there, _ := storeAt(t, server.URL())
	key := incident.Key{Integration: "any", Dedup: "disk"}
	here.mustCommit(t, fired("PLATFORM-1", incident.Key{}))
	for i, who := range []oncall.PersonID{"ana", "ben"} {
		mustWrite(t, here, func(b oncall.Book) oncall.Change { return oncall.Change{Book: booked(b, who)} })
		for _, about := range []incident.Subject{{ID: "PLATFORM-1"}, {Key: key}} {
			_, roster, err := there.Load(t.Context(), about)
			if err != nil || !slices.Equal(holder(roster), []oncall.PersonID{who}) {
				t.Errorf("booking %d by %v: on call %v, %v; want %s", i, about, holder(roster), err, who)
			}
		}
	}
}

func TestOfTwoWhoWriteOnTheSameBookOneIsRefused(t *testing.T) {
	server := redistest.Start(t)
	var group sync.WaitGroup
	won := make(chan oncall.PersonID, 20)
	for i := range cap(won) {
		s, _ := storeAt(t, server.URL())
		group.Go(func() {
			who := oncall.PersonID(fmt.Sprint("p", i))
			switch err := s.Write(t.Context(), oncall.Change{Book: booked(oncall.Book{}, who)}); {
			case err == nil:
				won <- who
			case !errors.Is(err, oncall.ErrChanged):
				t.Errorf("%s: %v", who, err)
			}
		})
	}
	group.Wait()
	if len(won) != 1 {
		t.Fatalf("%d of %d were written on the same book, want one", len(won), cap(won))
	}
	s, _ := storeAt(t, server.URL())
	b, roster, err := s.Book(t.Context())
	if who := <-won; err != nil || b.Version != 1 || !slices.Equal(holder(roster), []oncall.PersonID{who}) {
		t.Errorf("version %d, on call %v, %v; want %s", b.Version, holder(roster), err, who)
	}
}

func TestABookIsTheReadersOwn(t *testing.T) {
	s, _ := newStore(t)
	mustWrite(t, s, func(b oncall.Book) oncall.Change { return oncall.Change{Book: booked(b, "ana")} })
	b, _, err := s.Book(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.Bookings[0].OnCall[0] = "zoe"
	if got := holder(s.Roster()); !slices.Equal(got, []oncall.PersonID{"ana"}) {
		t.Errorf("on call %v after a reader wrote in its own book", got)
	}
}

func TestAReplyThatGotLostWritesOnce(t *testing.T) {
	server := redistest.Start(t)
	proxy := redistest.NewProxy(t, server.Addr())
	s, _ := storeAt(t, proxy.URL())
	mustWrite(t, s, func(b oncall.Book) oncall.Change { return oncall.Change{Book: booked(b, "ana")} })
	b, _, err := s.Book(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	proxy.LoseAnswer("ben")
	row := oncall.Row{At: nine, By: "ben", What: "override"}
	if err := s.Write(t.Context(), oncall.Change{Book: booked(b, "ben"), Rows: []oncall.Row{row}}); err != nil {
		t.Fatalf("a write whose answer got lost: %v", err)
	}
	if proxy.Lost() != 1 {
		t.Fatalf("%d answers got lost, want one", proxy.Lost())
	}
	rows, err := s.Audit(t.Context(), "", 10)
	if b, _, _ = s.Book(t.Context()); err != nil || len(rows) != 1 || b.Version != 2 {
		t.Errorf("%d rows, version %d, %v; want 1 row, version 2", len(rows), b.Version, err)
	}
}

func TestTheAuditIsOfATeamAndNewestFirst(t *testing.T) {
	s, _ := newStore(t)
	for i := range 1200 {
		team := oncall.TeamID("platform")
		if i%100 == 0 {
			team = "web"
		}
		mustWrite(t, s, func(b oncall.Book) oncall.Change {
			return oncall.Change{Book: b, Rows: []oncall.Row{{At: nine, Team: team, What: fmt.Sprint(i)}}}
		})
	}
	tests := []struct {
		team  oncall.TeamID
		limit int
		want  []string
	}{
		{"", 3, []string{"1199", "1198", "1197"}},
		{"web", 11, []string{"1100", "1000", "900", "800", "700", "600", "500", "400", "300", "200", "100"}},
		{"nobody", 5, nil},
	}
	for _, tt := range tests {
		rows, err := s.Audit(t.Context(), tt.team, tt.limit)
		var got []string
		for _, r := range rows {
			got = append(got, r.What)
		}
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("audit of %q: %v, %v; want %v", tt.team, got, err, tt.want)
		}
	}
}

func TestARowOfItsOwnStandsAmongThoseOfChanges(t *testing.T) {
	s, _ := newStore(t)
	if err := s.Write(t.Context(), oncall.Change{Rows: []oncall.Row{{What: "first", By: "ana"}}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Record(t.Context(), oncall.Row{What: "refused: ack WEB-1", Name: "mallory", Team: "web"}); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Audit(t.Context(), "", 10)
	if err != nil || len(rows) != 2 || rows[0].Name != "mallory" || rows[1].By != "ana" {
		t.Errorf("audit = %+v, %v", rows, err)
	}
}

func TestS59QuestionsAreCountedForAllInstances(t *testing.T) {
	s, _ := newStore(t)
	other := New(Options{Redis: s.redis, Roster: s.roster, Now: s.now}) // another instance
	for i := range 4 {
		wait, err := []*Store{s, other}[i%2].Pace(t.Context(), "ben", time.Hour, 3)
		if err != nil || (wait > 0) != (i == 3) {
			t.Errorf("question %d: wait %v, %v", i+1, wait, err)
		}
	}
	if wait, err := s.Pace(t.Context(), "ana", time.Hour, 3); err != nil || wait > 0 {
		t.Errorf("somebody else: wait %v, %v", wait, err)
	}
}
