package storage

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

func TestCommitThenLoadGivesTheSameIncident(t *testing.T) {
	s, _ := newStore(t)
	want := fired("PLATFORM-1", incident.Key{Integration: "prom", Dedup: "disk"})
	want.Labels = map[string]string{"host": "a\x00b\u202e"}
	stored := s.mustCommit(t, want)
	if stored.Version != 1 || stored.Lines != 1 || stored.Timeline != nil {
		t.Errorf("stored version %d, %d lines, timeline %v; want 1, 1, none", stored.Version, stored.Lines, stored.Timeline)
	}
	got, _, err := s.Load(t.Context(), incident.Subject{ID: "PLATFORM-1"})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != fmt.Sprint(stored) {
		t.Errorf("loaded\n%v\nwant\n%v", got, stored)
	}
	if at := s.score(t, "PLATFORM-1"); at != nine.Add(10*time.Minute).UnixMilli() {
		t.Errorf("due at %d, want the deadline", at)
	}
	if _, _, err := s.Load(t.Context(), incident.Subject{ID: "PLATFORM-2"}); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("another id: %v, want ErrNotFound", err)
	}
	if _, _, err := s.Load(t.Context(), incident.Subject{}); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("no id: %v, want ErrNotFound", err)
	}
}

func TestCommitOnAnOldVersionConflictsAndChangesNothing(t *testing.T) {
	s, _ := newStore(t)
	first := fired("PLATFORM-1", incident.Key{})
	stored := s.mustCommit(t, first)
	for _, version := range []int64{0, 2, 7} {
		late := first
		late.Version, late.Title, late.TierDue = version, "late", time.Time{}
		if _, err := s.Commit(t.Context(), late); !errors.Is(err, incident.ErrConflict) {
			t.Errorf("version %d: %v, want ErrConflict", version, err)
		}
	}
	if got := s.mustFind(t, "PLATFORM-1"); got.Title != "Disk full" || got.Version != stored.Version {
		t.Errorf("found %q version %d", got.Title, got.Version)
	}
	lines, err := s.Timeline(t.Context(), "PLATFORM-1")
	if err != nil || len(lines) != 1 {
		t.Errorf("timeline %v, %v; want its one line", lines, err)
	}
}

func TestManyRivalsLoseNoCommit(t *testing.T) {
	s, _ := newStore(t)
	s.mustCommit(t, fired("PLATFORM-1", incident.Key{}))
	const rivals, each = 8, 15
	var conflicts atomic.Int64
	var wait sync.WaitGroup
	for range rivals {
		wait.Go(func() {
			for done := 0; done < each; {
				in, err := s.Find(t.Context(), "PLATFORM-1")
				if err != nil {
					t.Error(err)
					return
				}
				in.Count++
				in.Timeline = []incident.Entry{{At: nine, Kind: incident.KindNote, Text: fmt.Sprint(in.Count)}}
				switch _, err = s.Commit(t.Context(), in); {
				case err == nil:
					done++
				case errors.Is(err, incident.ErrConflict):
					conflicts.Add(1)
				default:
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	got := s.mustFind(t, "PLATFORM-1")
	if want := 1 + rivals*each; got.Count != want || got.Lines != want || got.Version != int64(want) {
		t.Errorf("count %d, lines %d, version %d; want %d each", got.Count, got.Lines, got.Version, want)
	}
	lines, err := s.TimelineFrom(t.Context(), "PLATFORM-1", 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range lines {
		if line.Text != fmt.Sprint(i+2) {
			t.Fatalf("line %d is %q: out of order", i+1, line.Text)
		}
	}
	t.Logf("%d conflicts", conflicts.Load())
}

func TestALostAnswerIsAskedForAgain(t *testing.T) {
	server := redistest.Start(t)
	proxy := redistest.NewProxy(t, server.Addr())
	s, _ := storeAt(t, proxy.URL())
	in := s.mustCommit(t, fired("PLATFORM-1", incident.Key{Integration: "i", Dedup: "d"}))
	for range 9 { // more often than there are places for tokens
		proxy.LoseAnswer("evalsha")
		in.Timeline = []incident.Entry{{At: nine, Kind: incident.KindNote, Text: "once"}}
		in = s.mustCommit(t, in)
	}
	proxy.LoseAnswer("evalsha")
	in = s.mustCommit(t, resolved(in))
	if proxy.Lost() != 10 {
		t.Fatalf("%d answers were lost, want 10", proxy.Lost())
	}
	if got := s.mustFind(t, "PLATFORM-1"); got.Version != 11 || got.Lines != 11 || in.Version != 11 || in.Lines != 11 {
		t.Errorf("stored version %d with %d lines, answered %d with %d; want 11", got.Version, got.Lines, in.Version, in.Lines)
	}
	lines, err := s.Timeline(t.Context(), "PLATFORM-1")
	if err != nil || len(lines) != 11 {
		t.Errorf("%d lines, %v; want 11: a repeated call must add nothing", len(lines), err)
	}
	if counts, err := s.Counts(t.Context()); err != nil || len(counts) != 0 {
		t.Errorf("open: %v, %v; want none", counts, err)
	}
}

func TestTheAnswerOfAnOvertakenCommitIsStillYes(t *testing.T) {
	s, _ := newStore(t)
	in := fired("PLATFORM-1", incident.Key{})
	keys := commitKeys(in.ID, in.Team)
	args, err := s.commitArgs(in)
	if err != nil {
		t.Fatal(err)
	}
	run := func() []any {
		t.Helper()
		answer, err := commitScript.Run(t.Context(), s.redis, keys, args...).Slice()
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	run()
	s.mustCommit(t, s.mustFind(t, in.ID))
	if version, lines, ok := committed(run()); !ok || version != 1 || lines != 1 {
		t.Errorf("second run: version %d, %d lines, %v; want 1, 1, true", version, lines, ok)
	}
	if got := s.mustFind(t, in.ID); got.Version != 2 {
		t.Errorf("version %d, want 2", got.Version)
	}
}

func TestACrashOfRedisKeepsWhatWasAnswered(t *testing.T) {
	server := redistest.Start(t)
	s, _ := storeAt(t, server.URL())
	var mu sync.Mutex
	answered := map[incident.ID]int64{}
	var wait sync.WaitGroup
	for w := range 4 {
		wait.Go(func() {
			for n := 1; ; n++ {
				in, err := s.Commit(t.Context(), fired(numbered(oncall.TeamID(fmt.Sprintf("team%d", w)), n), incident.Key{}))
				if err != nil {
					return
				}
				mu.Lock()
				answered[in.ID] = in.Version
				enough := len(answered) == 500
				mu.Unlock()
				if enough {
					server.Kill()
				}
			}
		})
	}
	wait.Wait()
	server.Restart()
	for id, version := range answered {
		if got := s.mustFind(t, id); got.Version != version || s.score(t, id) == 0 {
			t.Fatalf("%s came back with version %d, due %d", id, got.Version, s.score(t, id))
		}
	}
	if len(answered) < 500 {
		t.Errorf("only %d were answered before the crash", len(answered))
	}
}

func TestOnlyWhatIsResolvedExpires(t *testing.T) {
	s, _ := newStore(t)
	key := incident.Key{Integration: "prom", Dedup: "disk"}
	id, err := s.Claim(t.Context(), incident.Claim{Key: key, Team: "platform"})
	if err != nil {
		t.Fatal(err)
	}
	in := s.mustCommit(t, fired(id, key))
	in.State, in.AckedAt = incident.Acknowledged, nine
	in = s.mustCommit(t, in)
	if with := s.expiring(t); len(with) != 0 {
		t.Fatalf("open, and yet expiring: %v", with)
	}
	in = s.mustCommit(t, resolved(in))
	want := []string{bodyKey(id), timelineKey(id), indexKey(key)}
	slices.Sort(want)
	if with := s.expiring(t); !slices.Equal(with, want) {
		t.Errorf("expiring %v, want %v", with, want)
	}
	in.Timeline = []incident.Entry{{At: nine, Kind: incident.KindNote, Text: "card updated"}}
	s.mustCommit(t, in)
	if with := s.expiring(t); !slices.Equal(with, want) {
		t.Errorf("after one more commit: expiring %v, want %v", with, want)
	}
	left := s.redis.PTTL(t.Context(), bodyKey(id)).Val()
	if left > DefaultRetention || left < DefaultRetention-time.Hour {
		t.Errorf("kept for %v, want %v", left, DefaultRetention)
	}
	if index := s.redis.PTTL(t.Context(), indexKey(key)).Val(); index >= left {
		t.Errorf("the index outlives the incident: %v, %v", index, left)
	}
	// The same key again: a new incident, whose index stays.
	again, err := s.Claim(t.Context(), incident.Claim{Key: key, Team: "platform", Old: id})
	if err != nil || again == id {
		t.Fatalf("claimed %s, %v; want a new id", again, err)
	}
	s.mustCommit(t, fired(again, key))
	if with := s.expiring(t); slices.Contains(with, indexKey(key)) || slices.Contains(with, bodyKey(again)) {
		t.Errorf("open again, and yet expiring: %v", with)
	}
}

// expiring returns every key that has a time to live.
func (s *Store) expiring(t *testing.T) []string {
	t.Helper()
	keys, err := s.redis.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	var with []string
	for _, key := range keys {
		if s.redis.PTTL(t.Context(), key).Val() > 0 {
			with = append(with, key)
		}
	}
	slices.Sort(with)
	return with
}

func TestAReassignedIncidentMovesFromListToList(t *testing.T) {
	s, _ := newStore(t)
	in := s.mustCommit(t, fired("PLATFORM-1", incident.Key{}))
	in.Team = "web"
	in = s.mustCommit(t, in)
	for team, want := range map[oncall.TeamID]string{"platform": "", "web": "PLATFORM-1", "": "PLATFORM-1"} {
		open, err := s.Open(t.Context(), team)
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := s.List(t.Context(), Query{Team: team})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Trim(fmt.Sprint(idsOf(open)), "[]"); got != want {
			t.Errorf("open of %q: %s, want %s", team, got, want)
		}
		if got := strings.Trim(fmt.Sprint(idsOf(list)), "[]"); got != want {
			t.Errorf("list of %q: %s, want %s", team, got, want)
		}
	}
	counts, err := s.Counts(t.Context())
	if got, want := fmt.Sprint(counts), "map[web:map[triggered:1]]"; err != nil || got != want {
		t.Errorf("counts %s, %v; want %s", got, err, want)
	}
	in.State = incident.Acknowledged
	in = s.mustCommit(t, in)
	if counts, _ = s.Counts(t.Context()); fmt.Sprint(counts) != "map[web:map[acknowledged:1]]" {
		t.Errorf("acknowledged: counts %v", counts)
	}
	in.Team = "platform"
	s.mustCommit(t, resolved(in))
	if counts, _ = s.Counts(t.Context()); len(counts) != 0 {
		t.Errorf("resolved: counts %v", counts)
	}
	if list, _, _ := s.List(t.Context(), Query{Team: "platform"}); len(list) != 1 {
		t.Errorf("resolved: list %v", idsOf(list))
	}
}
