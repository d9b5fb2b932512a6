// Package breaker keeps a dead phone provider from holding up a page: after some
// failures in a row nothing is asked of it for a while, and the person's next step
// runs, or another provider is tried, at once.
package breaker

import (
	"errors"
	"log/slog"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// A Breaker stands before one kind of request to one provider, whose answer is the
// provider's name for what it took.
type Breaker = gobreaker.CircuitBreaker[string]

// rest is how long a provider is left alone before it is tried again.
const rest = 10 * time.Second

// New returns a Breaker that opens after five failures in a row. What a provider
// clearly refuses, and what was not wanted any more, is no failure.
func New(provider, kind string, log *slog.Logger) *Breaker {
	return gobreaker.NewCircuitBreaker[string](gobreaker.Settings{
		Name:        kind,
		Timeout:     rest,
		ReadyToTrip: func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= 5 },
		IsSuccessful: func(err error) bool {
			var f *incident.Fault
			return err == nil || errors.Is(err, incident.ErrWithdrawn) || errors.As(err, &f) && !f.Unknown && f.Retry == 0
		},
		OnStateChange: func(name string, _, to gobreaker.State) {
			log.Warn("breaker moved", "provider", provider, "kind", name, "state", to.String())
		},
	})
}

// Open reports whether an error is a Breaker's own: nothing was asked.
func Open(err error) bool {
	return errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests)
}

// Outcome is what came of a request, in a word for the metrics.
func Outcome(f *incident.Fault) string {
	switch {
	case f == nil:
		return "ok"
	case f.Unknown:
		return "unknown"
	case f.Retry > 0:
		return "retry"
	}
	return "refused"
}
