package slackfake

import (
	"math"
	"strconv"
	"time"
)

// bucket counts what a channel may still be sent.
type bucket struct {
	full time.Time // when the whole burst is available again
}

// take spends one message, or says in whole seconds, as Retry-After does, when
// to come back.
func (b *bucket) take(now time.Time, every time.Duration, burst int) (retryAfter string, ok bool) {
	if every <= 0 {
		return "", true
	}
	if b.full.Before(now) {
		b.full = now
	}
	ahead := b.full.Sub(now) - time.Duration(burst-1)*every
	if ahead > 0 {
		return strconv.Itoa(int(math.Ceil(ahead.Seconds()))), false
	}
	b.full = b.full.Add(every)
	return "", true
}
