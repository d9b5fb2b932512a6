package storage

import (
	"slices"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestWhatIsWithAPerson(t *testing.T) {
	s, _ := newStore(t)
	paging := func(id incident.ID, people ...oncall.PersonID) incident.Incident {
		in := fired(id, incident.Key{Integration: "prom", Dedup: string(id)})
		in.Whose = people
		for i, p := range people {
			in.Runs = append(in.Runs, incident.Run{No: i + 1, Person: p})
		}
		return s.mustCommit(t, in)
	}
	own := func(p oncall.PersonID) []incident.ID {
		ins, err := s.Own(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		return idsOf(ins)
	}
	both, second := paging("PLATFORM-1", "ana", "ben"), paging("PLATFORM-2", "ana")
	if got := own("ana"); !slices.Equal(got, []incident.ID{"PLATFORM-1", "PLATFORM-2"}) {
		t.Errorf("with ana: %v", got)
	}
	both.State, both.AckedBy, both.Runs = incident.Acknowledged, incident.By("cleo"), nil
	both.Whose = []oncall.PersonID{"cleo"}
	both = s.mustCommit(t, both)
	for person, want := range map[oncall.PersonID][]incident.ID{"ana": {"PLATFORM-2"}, "ben": {}, "cleo": {"PLATFORM-1"}} {
		if got := own(person); !slices.Equal(got, want) {
			t.Errorf("with %s: %v, want %v", person, got, want)
		}
	}
	both.State, both.Runs = incident.Triggered, []incident.Run{{No: 3, Person: "ben"}} // it begins anew
	both = s.mustCommit(t, both)
	if got := own("ben"); !slices.Equal(got, []incident.ID{"PLATFORM-1"}) {
		t.Errorf("with ben again: %v", got)
	}
	s.mustCommit(t, resolved(both))
	s.mustCommit(t, resolved(second))
	for _, person := range []oncall.PersonID{"ana", "ben", "cleo"} {
		if got := own(person); len(got) > 0 {
			t.Errorf("with %s after the end: %v", person, got)
		}
		if n := s.redis.SCard(t.Context(), ownKey(person)).Val(); n != 0 {
			t.Errorf("%d entries of %s are kept", n, person)
		}
	}
}
