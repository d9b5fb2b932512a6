package storage

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/storage/redistest"
)

func TestABudgetIsDrawnUponByAllInstancesTogether(t *testing.T) {
	server := redistest.Start(t)
	one, _ := storeAt(t, server.URL())
	other, _ := storeAt(t, server.URL())
	var let atomic.Int32
	var group sync.WaitGroup
	for i := range 30 {
		at := []*Store{one, other}[i%2]
		group.Go(func() {
			taken, wait, rests, err := at.Draw(t.Context(), "Slack", "chat.postMessage C1", time.Hour, 5*time.Hour)
			switch {
			case err != nil:
				t.Error(err)
			case taken:
				let.Add(1)
				if wait <= 0 || wait > 5*time.Hour {
					t.Errorf("ahead by %s, want no more than the room", wait)
				}
			case wait <= 0 || wait > time.Hour:
				t.Errorf("told to wait %s for the next", wait)
			}
			if len(rests) > 0 {
				t.Errorf("left alone: %v", rests)
			}
		})
	}
	group.Wait()
	if let.Load() != 5 {
		t.Errorf("%d were let through, want 5", let.Load())
	}
	for _, place := range [][2]string{{"Slack", "chat.postMessage C2"}, {"Discord", "chat.postMessage C1"}} {
		if taken, _, _, err := other.Draw(t.Context(), place[0], place[1], time.Hour, 5*time.Hour); err != nil || !taken {
			t.Errorf("another place has to wait: %v", err)
		}
	}
	if taken, _, _, err := one.Draw(t.Context(), "Slack", "chat.postMessage C1", time.Hour, 7*time.Hour); err != nil || !taken {
		t.Errorf("whoever has more room waits like the others: %v", err)
	}
}

func TestWhatOneInstanceLeavesAloneAllDo(t *testing.T) {
	server := redistest.Start(t)
	one, _ := storeAt(t, server.URL())
	other, clock := storeAt(t, server.URL())
	for key, wait := range map[string]time.Duration{"a": time.Minute, "b": 10 * time.Second} {
		if err := one.Rest(t.Context(), "Slack", key, nine.Add(wait)); err != nil {
			t.Fatal(err)
		}
	}
	if err := one.Rest(t.Context(), "Slack", "a", nine.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, platform string
		wind           time.Duration
		want           map[string]time.Time
	}{
		{"all are known, the longest of each", "Slack", 0, map[string]time.Time{"a": nine.Add(time.Minute), "b": nine.Add(10 * time.Second)}},
		{"another platform has none", "Discord", 0, nil},
		{"what is over is not told", "Slack", 30 * time.Second, map[string]time.Time{"a": nine.Add(time.Minute)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clock.wind(tt.wind)
			_, _, got, err := other.Draw(t.Context(), tt.platform, "c", time.Second, time.Minute)
			if err != nil || len(got) != len(tt.want) {
				t.Fatalf("left alone: %v, %v, want %v", got, err, tt.want)
			}
			for key, until := range tt.want {
				if !got[key].Equal(until) {
					t.Errorf("%s is left alone until %s, want %s", key, got[key], until)
				}
			}
		})
	}
}

func TestABudgetIsNotKnownWhereTheServerIsAway(t *testing.T) {
	server := redistest.Start(t)
	s, _ := storeAt(t, server.URL())
	server.Kill()
	if _, _, _, err := s.Draw(t.Context(), "Slack", "any", time.Second, time.Second); err == nil {
		t.Error("drawn without an error")
	}
	if err := s.Rest(t.Context(), "Slack", "any", nine); err == nil {
		t.Error("left alone without an error")
	}
}
