package wire

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
		heard int
	}{
		{"none ever stands", []int{0}, []time.Duration{61 * time.Second}, 1, 0},
		{"none for three minutes", []int{0}, []time.Duration{181 * time.Second}, 3, 0},
		{"one stands", []int{1}, []time.Duration{time.Hour}, 0, 0},
		{"one of two goes", []int{1, 1, -1}, []time.Duration{0, time.Second, time.Hour}, 0, 0},
		{"both go for a moment", []int{1, 1, -1, -1, 1}, []time.Duration{0, time.Second, 0, 59 * time.Second, time.Hour}, 0, 0},
		{"both go for good", []int{1, 1, -1, -1}, []time.Duration{0, time.Hour, 0, 61 * time.Second}, 1, 0},
		{"both go, and one returns", []int{1, -1, 1}, []time.Duration{time.Hour, 61 * time.Second, time.Hour}, 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				told, heard, standing := 0, 0, make(chan int)
				go Guard{standing, DeafFor, func(context.Context) { told++ }, func(context.Context) { heard++ }}.Run(ctx)
				for i, turn := range tt.turns {
					if turn != 0 {
						standing <- turn
					}
					<-time.After(tt.after[i])
					synctest.Wait()
				}
				if told != tt.told || heard != tt.heard {
					t.Errorf("told %d times, and %d times of a return; want %d and %d", told, heard, tt.told, tt.heard)
				}
			})
		})
	}
}
