package discordfake

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A rate is how many requests are answered in a span of time.
type rate struct {
	most int
	per  time.Duration
}

// A bucket counts the requests of one route of one channel, guild or webhook.
type bucket struct {
	left  int
	reset time.Time
}

// limits are those that a test set; without any nobody is limited.
type limits struct {
	all     rate
	routes  map[string]rate
	buckets map[string]*bucket
}

// Limit has a route answer so many requests per span and channel (guild, webhook),
// and 429 to the rest, with the X-RateLimit headers. A route is named by its
// pattern: "POST channels/{channel}/messages".
func (s *Server) Limit(route string, most int, per time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits.routes[route] = rate{most, per}
}

// LimitAll is the bot's global limit over all routes; Discord's own is 50 a second.
// Most 0 ends it.
func (s *Server) LimitAll(most int, per time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits.all = rate{most, per}
}

// take spends one request of the route, or refuses it.
func (l *limits) take(rt route, args map[string]string, now time.Time) (http.Header, *problem) {
	header := http.Header{}
	if l.all.most > 0 && !rt.open {
		if b := l.bucket("global", l.all, now); !b.take() {
			header.Set("X-RateLimit-Global", "true")
			return header, tooMany(header, b.reset.Sub(now), true)
		}
	}
	name := rt.method + " " + rt.pattern
	limit, there := l.routes[name]
	if !there {
		return header, nil
	}
	key := strings.Join([]string{name, args["channel"], args["guild"], args["token"]}, "|")
	b := l.bucket(key, limit, now)
	ok := b.take()
	wait := b.reset.Sub(now)
	header.Set("X-RateLimit-Limit", strconv.Itoa(limit.most))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(b.left))
	header.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(b.reset.UnixMilli())/1000, 'f', 3, 64))
	header.Set("X-RateLimit-Reset-After", strconv.FormatFloat(wait.Seconds(), 'f', 3, 64))
	header.Set("X-RateLimit-Bucket", strings.ReplaceAll(name, " ", "-"))
	if !ok {
		header.Set("X-RateLimit-Scope", "user")
		return header, tooMany(header, wait, false)
	}
	return header, nil
}

func (l *limits) bucket(key string, limit rate, now time.Time) *bucket {
	b, there := l.buckets[key]
	if !there || !now.Before(b.reset) {
		b = &bucket{left: limit.most, reset: now.Add(limit.per)}
		l.buckets[key] = b
	}
	return b
}

func (b *bucket) take() bool {
	if b.left == 0 {
		return false
	}
	b.left--
	return true
}

func tooMany(header http.Header, wait time.Duration, global bool) *problem {
	header.Set("Retry-After", seconds(wait))
	p := refuse(http.StatusTooManyRequests, 0, "You are being rate limited.")
	p.retry, p.global = wait, global
	return p
}
