package storage

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// fill commits incidents of several teams in random order, many of them in the
// same millisecond, and returns them as a list should: newest first.
func fill(t *testing.T, s *Store, n int) []incident.Incident {
	t.Helper()
	teams := []oncall.TeamID{"platform", "web", "database", "mobile", "Ops"}
	random := rand.New(rand.NewPCG(1, 2))
	var all []incident.Incident
	for i := range n {
		in := fired(numbered(teams[i%len(teams)], i+1), incident.Key{})
		in.Team = teams[i%len(teams)]
		in.OpenedAt = nine.Add(time.Duration(random.IntN(n/8)) * time.Millisecond)
		if i%3 == 0 {
			in.State = incident.Acknowledged
		}
		if i%4 == 0 {
			in = resolved(in)
		}
		all = append(all, s.mustCommit(t, in))
	}
	slices.SortFunc(all, func(a, b incident.Incident) int {
		if placeOf(a).before(placeOf(b)) {
			return -1
		}
		return 1
	})
	return all
}

func TestListIsNewestFirstAcrossTeamsAndPages(t *testing.T) {
	s, _ := newStore(t)
	all := fill(t, s, 160)
	tests := []struct {
		name string
		q    Query
		keep func(incident.Incident) bool
	}{
		{"everything", Query{}, func(incident.Incident) bool { return true }},
		{"one team", Query{Team: "web"}, func(in incident.Incident) bool { return in.Team == "web" }},
		{"a team in capitals", Query{Team: "Ops"}, func(in incident.Incident) bool { return in.Team == "Ops" }},
		{"a team nobody knows", Query{Team: "none"}, func(incident.Incident) bool { return false }},
		{"one state", Query{State: incident.Acknowledged}, func(in incident.Incident) bool { return in.State == incident.Acknowledged }},
		{"what is over", Query{State: incident.Resolved}, func(in incident.Incident) bool { return in.State == incident.Resolved }},
		{"a team and a state", Query{Team: "platform", State: incident.Triggered}, func(in incident.Incident) bool {
			return in.Team == "platform" && in.State == incident.Triggered
		}},
		{"lately", Query{Since: nine.Add(10 * time.Millisecond)}, func(in incident.Incident) bool {
			return !in.OpenedAt.Before(nine.Add(10 * time.Millisecond))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var want []incident.ID
			for _, in := range all {
				if tt.keep(in) {
					want = append(want, in.ID)
				}
			}
			for _, limit := range []int{1, 7, 50, 500} {
				if got := walked(t, s, tt.q, limit); !slices.Equal(got, want) {
					t.Errorf("by %d:\n%v\nwant\n%v", limit, got, want)
				}
			}
		})
	}
}

// walked returns the whole list, page by page.
func walked(t *testing.T, s *Store, q Query, limit int) []incident.ID {
	t.Helper()
	var ids []incident.ID
	q.Limit = limit
	for {
		list, next, err := s.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, idsOf(list)...)
		if next == "" {
			return ids
		}
		if len(list) != limit {
			t.Fatalf("a page of %d with a cursor, want %d", len(list), limit)
		}
		q.Cursor = next
	}
}

func TestANewIncidentDoesNotDisturbAWalk(t *testing.T) {
	s, _ := newStore(t)
	all := fill(t, s, 40)
	first, next, err := s.List(t.Context(), Query{Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	newer := fired("WEB-900", incident.Key{})
	newer.OpenedAt = nine.Add(time.Hour)
	s.mustCommit(t, newer)
	second, end, err := s.List(t.Context(), Query{Limit: 20, Cursor: next})
	if err != nil || end != "" {
		t.Fatalf("%v, cursor %q", err, end)
	}
	if got := append(idsOf(first), idsOf(second)...); !slices.Equal(got, idsOf(all)) {
		t.Errorf("walked\n%v\nwant\n%v", got, idsOf(all))
	}
}

func TestAForeignCursorIsRefused(t *testing.T) {
	s, _ := newStore(t)
	for _, cursor := range []string{"!", "Zm9v", "MTIz", "MTIzIA"} {
		if _, _, err := s.List(t.Context(), Query{Cursor: cursor}); !errors.Is(err, ErrCursor) {
			t.Errorf("%q: %v, want ErrCursor", cursor, err)
		}
	}
}

func TestOpenHoldsWhatIsNotResolved(t *testing.T) {
	s, _ := newStore(t)
	all := fill(t, s, 60)
	for _, team := range []oncall.TeamID{"", "web"} {
		var want []incident.ID
		for _, in := range all {
			if in.Open() && (team == "" || in.Team == team) {
				want = append(want, in.ID)
			}
		}
		open, err := s.Open(t.Context(), team)
		if err != nil || !slices.Equal(idsOf(open), want) {
			t.Errorf("open of %q: %v, %v; want %v", team, idsOf(open), err, want)
		}
	}
}

func TestNewestIsTheBeginningOfWhatIsOpen(t *testing.T) {
	s, _ := newStore(t)
	fill(t, s, 80)
	for _, team := range []oncall.TeamID{"web", "", "none"} {
		open, err := s.Open(t.Context(), team)
		if err != nil {
			t.Fatal(err)
		}
		for _, limit := range []int{1, 5, len(open), 1000} {
			got, err := s.Newest(t.Context(), team, limit)
			if err != nil || len(got) != min(limit, len(open)) {
				t.Fatalf("%d of team %q, %v, want %d", len(got), team, err, min(limit, len(open)))
			}
			for i := range got {
				if got[i].ID != open[i].ID {
					t.Errorf("team %q, limit %d: %s stands at %d, want %s", team, limit, got[i].ID, i, open[i].ID)
				}
			}
		}
	}
}

func TestWhatRetentionHasTakenLeavesTheLists(t *testing.T) {
	s, wound := newStore(t)
	s.retention = 200 * time.Millisecond
	s.mustCommit(t, resolved(fired("WEB-1", disk)))
	s.mustCommit(t, fired("WEB-2", incident.Key{}))
	deadline := time.Now().Add(5 * time.Second)
	for {
		if _, err := s.Find(t.Context(), "WEB-1"); errors.Is(err, incident.ErrNotFound) {
			break
		} else if err != nil || time.Now().After(deadline) {
			t.Fatalf("still there: %v", err)
		}
	}
	if list, _, err := s.List(t.Context(), Query{}); err != nil || !slices.Equal(idsOf(list), []incident.ID{"WEB-2"}) {
		t.Errorf("list %v, %v", idsOf(list), err)
	}
	wound.wind(time.Second)
	if _, err := s.Repair(t.Context()); err != nil {
		t.Fatal(err)
	}
	sh := homeOf("WEB-1")
	for _, key := range []string{sh.all(), sh.allOf("web")} {
		if n := s.redis.ZCard(t.Context(), key).Val(); n != 1 {
			t.Errorf("%s holds %d, want 1", key, n)
		}
	}
	if n := s.redis.ZCard(t.Context(), sh.ended()).Val(); n != 0 {
		t.Errorf("%d left to forget", n)
	}
}
