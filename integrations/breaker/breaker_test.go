package breaker

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestWhatOpensABreaker(t *testing.T) {
	tests := []struct {
		name    string
		err     error
		opens   bool
		outcome string
	}{
		{"what went well", nil, false, "ok"},
		{"a clear refusal", &incident.Fault{Reason: "not a valid number"}, false, "refused"},
		{"what was not wanted any more", incident.ErrWithdrawn, false, ""},
		{"an error of its own", &incident.Fault{Retry: time.Second}, true, "retry"},
		{"no answer", &incident.Fault{Unknown: true}, true, "unknown"},
		{"anything else", errors.New("broken"), true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := New("acme", "SMS", slog.New(slog.DiscardHandler))
			for range 5 {
				if _, err := b.Execute(func() (string, error) { return "", tt.err }); Open(err) {
					t.Fatal("it opens too early")
				}
			}
			asked := false
			_, err := b.Execute(func() (string, error) {
				asked = true
				return "", tt.err
			})
			if Open(err) != tt.opens || asked == tt.opens {
				t.Errorf("after five: %v, asked %v; want it open: %v", err, asked, tt.opens)
			}
			var f *incident.Fault
			if errors.As(tt.err, &f) || tt.err == nil {
				if got := Outcome(f); got != tt.outcome {
					t.Errorf("outcome = %s, want %s", got, tt.outcome)
				}
			}
		})
	}
}
