package escalation

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// sweep sweeps once, the given time after now.
func (r *rig) sweep(later time.Duration) int {
	r.t.Helper()
	r.mu.Lock()
	r.now = r.now.Add(later)
	r.mu.Unlock()
	n, err := r.Sweep(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func TestAQueueThatFailsIsNoErrorAndTheSweepPushesAgain(t *testing.T) {
	r := newRig(t, nil)
	r.queue.refuse(errors.New("out of memory"))
	in := r.fire("k")
	if in.State != incident.Triggered {
		t.Fatal("the alert was not taken")
	}
	r.queue.refuse(nil)
	if n := r.sweep(100 * time.Millisecond); n != 0 {
		t.Errorf("%d incidents were swept while the queue still has its time", n)
	}
	if n := r.sweep(100 * time.Millisecond); n != 1 {
		t.Fatalf("%d incidents were swept, want 1", n)
	}
	kinds := map[incident.EffectKind]int{}
	for _, e := range r.queue.waiting {
		kinds[e.Kind]++
		if e.Round == 0 {
			t.Errorf("the %s is pushed under its old name, which the queue may know", e.Kind)
		}
	}
	if kinds[incident.SendPage] != 1 || kinds[incident.ShowCard] != 1 || kinds[incident.Wake] != 0 {
		t.Errorf("pushed again: %v, want the page and the card", kinds)
	}
	r.wind(0)
	if n := len(r.chat.notices()); n != 1 {
		t.Errorf("%d pages were sent, want 1", n)
	}
}

func TestWhatIsDueSoonIsPushedOnceMoreWhenItIsNear(t *testing.T) {
	r := newRig(t, nil)
	r.fire("k")
	r.wind(0)
	r.queue.refuse(nil) // whatever waits is lost
	r.mu.Lock()
	r.now = r.now.Add(2*time.Minute - 2*time.Second)
	r.mu.Unlock()
	known, err := r.Announce(t.Context(), nil)
	if err != nil || len(known) != 1 || len(r.queue.waiting) != 1 || r.queue.waiting[0].Kind != incident.Wake {
		t.Fatalf("announced %v, %v; waiting %+v", known, err, r.queue.waiting)
	}
	r.queue.refuse(nil)
	if _, err := r.Announce(t.Context(), known); err != nil || len(r.queue.waiting) != 0 {
		t.Errorf("announced twice: %v, waiting %+v", err, r.queue.waiting)
	}
}

func TestTheSweepRunsAnOverdueDeadlineItself(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	r.wind(0)
	r.queue.refuse(nil) // the wake is lost
	r.sweep(2*time.Minute + 200*time.Millisecond)
	if got := r.stored(in.ID); len(got.Pages) != 2 {
		t.Fatalf("two minutes on there are %d pages, want the SMS as well", len(got.Pages))
	}
	r.wind(0)
	if n := len(r.sms.notices()); n != 1 {
		t.Errorf("ana got %d SMS, want 1", n)
	}
}

func TestWhatIsSweptIsKeptFromTheNextSweeps(t *testing.T) {
	r := newRig(t, nil)
	r.fire("k")
	if n := r.sweep(time.Second); n != 1 {
		t.Fatalf("swept %d, want 1", n)
	}
	if n := r.sweep(time.Second); n != 0 {
		t.Errorf("swept again a second later")
	}
	if n := r.sweep(2 * time.Second); n != 1 {
		t.Errorf("not swept again although nobody did it")
	}
}

func TestAQueueThatFailsUnderTheSweepIsAnError(t *testing.T) {
	r := newRig(t, nil)
	full := errors.New("out of memory")
	r.queue.refuse(full)
	r.fire("k")
	r.mu.Lock()
	r.now = r.now.Add(time.Second)
	r.mu.Unlock()
	if n, err := r.Sweep(t.Context()); n != 1 || !errors.Is(err, full) {
		t.Errorf("swept %d, %v; want 1 and the queue's error", n, err)
	}
}

func TestRunSweepsUntilItsContextEnds(t *testing.T) {
	r := newRig(t, nil)
	r.queue.refuse(errors.New("out of memory"))
	r.fire("k")
	r.queue.refuse(nil)
	r.mu.Lock()
	r.now = r.now.Add(time.Second)
	r.mu.Unlock()
	r.store.set(func(m *memory) { m.away = errAway })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	eventually(t, "a sweep that met no store", func() bool { return !r.LastSweep().IsZero() })
	r.store.set(func(m *memory) { m.away = nil })
	eventually(t, "a push once the store is back", func() bool { _, ok := r.queue.next(); return ok })
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("Run does not return")
	}
}

// eventually waits for a condition that another goroutine brings about.
func eventually(t *testing.T, what string, met func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !met() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited for %s in vain", what)
		}
	}
}

// A sender that died on the way leaves a lease: no task wakes for it, the sweep
// does.
func TestALeaseThatRanOutIsFoundByTheSweep(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	r.wind(0)
	again := r.fire("k")
	r.handle(incident.CardShowing{ID: in.ID, Board: "slack", Channel: "C0"}) // and nothing more is heard
	r.queue.refuse(nil)
	before := len(r.board.shown())
	r.sweep(incident.Lease + 200*time.Millisecond)
	r.wind(time.Second)
	scenes := r.board.shown()
	if len(scenes) == before || scenes[len(scenes)-1].Incident.Count != again.Count {
		t.Errorf("the card was not taken up again after its lease")
	}
}

// behind is a queue in which everything waits for its turn.
type behind struct{ *line }

func (behind) Busy(incident.Effect) bool { return true }

func TestTheSweepDoesNotPushWhatWaitsItsTurn(t *testing.T) {
	r := newRig(t, nil)
	r.Queue = behind{r.queue}
	r.fire("k")
	r.queue.refuse(nil)
	r.sweep(time.Second)
	if at, ok := r.queue.next(); ok {
		t.Errorf("what is due at %v was pushed a second time into a queue that is behind", at)
	}
	r.sweep(queueTime)
	if _, ok := r.queue.next(); !ok {
		t.Error("it was never pushed again, although it might have been lost")
	}
}
