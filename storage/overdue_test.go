package storage

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestOverdueFindsWhatIsDueInEveryShardOnce(t *testing.T) {
	s, _ := newStore(t)
	due := nine.Add(10 * time.Minute)
	var want []incident.ID
	for i := range 60 {
		in := fired(numbered([]oncall.TeamID{"platform", "web", "database"}[i%3], i+1), incident.Key{})
		if i%2 == 0 {
			in.TierDue = due.Add(time.Hour)
		} else {
			want = append(want, in.ID)
		}
		s.mustCommit(t, in)
	}
	slices.Sort(want)
	find := func(before time.Time, limit int) []incident.ID {
		t.Helper()
		ids, err := s.Overdue(t.Context(), before, time.Second, limit)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(ids)
		return ids
	}
	if ids := find(due.Add(-time.Millisecond), 100); len(ids) != 0 {
		t.Errorf("too early: %v", ids)
	}
	if ids := find(due, 100); !slices.Equal(ids, want) {
		t.Errorf("found %v, want %v", ids, want)
	}
	if ids := find(due.Add(999*time.Millisecond), 100); len(ids) != 0 {
		t.Errorf("claimed by somebody, and found again: %v", ids)
	}
	if ids := find(due.Add(time.Second), 100); !slices.Equal(ids, want) {
		t.Errorf("after the claim: %v, want %v", ids, want)
	}
	if ids := find(due.Add(time.Minute), 2); len(ids) == 0 || len(ids) > 6 {
		t.Errorf("at most two of each of three shards: %v", ids)
	}
}

func TestRivalsFindEachOverdueIncidentOnce(t *testing.T) {
	s, _ := newStore(t)
	for i := range 100 {
		s.mustCommit(t, fired(numbered("web", i+1), incident.Key{}))
	}
	var mu sync.Mutex
	times := map[incident.ID]int{}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 10 {
				ids, err := s.Overdue(t.Context(), nine.Add(time.Hour), time.Minute, 7)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				for _, id := range ids {
					times[id]++
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if len(times) != 100 {
		t.Errorf("found %d of 100", len(times))
	}
	for id, n := range times {
		if n != 1 {
			t.Errorf("%s was found %d times", id, n)
		}
	}
}

func TestNothingIsFoundBeforeItIsDue(t *testing.T) {
	s, _ := newStore(t)
	in := fired("WEB-1", incident.Key{})
	in.TierDue = nine.Add(time.Minute + 300*time.Microsecond)
	s.mustCommit(t, in)
	if ids, err := s.Overdue(t.Context(), in.TierDue.Add(-time.Microsecond), time.Second, 1); err != nil || len(ids) != 0 {
		t.Errorf("a microsecond early: %v, %v", ids, err)
	}
	if ids, err := s.Overdue(t.Context(), in.TierDue.Add(time.Millisecond), time.Second, 1); err != nil || len(ids) != 1 {
		t.Errorf("a millisecond late: %v, %v", ids, err)
	}
}

func TestACommitEndsTheClaimAndTheDueTime(t *testing.T) {
	s, _ := newStore(t)
	in := s.mustCommit(t, fired("WEB-1", incident.Key{}))
	in.TierDue = time.Time{}
	in = s.mustCommit(t, in)
	if at := s.score(t, in.ID); at != 0 {
		t.Errorf("nothing is due, and yet at %d", at)
	}
	in.TierDue = nine.Add(time.Hour)
	in = s.mustCommit(t, in)
	if at := s.score(t, in.ID); at != nine.Add(time.Hour).UnixMilli() {
		t.Errorf("due at %d", at)
	}
	s.mustCommit(t, resolved(in))
	if at := s.score(t, in.ID); at != 0 {
		t.Errorf("resolved, and due at %d", at)
	}
}

func TestRepairBringsTheDueIndexInLine(t *testing.T) {
	s, _ := newStore(t)
	due := nine.Add(-time.Second)
	tests := []struct {
		name   string
		spoil  func(id incident.ID) error
		mended int
	}{
		{"right", func(incident.ID) error { return nil }, 0},
		{"claimed", func(incident.ID) error {
			_, err := s.Overdue(t.Context(), nine, 30*time.Second, 100)
			return err
		}, 0},
		{"lost", func(id incident.ID) error {
			return s.redis.ZRem(t.Context(), homeOf(id).due(), string(id)).Err()
		}, 1},
		{"torn", func(id incident.ID) error { return s.rescore(t, id, nine.AddDate(5, 0, 0)) }, 1},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := fired(numbered("web", i+1), incident.Key{})
			in.TierDue = due
			s.mustCommit(t, in)
			if err := tt.spoil(in.ID); err != nil {
				t.Fatal(err)
			}
			if n, err := s.Repair(t.Context()); err != nil || n != tt.mended {
				t.Errorf("mended %d, %v; want %d", n, err, tt.mended)
			}
			if at := s.score(t, in.ID); tt.mended == 1 && at != due.UnixMilli() {
				t.Errorf("due at %d, want %d", at, due.UnixMilli())
			}
			if n, err := s.Repair(t.Context()); err != nil || n != 0 {
				t.Errorf("a second time: mended %d, %v", n, err)
			}
		})
	}
	t.Run("a due time of nobody", func(t *testing.T) {
		if err := s.rescore(t, "WEB-900", nine); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Repair(t.Context()); err != nil || n != 1 {
			t.Errorf("mended %d, %v; want 1", n, err)
		}
		if at := s.score(t, "WEB-900"); at != 0 {
			t.Errorf("still due at %d", at)
		}
	})
}

// rescore writes a due time behind the store's back.
func (s *Store) rescore(t *testing.T, id incident.ID, at time.Time) error {
	t.Helper()
	return s.redis.ZAdd(t.Context(), homeOf(id).due(), redis.Z{Score: float64(at.UnixMilli()), Member: string(id)}).Err()
}

func TestWhatIsUpcoming(t *testing.T) {
	s, _ := newStore(t)
	for i, after := range []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 3*time.Second + time.Millisecond} {
		in := fired(numbered("platform", i+1), incident.Key{Integration: "prom", Dedup: strconv.Itoa(i)})
		in.TierDue = nine.Add(after)
		s.mustCommit(t, in)
	}
	wakes, err := s.Upcoming(t.Context(), nine.Add(time.Second), nine.Add(3*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	want := []incident.Effect{
		{Kind: incident.Wake, Incident: "PLATFORM-2", At: nine.Add(2 * time.Second)},
		{Kind: incident.Wake, Incident: "PLATFORM-3", At: nine.Add(3 * time.Second)},
	}
	if !slices.Equal(wakes, want) {
		t.Errorf("upcoming %+v, want %+v", wakes, want)
	}
}
