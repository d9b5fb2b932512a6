package slack

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestAMinuteWithoutAConnectionIsTold winds the clock around connections that come
// and go.
func TestAMinuteWithoutAConnectionIsTold(t *testing.T) {
	tests := []struct {
		name  string
		turns []int           // connections that come and go
		after []time.Duration // how long each of them lasts
		told  int
	}{
		{"none ever stands", []int{0}, []time.Duration{61 * time.Second}, 1},
		{"none for three minutes", []int{0}, []time.Duration{181 * time.Second}, 3},
		{"one stands", []int{1}, []time.Duration{time.Hour}, 0},
		{"one of two goes", []int{1, 1, -1}, []time.Duration{0, time.Second, time.Hour}, 0},
		{"both go for a moment", []int{1, 1, -1, -1, 1}, []time.Duration{0, time.Second, 0, 59 * time.Second, time.Hour}, 0},
		{"both go for good", []int{1, 1, -1, -1}, []time.Duration{0, time.Hour, 0, 61 * time.Second}, 1},
		{"both go, and one returns", []int{1, -1, 1}, []time.Duration{time.Hour, 61 * time.Second, time.Hour}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				told, standing := 0, make(chan int)
				go New(Options{}).guard(ctx, standing, func(context.Context, string) { told++ })
				for i, turn := range tt.turns {
					if turn != 0 {
						standing <- turn
					}
					<-time.After(tt.after[i])
					synctest.Wait()
				}
				if told != tt.told {
					t.Errorf("told %d times, want %d", told, tt.told)
				}
			})
		})
	}
}
