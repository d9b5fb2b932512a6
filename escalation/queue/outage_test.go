package queue_test

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

func TestRunReturnsSoonWithATaskHeld(t *testing.T) {
	w := start(t, nil)
	w.push(wake("PLATFORM-1", time.Now().Add(1500*time.Millisecond)), page("PLATFORM-1/p1", time.Now()))
	w.wait(1) // the workers are at it
	deadline := time.Now().Add(patience)
	for held := 0; held == 0; {
		depth, err := w.Depth(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if held = depth["wake"].Active; time.Now().After(deadline) {
			t.Fatal("the wake was never taken from its queue")
		}
	}
	if took := w.stop(); took > 4*time.Second {
		t.Errorf("Run took %v to return", took)
	}
	if n := len(w.wait(1)); n != 1 {
		t.Errorf("%d effects were performed, want the held one left to the sweep", n)
	}
}

func TestAServerThatIsAwayIsAnErrorOfPushAndOfDepth(t *testing.T) {
	server := redistest.Start(t)
	q := dial(t, server)
	server.Kill()
	if err := q.Push(t.Context(), []incident.Effect{page("PLATFORM-1/p1", time.Now())}); err == nil {
		t.Error("pushed to a server that is gone")
	}
	if _, err := q.Depth(t.Context()); err == nil {
		t.Error("measured a server that is gone")
	}
}

func TestTheWorkGoesOnOnceTheServerIsBack(t *testing.T) {
	w := start(t, nil)
	w.push(page("PLATFORM-1/p1", time.Now()))
	w.wait(1)
	w.server.Kill()
	w.server.Restart()
	w.push(page("PLATFORM-1/p2", time.Now()))
	w.wait(2)
}
