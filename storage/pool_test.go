package storage

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

// pooled is an incident with a page in a pool.
func pooled(id incident.ID, page incident.Page) incident.Incident {
	in := fired(id, incident.Key{})
	page.ID, page.Status, page.Pooled = incident.PageID(string(id)+"/p1"), incident.PageQueued, true
	in.Pages, in.Pooled = []incident.Page{page}, []incident.PageID{page.ID}
	return in
}

func TestAPoolIsGatheredOnce(t *testing.T) {
	s, _ := newStore(t)
	poolOf(t, s)
}

func poolOf(t *testing.T, s *Store) {
	t.Helper()
	for i := range 30 {
		id := numbered(oncall.TeamID(fmt.Sprint("crew", i%5)), i+1)
		s.mustCommit(t, pooled(id, incident.Page{To: "ana", Via: oncall.SMS}))
	}
	s.mustCommit(t, pooled("WEB-1", incident.Page{To: "ana", Via: oncall.Chat}))
	s.mustCommit(t, pooled("WEB-2", incident.Page{Via: oncall.Channel, Channel: "C0"}))
	s.mustCommit(t, pooled("WEB-3", incident.Page{Via: oncall.Channel, Channel: "C1"}))
	tests := []struct {
		name string
		way  incident.Way
		want int
	}{
		{"a person's", incident.Way{Person: "ana", Via: oncall.SMS}, 30},
		{"nothing twice", incident.Way{Person: "ana", Via: oncall.SMS}, 0},
		{"another method", incident.Way{Person: "ana", Via: oncall.Chat}, 1},
		{"a channel's", incident.Page{Via: oncall.Channel, Channel: "C0"}.Way(), 1},
		{"another person's", incident.Way{Person: "ben", Via: oncall.SMS}, 0},
	}
	for _, tt := range tests {
		pages, ins, err := s.Gather(t.Context(), tt.way.Person, tt.way.Via)
		if err != nil || len(pages) != tt.want || len(ins) != tt.want {
			t.Errorf("%s: %d pages of %d incidents, %v, want %d", tt.name, len(pages), len(ins), err, tt.want)
			continue
		}
		for i, p := range pages {
			if ins[i].ID != p.Incident() || ins[i].Version != 1 || !strings.HasPrefix(string(p), string(ins[i].ID)+"/") {
				t.Errorf("%s: %s comes with %s, version %d", tt.name, p, ins[i].ID, ins[i].Version)
			}
		}
	}
}

func TestAPageThatWasNeverCommittedIsGatheredWithNothing(t *testing.T) {
	s, _ := newStore(t)
	in := pooled("WEB-1", incident.Page{To: "ana", Via: oncall.SMS})
	in.Version = 3
	if _, err := s.Commit(t.Context(), in); !errors.Is(err, incident.ErrConflict) {
		t.Fatal(err)
	}
	if pages, ins, err := s.Gather(t.Context(), "ana", oncall.SMS); err != nil || len(pages) != 1 || ins[0].ID != "" {
		t.Errorf("%v with %v, %v, want a page of no incident", pages, ins, err)
	}
}

// What is gathered while the answer is lost is nobody's: the pages come by themselves.
func TestALostAnswerOfAGatherIsNoError(t *testing.T) {
	proxy := redistest.NewProxy(t, redistest.Start(t).Addr())
	s, _ := storeAt(t, proxy.URL())
	s.mustCommit(t, pooled("WEB-1", incident.Page{To: "ana", Via: oncall.SMS}))
	proxy.LoseAnswer("spop")
	if pages, _, err := s.Gather(t.Context(), "ana", oncall.SMS); err != nil || len(pages) != 0 || proxy.Lost() != 1 {
		t.Errorf("%v, %v, %d answers were lost", pages, err, proxy.Lost())
	}
}
