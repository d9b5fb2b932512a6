package storage

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

var (
	here  = incident.Place{Board: "slack", Channel: "C0"}
	bears = oncall.StormRate{Cards: 2, Per: 10 * time.Second}
)

func (s *Store) mustStorm(t *testing.T, change func(incident.Storm) incident.Storm) incident.Storm {
	t.Helper()
	storm, err := s.LoadStorm(t.Context(), here)
	if err == nil {
		storm, err = s.CommitStorm(t.Context(), change(storm))
	}
	if err != nil {
		t.Fatal(err)
	}
	return storm
}

// entered is the storm after one more card was asked for.
func entered(storm incident.Storm) incident.Storm {
	next, _ := storm.Enter(incident.NewID("platform", storm.Version), "platform", bears, nine)
	return next
}

// rages begins a storm.
func (s *Store) rages(t *testing.T) (storm incident.Storm) {
	t.Helper()
	for range bears.Cards + 1 {
		storm = s.mustStorm(t, entered)
	}
	if !storm.Raging() {
		t.Fatalf("%+v, want it to rage", storm)
	}
	return storm
}

// joins commits incidents for whose cards the summary stands.
func (s *Store) joins(t *testing.T, storm incident.Storm, n int) (all []incident.Incident) {
	t.Helper()
	for i := range n {
		in := fired(numbered(oncall.TeamID(fmt.Sprint("team", i%3)), i+1), incident.Key{})
		in.Cards = []incident.Card{{Board: here.Board, Channel: here.Channel, Storm: storm.No}}
		all = append(all, s.mustCommit(t, in))
	}
	return all
}

// listed are the channels with a storm.
func (s *Store) listed(t *testing.T) (channels []string) {
	t.Helper()
	storms, err := s.Storms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, storm := range storms {
		channels = append(channels, storm.Channel)
	}
	return channels
}

func TestAStormIsKept(t *testing.T) {
	s, _ := newStore(t)
	calm, err := s.LoadStorm(t.Context(), here)
	if err != nil || calm.Board != here.Board || calm.Channel != here.Channel || calm.Version != 0 || calm.Raging() {
		t.Fatalf("%+v, %v, want a calm channel", calm, err)
	}
	storm := s.rages(t)
	got, err := s.LoadStorm(t.Context(), here)
	if err != nil || got.Version != 3 || got.Version != storm.Version || !got.Since.Equal(nine) || got.Team != "platform" || got.No != 1 {
		t.Errorf("%+v, %v, want %+v", got, err, storm)
	}
	if _, err := s.CommitStorm(t.Context(), calm); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("error = %v, want a conflict: two have moved since", err)
	}
	if got := s.listed(t); !slices.Equal(got, []string{"C0"}) {
		t.Errorf("storms in %v", got)
	}
	other := incident.Place{Board: "slack", Channel: "C1"}
	if storm, err := s.LoadStorm(t.Context(), other); err != nil || storm.Version != 0 {
		t.Errorf("another channel has %+v, %v", storm, err)
	}
}

func TestWhatASummaryShows(t *testing.T) {
	s, _ := newStore(t)
	storm := s.rages(t)
	if size, change, err := s.Grown(t.Context(), storm); size != 0 || change != 0 || err != nil {
		t.Errorf("%d, %d, %v before anything joined", size, change, err)
	}
	all := s.joins(t, storm, 7)
	outside := fired("WEB-1", incident.Key{})
	outside.Cards = []incident.Card{{Board: here.Board, Channel: here.Channel}}
	s.mustCommit(t, outside)
	size, before, err := s.Grown(t.Context(), storm)
	if size != 7 || before == 0 || err != nil {
		t.Errorf("%d, %d, %v, want seven", size, before, err)
	}
	s.mustCommit(t, resolved(all[0]))
	if size, after, err := s.Grown(t.Context(), storm); size != 7 || after == before || err != nil {
		t.Errorf("%d, %d after %d, %v, want it changed", size, after, before, err)
	}
	for _, exact := range []bool{false, true} {
		glimpses, err := s.Glimpses(t.Context(), storm, exact)
		if err != nil || len(glimpses) != 7 {
			t.Fatalf("%d glimpses, %v", len(glimpses), err)
		}
		for _, g := range glimpses {
			want := all[slices.IndexFunc(all, func(in incident.Incident) bool { return in.ID == g.ID })].Glimpse()
			if g.ID == all[0].ID {
				want.State = incident.Resolved
			}
			if g.Title != want.Title || g.State != want.State || g.Severity != want.Severity || !g.OpenedAt.Equal(want.OpenedAt) {
				t.Errorf("exact %v: %+v, want %+v", exact, g, want)
			}
		}
	}
	next := storm
	next.No++
	if size, _, err := s.Grown(t.Context(), next); size != 0 || err != nil {
		t.Errorf("%d in the next storm, %v", size, err)
	}
}

// An incident that was never committed may have left a glimpse.
func TestAnExactSummaryHoldsWhatIsThere(t *testing.T) {
	s, _ := newStore(t)
	storm := s.rages(t)
	in := s.joins(t, storm, 1)[0]
	stale := in
	stale.Version, stale.State = 7, incident.Acknowledged // somebody else has moved
	if _, err := s.Commit(t.Context(), stale); !errors.Is(err, incident.ErrConflict) {
		t.Fatal(err)
	}
	ghost := fired("WEB-9", incident.Key{})
	ghost.Cards, ghost.Version = in.Cards, 3
	if _, err := s.Commit(t.Context(), ghost); !errors.Is(err, incident.ErrConflict) {
		t.Fatal(err)
	}
	if glimpses, err := s.Glimpses(t.Context(), storm, true); err != nil || len(glimpses) != 1 || glimpses[0].State != incident.Triggered {
		t.Errorf("%+v, %v, want the one as it is", glimpses, err)
	}
}

func TestADissolvedStormLeavesNothingBehind(t *testing.T) {
	s, _ := newStore(t)
	storm := s.rages(t)
	s.joins(t, storm, 3)
	s.mustStorm(t, incident.Storm.Dissolve)
	if got := s.listed(t); len(got) != 0 {
		t.Errorf("storms in %v", got)
	}
	if n := s.redis.Exists(t.Context(), glimpsesKey(here, 1)).Val(); n != 0 {
		t.Error("its glimpses are kept")
	}
	if next := s.rages(t); next.No != 2 || !slices.Equal(s.listed(t), []string{"C0"}) {
		t.Errorf("the next one is %+v, storms in %v", next, s.listed(t))
	}
}

// Who dissolves a storm is overtaken: it goes on, and is looked at.
func TestAStormThatGoesOnStaysListed(t *testing.T) {
	s, _ := newStore(t)
	old := s.rages(t)
	s.mustStorm(t, func(storm incident.Storm) incident.Storm { storm.Size = 5; return storm })
	if _, err := s.CommitStorm(t.Context(), old.Dissolve()); !errors.Is(err, incident.ErrConflict) {
		t.Fatalf("error = %v, want a conflict", err)
	}
	if got := s.listed(t); !slices.Equal(got, []string{"C0"}) {
		t.Errorf("storms in %v", got)
	}
}

func TestALostAnswerBeginsNoStormTwice(t *testing.T) {
	proxy := redistest.NewProxy(t, redistest.Start(t).Addr())
	s, _ := storeAt(t, proxy.URL())
	for i, word := range []string{"hmget", "evalsha", "sadd", "evalsha"} {
		proxy.LoseAnswer(word)
		storm := s.mustStorm(t, entered)
		if want := int64(i + 1); storm.Version != want {
			t.Errorf("%s: version %d, want %d", word, storm.Version, want)
		}
		if word == "evalsha" || word == "hmget" {
			continue
		}
		if !storm.Raging() {
			t.Errorf("%s: %+v, want it to rage", word, storm)
		}
	}
	proxy.LoseAnswer("srem")
	s.mustStorm(t, incident.Storm.Dissolve)
	if got := s.listed(t); len(got) != 0 || proxy.Lost() != 5 {
		t.Errorf("storms in %v, %d answers were lost", got, proxy.Lost())
	}
}

func TestAStormOnACluster(t *testing.T) {
	s, _ := storeAt(t, redistest.StartCluster(t).URL())
	storm := s.rages(t)
	all := s.joins(t, storm, 60)
	size, change, err := s.Grown(t.Context(), storm)
	if size != 60 || change != 60 || err != nil {
		t.Errorf("%d, %d, %v, want sixty", size, change, err)
	}
	for _, exact := range []bool{false, true} {
		if glimpses, err := s.Glimpses(t.Context(), storm, exact); err != nil || len(glimpses) != len(all) {
			t.Errorf("exact %v: %d glimpses, %v", exact, len(glimpses), err)
		}
	}
	s.mustStorm(t, incident.Storm.Dissolve)
	if got := s.listed(t); len(got) != 0 {
		t.Errorf("storms in %v", got)
	}
	poolOf(t, s)
}
