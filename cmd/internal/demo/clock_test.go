package demo

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// A watch shows what it was wound to.
type watch struct{ time.Time }

func (w *watch) now() time.Time { return w.Time }

func (w *watch) wind(d time.Duration) { w.Time = w.Add(d) }

func TestClock(t *testing.T) {
	start := time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)
	w := &watch{start}
	c := newClock(w.now)
	steps := []struct {
		name  string
		speed int
		held  bool
		wind  time.Duration
		want  time.Duration // after the start
	}{
		{"real time at first", 1, false, 10 * time.Second, 10 * time.Second},
		{"a minute a second", 60, false, time.Second, 70 * time.Second},
		{"real time while it is held", 60, true, 5 * time.Second, 75 * time.Second},
		{"as fast as before once it is let go", 60, false, time.Second, 135 * time.Second},
		{"slower, without going back", 1, false, 0, 135 * time.Second},
	}
	for _, step := range steps {
		c.run(step.speed, step.held)
		w.wind(step.wind)
		if got := c.Now().Sub(start); got != step.want {
			t.Fatalf("%s: %s after the start, want %s", step.name, got, step.want)
		}
	}
}

func TestClockIsHeldWhileSomebodyIsOnThePhone(t *testing.T) {
	c := newClock(time.Now)
	phones := twiliofake.New(twiliofake.Options{})
	t.Cleanup(phones.Close)
	l := newLine(c, phones)
	l.setSpeed(60)
	l.lift(1)
	if speed, held := c.Speed(); speed != 60 || !held {
		t.Errorf("at %d, held %v while a receiver is lifted; want 60, true", speed, held)
	}
	if got := phones.Options().Pace; got != 1 {
		t.Errorf("a second on the phone takes %v s, want 1", got)
	}
	changed := l.Changed()
	l.lift(-1)
	if _, held := c.Speed(); held {
		t.Error("the clock is held after the call")
	}
	select {
	case <-changed:
	default:
		t.Error("nobody was told that the clock runs differently")
	}
	if got := phones.Options().Pace; got >= 1 {
		t.Errorf("phones ring in real time, pace %v, though the clock runs fast", got)
	}
}

func TestClockIsHeldWhileAHandIsOnTheChat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(time.Now)
		phones := twiliofake.New(twiliofake.Options{})
		defer phones.Close()
		l := newLine(c, phones)
		l.setSpeed(60)
		off := l.lend()
		if _, held := c.Speed(); !held {
			t.Error("the clock runs fast while something is pressed")
		}
		if speed, held := l.Speed(); speed != 60 || held {
			t.Errorf("the page is told %d, held %v; want 60, since nobody is on the phone", speed, held)
		}
		if got := phones.Options().Pace; got >= 1 {
			t.Errorf("phones ring at pace %v while somebody clicks", got)
		}
		off()
		if _, held := c.Speed(); !held {
			t.Error("the clock runs fast before a form can have opened")
		}
		<-time.After(grace)
		synctest.Wait()
		if _, held := c.Speed(); held {
			t.Error("the clock is held for good")
		}
	})
}

func TestClockKeepsRealTimeWhileAProviderIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(time.Now)
		c.run(60, false)
		start := c.Now()
		slow := c.patiently(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-time.After(2 * time.Second) }))
		slow.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/api/chat.postMessage", nil))
		if got := c.Now().Sub(start); got != 2*time.Second {
			t.Errorf("a request of 2 s takes %s", got)
		}
		<-time.After(settled)
		synctest.Wait()
		if got := c.Now().Sub(start); got != 2*time.Second+settled {
			t.Errorf("until its answer is noted it takes %s", got)
		}
		<-time.After(time.Second)
		if got := c.Now().Sub(start); got != 62*time.Second+settled {
			t.Errorf("a second later the clock shows %s, want it as fast as before", got)
		}
		link := httptest.NewRequest(http.MethodGet, "/link", nil)
		link.Header.Set("Upgrade", "websocket")
		slow.ServeHTTP(httptest.NewRecorder(), link)
		if got := c.Now().Sub(start); got != 182*time.Second+settled {
			t.Errorf("a connection that stays open holds the clock: %s", got)
		}
	})
}

func TestClockFallsBehindWithTheMachine(t *testing.T) {
	start := time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)
	w := &watch{start}
	c := newClock(w.now)
	c.step = beatEvery
	c.run(60, false)
	w.wind(time.Second) // in which no beat came
	if got, want := c.Now().Sub(start), 60*beatEvery; got != want {
		t.Errorf("without a beat it shows %s, want %s", got, want)
	}
	c.run(1, false)
	w.wind(time.Second)
	if got, want := c.Now().Sub(start), 60*beatEvery+time.Second; got != want {
		t.Errorf("in real time it shows %s, want %s", got, want)
	}
	synctest.Test(t, func(t *testing.T) {
		c := newClock(time.Now)
		c.run(60, false)
		ctx, cancel := context.WithCancel(t.Context())
		var beats sync.WaitGroup
		beats.Go(func() { _ = c.beat(ctx) })
		synctest.Wait()
		begin := c.Now()
		<-time.After(time.Second)
		synctest.Wait()
		if got := c.Now().Sub(begin); got != time.Minute {
			t.Errorf("on a machine that keeps up a second takes %s, want a minute", got)
		}
		cancel()
		beats.Wait()
	})
}
