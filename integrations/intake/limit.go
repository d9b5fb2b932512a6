package intake

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limits counts what each integration sends. A changed Rate starts the counts
// anew.
type limits struct {
	mu   sync.Mutex
	rate Rate
	of   map[string]*rate.Limiter
}

// wait takes one alert off the integration's allowance and returns zero, or
// takes nothing and returns how long to wait for the next.
func (l *limits) wait(integration string, r Rate, now time.Time) time.Duration {
	if r.Alerts <= 0 || r.Per <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil || l.rate != r {
		l.rate, l.of = r, map[string]*rate.Limiter{}
	}
	limiter, ok := l.of[integration]
	if !ok {
		limiter = rate.NewLimiter(rate.Limit(float64(r.Alerts)/r.Per.Seconds()), r.Alerts)
		l.of[integration] = limiter
	}
	reservation := limiter.ReserveN(now, 1)
	delay := reservation.DelayFrom(now)
	if delay > 0 {
		reservation.CancelAt(now)
	}
	return delay
}
