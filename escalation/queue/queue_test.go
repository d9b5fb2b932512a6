package queue_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/queue"
	"github.com/earshot-oncall/earshot/storage"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// A run is an effect that was performed, and when.
type run struct {
	effect incident.Effect
	at     time.Time
}

// A works is a Queue at work on a real server, and what it performed.
type works struct {
	*queue.Queue
	t       *testing.T
	server  *redistest.Server
	perform func(incident.Effect) error // more to do with an effect; may be nil
	stop    func() time.Duration        // ends Run and returns how long that took

	mu   sync.Mutex
	runs []run
	came chan struct{}
}

// dial connects a new Queue to the server.
func dial(t *testing.T, server *redistest.Server) *queue.Queue {
	t.Helper()
	client, err := storage.Dial(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return queue.New(client, time.Now, slog.New(slog.DiscardHandler))
}

func start(t *testing.T, perform func(incident.Effect) error) *works {
	t.Helper()
	server := redistest.Start(t)
	w := &works{Queue: dial(t, server), t: t, server: server, perform: perform, came: make(chan struct{}, 4096)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx, w.do) }()
	var once sync.Once
	w.stop = func() (took time.Duration) {
		once.Do(func() {
			asked := time.Now()
			cancel()
			select {
			case err := <-ended:
				if err != nil {
					t.Errorf("Run = %v, want nil", err)
				}
			case <-time.After(patience):
				t.Error("Run does not return")
			}
			took = time.Since(asked)
		})
		return took
	}
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *works) do(_ context.Context, e incident.Effect) error {
	w.mu.Lock()
	w.runs = append(w.runs, run{e, time.Now()})
	w.mu.Unlock()
	w.came <- struct{}{}
	if w.perform != nil {
		return w.perform(e)
	}
	return nil
}

func (w *works) push(effects ...incident.Effect) {
	w.t.Helper()
	if err := w.Push(w.t.Context(), effects); err != nil {
		w.t.Fatal(err)
	}
}

// wait returns the first n runs.
func (w *works) wait(n int) []run {
	w.t.Helper()
	deadline := time.After(patience)
	for {
		w.mu.Lock()
		runs := w.runs
		w.mu.Unlock()
		if len(runs) >= n {
			return runs[:len(runs):len(runs)]
		}
		select {
		case <-w.came:
		case <-deadline:
			w.t.Fatalf("%d effects were performed, want %d", len(runs), n)
		}
	}
}

func page(n incident.PageID, at time.Time) incident.Effect {
	return incident.Effect{Kind: incident.SendPage, Incident: n.Incident(), Page: n, Via: oncall.Chat, At: at}
}

func wake(id incident.ID, at time.Time) incident.Effect {
	return incident.Effect{Kind: incident.Wake, Incident: id, At: at}
}

func TestEveryKindIsBroughtAsItWasPushed(t *testing.T) {
	w := start(t, nil)
	now := time.Now().UTC().Round(0)
	effects := []incident.Effect{
		wake("PLATFORM-1", now),
		page("PLATFORM-1/p1", now),
		{Kind: incident.SendPage, Incident: "PLATFORM-1", Page: "PLATFORM-1/p2", Via: oncall.SMS, At: now},
		{Kind: incident.SendPage, Incident: "PLATFORM-1", Page: "PLATFORM-1/p3", Via: oncall.Voice, At: now},
		{Kind: incident.StopCall, Incident: "PLATFORM-1", Page: "PLATFORM-1/p3", Via: oncall.Voice, At: now},
		{Kind: incident.ShowCard, Incident: "PLATFORM-1", Board: "slack", Channel: "C0", Seen: 7, At: now},
	}
	pushers := []struct {
		name string
		push func(context.Context, []incident.Effect) error
	}{
		{"by the instance that performs it", w.Push},
		{"by one that performs nothing, as a task", dial(t, w.server).Push},
	}
	for i, tt := range pushers {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.push(t.Context(), effects); err != nil {
				t.Fatal(err)
			}
			seen := map[incident.Effect]int{}
			for _, r := range w.wait((i + 1) * len(effects))[i*len(effects):] {
				seen[r.effect]++
			}
			for _, e := range effects {
				if seen[e] != 1 {
					t.Errorf("%+v was brought %d times, want once", e, seen[e])
				}
			}
		})
	}
}

func TestAnEffectIsNeverEarlyAndHardlyLate(t *testing.T) {
	w := start(t, nil)
	now := time.Now()
	want := map[incident.ID]time.Time{
		"PLATFORM-1": now.Add(-time.Second),
		"PLATFORM-2": now.Add(50 * time.Millisecond),
		"PLATFORM-3": now.Add(1234 * time.Millisecond),
		"PLATFORM-4": now.Add(2777 * time.Millisecond), // further off than the queue looks ahead
		"PLATFORM-5": now.Add(3999 * time.Millisecond), // a page: wakes so far off are left to the dispatcher
	}
	for id, at := range want {
		w.push(wake(id, at))
	}
	w.push(page("PLATFORM-5/p1", want["PLATFORM-5"]))
	for _, r := range w.wait(len(want)) {
		due := later(want[r.effect.Incident], now)
		if late := r.at.Sub(due); late < 0 || late > 2*time.Second {
			t.Errorf("%s was woken %v after it was due", r.effect.Incident, late)
		}
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func TestTheSameEffectPushedTwiceRunsOnceAndASweepsRoundAgain(t *testing.T) {
	w := start(t, nil)
	soon := time.Now().Add(300 * time.Millisecond)
	e := page("PLATFORM-1/p1", soon)
	again := e
	again.Round = soon.UnixMilli()
	w.push(e, e)
	w.push(e, again)
	w.push(page("PLATFORM-1/p2", soon.Add(300*time.Millisecond))) // the last to come
	runs := w.wait(3)
	counts := map[incident.PageID]int{}
	for _, r := range runs {
		counts[r.effect.Page]++
	}
	if counts["PLATFORM-1/p1"] != 2 || counts["PLATFORM-1/p2"] != 1 {
		t.Errorf("runs: %v, want the doubled effect once and the round of the sweep once", counts)
	}
}

func TestAnEffectThatRunsMayBePushedAgainUnderTheSweepsRound(t *testing.T) {
	held := make(chan struct{})
	w := start(t, func(e incident.Effect) error {
		if e.Round == 0 {
			<-held
		}
		return nil
	})
	defer close(held)
	e := page("PLATFORM-1/p1", time.Now())
	w.push(e)
	w.wait(1)
	e.Round = 1
	w.push(e)
	w.wait(2)
}

func TestAPanicIsContainedAndTheOthersGoOn(t *testing.T) {
	w := start(t, func(e incident.Effect) error {
		if e.Incident == "PLATFORM-1" {
			panic("a mistake")
		}
		return nil
	})
	now := time.Now()
	effects := []incident.Effect{wake("PLATFORM-1", now), wake("PLATFORM-2", now), page("PLATFORM-2/p1", now)}
	w.push(effects...)
	w.wait(3)
	w.empty()                                                            // pushed before Run took effects they were tasks, and asynq refuses their ids until they are gone
	if err := dial(t, w.server).Push(t.Context(), effects); err != nil { // the same as tasks
		t.Fatal(err)
	}
	w.wait(6)
	depth := w.empty()
	for name, d := range depth {
		if d.Retry != 0 || d.Archived != 0 {
			t.Errorf("queue %s keeps what panicked: %+v", name, d)
		}
	}
}

// empty waits until nothing is left in any queue but what is kept for good.
func (w *works) empty() map[string]queue.Depth {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		depth, err := w.Depth(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		left := 0
		for _, d := range depth {
			left += d.Pending + d.Active + d.Scheduled
		}
		if left == 0 {
			return depth
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("the queues do not run empty: %+v", depth)
		}
	}
}

func TestAnErrorIsLeftToTheSweep(t *testing.T) {
	w := start(t, func(incident.Effect) error { return context.DeadlineExceeded })
	w.push(page("PLATFORM-1/p1", time.Now().Add(100*time.Millisecond)))
	w.wait(1)
	for name, d := range w.empty() {
		if d.Retry != 0 || d.Archived != 0 {
			t.Errorf("queue %s tries again by itself: %+v", name, d)
		}
	}
}

func TestDepthCountsWhatWaits(t *testing.T) {
	q := dial(t, redistest.Start(t))
	now := time.Now()
	depth, err := q.Depth(t.Context())
	if err != nil || depth["chat"] != (queue.Depth{}) {
		t.Fatalf("a queue nobody has used: %+v, %v", depth["chat"], err)
	}
	effects := []incident.Effect{
		page("PLATFORM-1/p1", now), page("PLATFORM-1/p2", now), page("PLATFORM-1/p3", now.Add(time.Hour)), wake("PLATFORM-1", now.Add(2500*time.Millisecond)),
		wake("PLATFORM-2", now.Add(time.Hour)), // pushed again when it is near
	}
	if err := q.Push(t.Context(), effects); err != nil {
		t.Fatal(err)
	}
	depth, err = q.Depth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := depth["chat"], (queue.Depth{Pending: 2, Scheduled: 1}); got != want {
		t.Errorf("chat = %+v, want %+v", got, want)
	}
	if got, want := depth["wake"], (queue.Depth{Scheduled: 1}); got != want {
		t.Errorf("wake = %+v, want %+v", got, want)
	}
}
