package storage

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

func TestAllOfItRunsOnACluster(t *testing.T) {
	cluster := redistest.StartCluster(t)
	s, _ := storeAt(t, cluster.URL())
	lifeOf(t, s)
	d, err := Inspect(t.Context(), s.redis)
	if err != nil || len(d.Problems) != 0 {
		t.Errorf("%+v, %v", d, err)
	}
	// A fresh script cache, as after a failover.
	for _, node := range cluster.Nodes {
		if _, err := redistest.Say(node.Addr(), "SCRIPT", "FLUSH"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Overdue(t.Context(), nine.Add(time.Hour), time.Second, 10); err != nil {
		t.Errorf("overdue with scripts forgotten: %v", err)
	}
	for i := range 24 {
		s.mustCommit(t, fired(numbered(oncall.TeamID(fmt.Sprintf("other%d", i)), 1), incident.Key{}))
	}
	cluster.Nodes[1].Kill()
	if ids, err := s.Overdue(t.Context(), nine.Add(10*time.Minute), time.Second, 100); err != nil || len(ids) == 0 || len(ids) == 24 {
		t.Errorf("overdue with a node down: %d, %v; want those of the others", len(ids), err)
	}
	if err := s.Ready(t.Context()); err == nil {
		t.Error("ready without a third of the slots")
	}
}

// TestPagesGoOnWithoutTheServerOfTheBook kills the node of a cluster on which the book
// is: incidents of the others are loaded with what was known of it.
func TestPagesGoOnWithoutTheServerOfTheBook(t *testing.T) {
	cluster := redistest.StartCluster(t)
	s, _ := storeAt(t, cluster.URL())
	mustWrite(t, s, func(b oncall.Book) oncall.Change {
		return oncall.Change{Book: booked(b, "ana"), Letters: []oncall.Letter{{To: "ana", Text: "hello"}}, Rows: []oncall.Row{{At: nine, What: "take"}}}
	})
	if letters := due(t, s, nine); len(letters) != 1 || s.Delivered(t.Context(), letters[0], "D1:1.0") != nil {
		t.Errorf("letters on a cluster: %+v", letters)
	}
	var ids []incident.ID
	for i := range 24 {
		ids = append(ids, s.mustCommit(t, fired(numbered(oncall.TeamID(fmt.Sprintf("other%d", i)), 1), incident.Key{})).ID)
	}
	_, roster, err := s.Load(t.Context(), incident.Subject{ID: ids[0]})
	if err != nil || !slices.Equal(holder(roster), []oncall.PersonID{"ana"}) {
		t.Fatalf("on call %v, %v", holder(roster), err)
	}
	for _, node := range cluster.Nodes {
		if answer, err := redistest.Say(node.Addr(), "EXISTS", bookKey()); err == nil && strings.HasPrefix(answer, "1") {
			node.Kill()
		}
	}
	loaded := 0
	for _, id := range ids {
		if _, roster, err := s.Load(t.Context(), incident.Subject{ID: id}); err == nil {
			loaded++
			if !slices.Equal(holder(roster), []oncall.PersonID{"ana"}) {
				t.Errorf("%s is loaded with %v on call", id, holder(roster))
			}
		}
	}
	if loaded == 0 || loaded == len(ids) {
		t.Errorf("%d of %d incidents are loaded, want those of the other nodes", loaded, len(ids))
	}
}

// lifeOf takes incidents of many teams, on many shards, from claim to resolve.
func lifeOf(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	if err := s.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	var open []incident.Incident
	for i := range 24 {
		team := oncall.TeamID(fmt.Sprintf("team%d", i))
		key := incident.Key{Integration: fmt.Sprintf("int%d", i), Dedup: "k"}
		id, err := s.Claim(ctx, incident.Claim{Key: key, Team: team})
		if err != nil {
			t.Fatal(err)
		}
		in := fired(id, key)
		in.OpenedAt, in.TierDue = nine.Add(time.Duration(i)*time.Second), nine
		open = append(open, s.mustCommit(t, in))
		got, _, err := s.Load(ctx, incident.Subject{Key: key})
		if err != nil || got.ID != id || got.Version != 1 {
			t.Fatalf("loaded %s version %d, %v", got.ID, got.Version, err)
		}
		if n, err := s.ClaimSlot(ctx, "ana", id); err != nil || n != i+1 {
			t.Errorf("slot %d, %v; want %d", n, err, i+1)
		}
	}
	slices.Reverse(open)
	if got, err := s.Open(ctx, ""); err != nil || !slices.Equal(idsOf(got), idsOf(open)) {
		t.Errorf("open %v, %v", idsOf(got), err)
	}
	if got := walked(t, s, Query{}, 5); !slices.Equal(got, idsOf(open)) {
		t.Errorf("list %v", got)
	}
	for want := len(open); want >= 0; want -= len(open) {
		if ids, err := s.Overdue(ctx, nine, time.Minute, 100); err != nil || len(ids) != want {
			t.Errorf("overdue %v, %v; want %d", ids, err, want)
		}
	}
	if n, err := s.Repair(ctx); err != nil || n != 0 {
		t.Errorf("repair %d, %v", n, err)
	}
	for i, in := range open {
		in.Team = "elsewhere"
		in = s.mustCommit(t, in)
		if i%2 == 0 {
			s.mustCommit(t, resolved(in))
		}
	}
	counts, err := s.Counts(ctx)
	if got, want := fmt.Sprint(counts), "map[elsewhere:map[triggered:12]]"; err != nil || got != want {
		t.Errorf("counts %s, %v; want %s", got, err, want)
	}
	if held, _, err := s.Slots(ctx, "ana"); err != nil || len(held) != 12 {
		t.Errorf("slots %v, %v; want 12", held, err)
	}
	b, err := s.LoadBundle(ctx, "ana", oncall.SMS)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CommitBundle(ctx, b); err != nil {
		t.Errorf("bundle: %v", err)
	}
	if first, err := s.Once(ctx, "click", "x", time.Minute); err != nil || !first {
		t.Errorf("once: %v, %v", first, err)
	}
}

func TestEveryKeyOfACommitIsInOneSlot(t *testing.T) {
	for i := range 200 {
		id := numbered(oncall.TeamID(fmt.Sprintf("team{%d}", i)), i)
		home := homeOf(id)
		keys := append(commitKeys(id, "a}{b"), home.openOf("former"), home.allOf("former"), home.ready(), numberKey(id.Home()))
		for _, key := range keys {
			if tag(key) != tag(keys[0]) || !strings.HasPrefix(tag(key), "s") {
				t.Fatalf("%q and %q are in different slots", keys[0], key)
			}
		}
	}
}

// tag is the part of a key that decides its slot.
func tag(key string) string {
	_, rest, _ := strings.Cut(key, "{")
	inside, _, _ := strings.Cut(rest, "}")
	return inside
}

func TestShardsAreForEver(t *testing.T) {
	want := map[oncall.TeamID]shard{"platform": shardOf("PLATFORM"), "web": shardOf("Web")}
	for team, sh := range want {
		if shardOf(team) != sh {
			t.Errorf("%s: the letter case moves it", team)
		}
	}
	got := fmt.Sprint(shardOf("platform"), shardOf("web"), shardOf("database"), shardOf("management"))
	if got != "2 1 8 6" {
		t.Errorf("shards %s: incidents stored before would be lost from sight", got)
	}
	var used [shards]int
	for i := range 1600 {
		used[shardOf(oncall.TeamID(fmt.Sprintf("team-%d", i)))]++
	}
	for sh, n := range used {
		if n < 50 || n > 150 {
			t.Errorf("shard %d has %d of 1600 teams", sh, n)
		}
	}
}
