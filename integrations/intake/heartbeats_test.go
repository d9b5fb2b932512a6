package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

var errCrash = errors.New("killed")

// A house is what instances share: the store and the incidents.
type house struct {
	Beats
	*memory
	now     time.Time
	every   time.Duration
	hearts  []string
	between func(step string) // runs before each step of whoever works

	stepping sync.Mutex
	steps    int
	crashAt  int // whoever works is killed at this step; 0: never
}

func newHouse(t *testing.T) *house {
	t.Helper()
	client, err := storage.Dial(redistest.Start(t).URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	h := &house{
		memory: &memory{open: map[incident.Key]incident.Incident{}},
		now:    time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC),
		every:  10 * time.Second, hearts: []string{"cron"},
	}
	h.Beats = storage.New(storage.Options{
		Redis: client, Now: func() time.Time { return h.now }, Roster: func(oncall.Book) oncall.Roster { return oncall.Roster{} },
	})
	return h
}

// watch is one more instance.
func (h *house) watch() *Watch {
	return NewWatch(WatchOptions{Beats: h, Setup: h.setup, Handler: h, Now: func() time.Time { return h.now }, Log: slog.New(slog.DiscardHandler)})
}

func (h *house) setup() Setup {
	s := Setup{Teams: []oncall.TeamID{"web"}, CatchAll: "web"}
	for _, name := range h.hearts {
		s.Integrations = append(s.Integrations, h.heart(name))
	}
	return s
}

func (h *house) heart(name string) Integration {
	return Integration{Name: name, Kind: Heartbeat, Key: Secret(name + "-key"), Team: "web", Every: h.every, Grace: time.Second}
}

// step is run before whatever changes something; the killed change nothing more.
func (h *house) step(what string) error {
	if between := h.between; between != nil {
		h.between = nil
		between(what)
		h.between = between
	}
	h.stepping.Lock()
	defer h.stepping.Unlock()
	if h.steps++; h.crashAt > 0 && h.steps >= h.crashAt {
		return errCrash
	}
	return nil
}

func (h *house) Handle(ctx context.Context, ev incident.Event) (incident.Incident, error) {
	if err := h.step(fmt.Sprintf("%T", ev)); err != nil {
		return incident.Incident{}, err
	}
	return h.memory.Handle(ctx, ev)
}

func (h *house) Silenced(ctx context.Context, name, token string, since time.Time) (bool, error) {
	if err := h.step("silenced"); err != nil {
		return false, err
	}
	return h.Beats.Silenced(ctx, name, token, since)
}

func (h *house) Release(ctx context.Context, name, token string, allowed time.Duration) error {
	if err := h.step("release"); err != nil {
		return err
	}
	return h.Beats.Release(ctx, name, token, allowed)
}

func (h *house) beat(t *testing.T, w *Watch, name string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return w.Beat(ctx, h.heart(name), h.now)
}

func (h *house) pass(t *testing.T, watches ...*Watch) {
	t.Helper()
	for _, w := range watches {
		if err := w.Pass(t.Context()); err != nil && !errors.Is(err, errCrash) {
			t.Fatal(err)
		}
	}
}

// isOpen returns the incident of a heartbeat, if it has one.
func (h *house) isOpen(name string) (incident.Incident, bool) {
	in, ok := h.open[incident.Key{Integration: name, Dedup: heartbeatDedup}]
	return in, ok
}

// fires are the alerts that were fired.
func (h *house) fires() (all []incident.AlertFired) {
	for _, ev := range h.events {
		if fired, ok := ev.(incident.AlertFired); ok {
			all = append(all, fired)
		}
	}
	return all
}

func TestAHeartbeatFiresOnceWhenItIsSilentAndEndsWithTheNextBeat(t *testing.T) {
	h := newHouse(t)
	a, b := h.watch(), h.watch()
	h.pass(t, a, b)
	h.now = h.now.Add(time.Hour)
	h.pass(t, a, b)
	if len(h.fires()) != 0 {
		t.Fatal("fired before its first beat")
	}
	if err := h.beat(t, a, "cron"); err != nil {
		t.Fatal(err)
	}
	last := h.now
	h.now = last.Add(11*time.Second - time.Millisecond)
	h.pass(t, a, b)
	if len(h.fires()) != 0 {
		t.Fatal("fired within its time")
	}
	h.now = last.Add(11 * time.Second)
	for range 3 {
		h.pass(t, b, a)
		h.now = h.now.Add(time.Minute)
	}
	fires := h.fires()
	if len(fires) != 1 {
		t.Fatalf("fired %d times, want once", len(fires))
	}
	if got := fires[0].Alert; got.Title != "Heartbeat cron silent since 2026-01-05T10:00:00Z" || got.Severity != incident.Critical || fires[0].Route.Team != "web" {
		t.Errorf("fired %+v", fires[0])
	}
	if err := h.beat(t, b, "cron"); err != nil {
		t.Fatal(err)
	}
	if _, open := h.isOpen("cron"); open {
		t.Error("it beats, and its incident is open")
	}
	h.now = h.now.Add(11 * time.Second)
	h.pass(t, a)
	if len(h.fires()) != 2 {
		t.Errorf("silent again: fired %d times in all, want 2", len(h.fires()))
	}
}

func TestABeatDuringTheFireEndsIt(t *testing.T) {
	for _, at := range []string{"incident.AlertFired", "silenced"} {
		t.Run("before "+at, func(t *testing.T) {
			h := newHouse(t)
			a, b := h.watch(), h.watch()
			if err := h.beat(t, a, "cron"); err != nil {
				t.Fatal(err)
			}
			h.now = h.now.Add(11 * time.Second)
			h.between = func(step string) {
				if step == at {
					if err := h.beat(t, b, "cron"); err != nil {
						t.Error(err)
					}
				}
			}
			h.pass(t, a)
			h.between = nil
			if _, open := h.isOpen("cron"); open || len(h.fires()) != 1 {
				t.Errorf("open: %t, fired %d times", open, len(h.fires()))
			}
			h.now = h.now.Add(11*time.Second - time.Millisecond)
			h.pass(t, a, b)
			if len(h.fires()) != 1 {
				t.Error("fired within its time")
			}
			h.now = h.now.Add(time.Millisecond)
			h.pass(t, a, b)
			if len(h.fires()) != 2 {
				t.Errorf("silent again: fired %d times in all, want 2", len(h.fires()))
			}
		})
	}
}

func TestAnyCrashIsTakenOver(t *testing.T) {
	for step := 1; step <= 4; step++ {
		t.Run(fmt.Sprint("at step ", step), func(t *testing.T) {
			h := newHouse(t)
			a, b := h.watch(), h.watch()
			if err := h.beat(t, a, "cron"); err != nil {
				t.Fatal(err)
			}
			h.now = h.now.Add(11 * time.Second)
			h.steps, h.crashAt = 0, step
			h.pass(t, a)
			h.crashAt = 0
			h.now = h.now.Add(beatClaim)
			h.pass(t, b)
			if _, open := h.isOpen("cron"); !open {
				t.Fatal("silent, and no incident is open")
			}
			h.steps, h.crashAt = 0, step
			_ = h.beat(t, a, "cron")
			h.crashAt = 0
			h.now = h.now.Add(beatClaim)
			h.pass(t, b)
			if _, open := h.isOpen("cron"); open {
				t.Error("it beat, and its incident is open")
			}
		})
	}
}

func TestTheFileOfTodayJudges(t *testing.T) {
	h := newHouse(t)
	a, old := h.watch(), h.watch()
	for _, w := range []*Watch{a, old} {
		if err := h.beat(t, w, "cron"); err != nil {
			t.Fatal(err)
		}
	}
	h.pass(t, a, old)
	h.every = time.Minute
	h.now = h.now.Add(11 * time.Second)
	h.pass(t, a, old)
	if len(h.fires()) != 0 {
		t.Error("fired by the file of yesterday")
	}
	h.every = 5 * time.Second
	h.pass(t, a)
	if len(h.fires()) != 1 {
		t.Error("not fired by the file of today")
	}
}

func TestWhatNoFileNamesIsForgottenAfterAWhile(t *testing.T) {
	h := newHouse(t)
	a := h.watch()
	if err := h.beat(t, a, "cron"); err != nil {
		t.Fatal(err)
	}
	h.pass(t, a)
	h.hearts = nil
	h.pass(t, a)
	h.now = h.now.Add(30 * time.Second)
	h.pass(t, a)
	if len(h.fires()) != 0 {
		t.Error("fired for a heartbeat that is in no file")
	}
	h.hearts = []string{"cron"} // an instance that has not read the new file
	h.pass(t, h.watch())
	if len(h.fires()) != 1 {
		t.Error("forgotten although another instance has it in its file")
	}
	h.hearts = nil
	h.pass(t, a)
	h.now = h.now.Add(forgetAfter + time.Second)
	h.pass(t, a)
	h.now = h.now.Add(judgeEvery)
	h.pass(t, a)
	h.hearts = []string{"cron"}
	h.now = h.now.Add(time.Hour)
	h.pass(t, h.watch())
	if len(h.fires()) != 1 {
		t.Error("not forgotten")
	}
}

// TestNoOrderOfBeatsPassesAndCrashesLeavesAWrongState has two instances beat, look
// and die at random, one of them in the middle of what the other does. Whenever all
// has come to rest an incident is open exactly for what is silent.
func TestNoOrderOfBeatsPassesAndCrashesLeavesAWrongState(t *testing.T) {
	h := newHouse(t)
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 4))
		name := fmt.Sprint("heart", seed)
		h.hearts = []string{name}
		watches := []*Watch{h.watch(), h.watch()}
		var last time.Time
		beat := func() {
			last = h.now
			if err := h.beat(t, watches[random.IntN(2)], name); err != nil && !errors.Is(err, errCrash) {
				t.Fatal(err)
			}
		}
		meanwhile := func(string) {
			if random.IntN(6) == 0 {
				beat()
			}
		}
		for range 40 {
			h.steps, h.crashAt, h.between = 0, 0, meanwhile
			if random.IntN(3) == 0 {
				h.crashAt = 1 + random.IntN(4)
			}
			switch random.IntN(4) {
			case 0:
				beat()
			case 1:
				h.now = h.now.Add(time.Duration(random.IntN(14_000)) * time.Millisecond)
			default:
				h.pass(t, watches[random.IntN(2)])
			}
			if random.IntN(3) > 0 {
				continue
			}
			h.steps, h.crashAt, h.between = 0, 0, nil
			h.now = h.now.Add(beatClaim)
			h.pass(t, watches...)
			silent := !last.IsZero() && h.now.Sub(last) >= 11*time.Second
			if _, open := h.isOpen(name); open != silent {
				t.Fatalf("seed %d: %s, last beat %s: incident open %t", seed, h.now.Format(time.TimeOnly), last.Format(time.TimeOnly), open)
			}
		}
	}
}
