package demo

import (
	"net/http"
	"time"
)

// settled is how long after a provider's answer the app may take to note it.
const settled = 50 * time.Millisecond

// patiently serves a provider's requests while the clock keeps real time: the app gives
// a sender 12 s, which are a fifth of a second at sixty times the speed and soon over on
// a busy machine. A connection that stays open counts for nothing.
func (c *clock) patiently(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			next.ServeHTTP(w, r)
			return
		}
		c.ask(1)
		defer time.AfterFunc(settled, func() { c.ask(-1) })
		next.ServeHTTP(w, r)
	})
}

// ask counts what is asked of the providers.
func (c *clock) ask(more int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall := c.wall()
	c.base, c.since = c.now(wall), wall
	c.asked += more
}
