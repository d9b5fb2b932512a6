package acceptance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestALimitHoldsForTwoProgramsTogether sends too much by one key to both: what is
// over is refused in the way that its sender comes again, and other keys are not held
// up by it.
func TestALimitHoldsForTwoProgramsTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t, strings.Replace(simple("{after: 0s, via: sms}"), "people:\n", "rate_limit: {per: 24h, alerts: 5}\npeople:\n", 1))
	other := freeAddress(t)
	bases := []string{w.base(), "http://" + other}
	w.start()
	w.start("EARSHOT_LISTEN=" + other)
	statuses := map[int]int{}
	for i := range 9 {
		got, err := triggered(fmt.Sprint("flood ", i), "mute").to(t.Context(), bases[i%2])
		if err != nil {
			t.Fatalf("alert %d: %v", i, err)
		}
		statuses[got.status]++
		if limited := got.status == http.StatusTooManyRequests; limited != (got.header.Get("Retry-After") != "") {
			t.Errorf("status %d, retry after %q", got.status, got.header.Get("Retry-After"))
		}
	}
	if statuses[http.StatusAccepted] != 5 || statuses[http.StatusTooManyRequests] != 4 {
		t.Errorf("statuses %v, want 5 accepted and 4 too fast", statuses)
	}
	for i := range 6 {
		got, err := prometheus("firing", fmt.Sprint("Disk", i), "full").to(t.Context(), bases[i%2])
		if err != nil {
			t.Fatalf("alert %d: %v", i, err)
		}
		if want := []int{http.StatusOK, http.StatusServiceUnavailable}[i/5]; got.status != want {
			t.Errorf("alert %d of another key: status %d, want %d: %s", i, got.status, want, got.body)
		}
	}
}
