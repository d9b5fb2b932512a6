package storage

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

var nine = time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)

// A clock stands until it is wound.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) wind(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// storeAt returns a store on the server at the URL, at nine.
func storeAt(t testing.TB, url string) (*Store, *clock) {
	t.Helper()
	c, err := Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	wound := &clock{now: nine}
	return New(Options{Redis: c, Roster: merged, Now: wound.Now}), wound
}

// merged is a file's roster, of one team with one schedule, with what people changed.
func merged(b oncall.Book) oncall.Roster {
	r := oncall.Roster{Teams: map[oncall.TeamID]oncall.Team{"platform": {
		ID: "platform", Schedules: map[string]oncall.Schedule{"techops": {Team: "platform", Name: "techops"}},
	}}}
	return r.With(b)
}

// newStore returns a store on a server of its own.
func newStore(t testing.TB) (*Store, *clock) {
	t.Helper()
	return storeAt(t, redistest.Start(t).URL())
}

// fired is an incident as an alert leaves it: one line, one deadline.
func fired(id incident.ID, key incident.Key) incident.Incident {
	return incident.Incident{
		ID: id, Team: id.Home(), Key: key, Title: "Disk full", Severity: incident.Critical, Count: 1,
		State: incident.Triggered, Urgency: oncall.High, OpenedAt: nine, Tier: -1, TierDue: nine.Add(10 * time.Minute),
		Timeline: []incident.Entry{{At: nine, Kind: incident.KindOpened, Text: "opened"}},
	}
}

// resolved is what becomes of it.
func resolved(in incident.Incident) incident.Incident {
	in.State, in.TierDue, in.ResolvedAt = incident.Resolved, time.Time{}, nine.Add(time.Minute)
	in.Timeline = append(in.Timeline, incident.Entry{At: nine.Add(time.Minute), Kind: incident.KindResolved, Text: "resolved"})
	return in
}

func (s *Store) mustCommit(t testing.TB, in incident.Incident) incident.Incident {
	t.Helper()
	next, err := s.Commit(t.Context(), in)
	if err != nil {
		t.Fatalf("commit %s: %v", in.ID, err)
	}
	return next
}

func (s *Store) mustFind(t testing.TB, id incident.ID) incident.Incident {
	t.Helper()
	in, err := s.Find(t.Context(), id)
	if err != nil {
		t.Fatalf("find %s: %v", id, err)
	}
	return in
}

// score returns an id's due time, 0 where it has none.
func (s *Store) score(t testing.TB, id incident.ID) int64 {
	t.Helper()
	at, err := s.redis.ZScore(t.Context(), homeOf(id).due(), string(id)).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		t.Fatal(err)
	}
	return int64(at)
}

func idsOf(list []incident.Incident) []incident.ID {
	ids := make([]incident.ID, len(list))
	for i, in := range list {
		ids[i] = in.ID
	}
	return ids
}

func numbered(team oncall.TeamID, n int) incident.ID {
	return incident.ID(team.Prefix() + "-" + strconv.Itoa(n))
}
