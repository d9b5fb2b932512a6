package acceptance

import (
	"fmt"
	"net/http"
	"testing"
)

// TestTwoInstancesPageOnce runs two programs on one redis-server: nobody is paged
// twice, and when one is killed the other does what it left.
func TestTwoInstancesPageOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 2s, via: sms}, {after: 1h, via: voice}"))
	other := freeAddress(t)
	bases := []string{w.base(), "http://" + other}
	doomed := w.start()
	w.start("EARSHOT_LISTEN=" + other)

	open := func(name string, n int) []string {
		var ids []string
		for i := range n {
			id, err := triggered(fmt.Sprintf("%s %d", name, i), "mute").deliver(t.Context(), bases[i%len(bases)])
			if err != nil {
				t.Fatalf("alert never taken: %v", err)
			}
			ids = append(ids, id)
		}
		return ids
	}
	counts := func() map[string]int {
		n := map[string]int{}
		for _, r := range w.phones.RequestsTo("messages.create") {
			n[quoted(r.Form.Get("StatusCallback"))]++
		}
		return n
	}
	both := open("both live", 200)
	until(t, "every page of both went out", func() bool { return len(counts()) >= len(both) })
	w.reach(other)
	left := open("one dies", 40)
	doomed.kill()
	w.addr, bases = other, bases[1:]
	until(t, "every page of the one that died went out", func() bool { return len(counts()) >= len(both)+len(left) })
	alone := open("one lives", 10)
	until(t, "pages go out as ever", func() bool { return len(counts()) >= len(both)+len(left)+len(alone) })
	w.witness()

	sent := counts()
	for _, id := range both {
		if n := sent[id+"/p1"]; n != 1 {
			t.Errorf("with both alive %s was paged %d times, want once", id, n)
		}
	}
	for _, id := range append(left, alone...) {
		if n := sent[id+"/p1"]; n < 1 || n > 2 {
			t.Errorf("after one died %s was paged %d times", id, n)
		}
	}
	if a, err := ask(t, http.MethodGet, w.base()+"/readyz", ""); err != nil || a.status != http.StatusOK {
		t.Errorf("the one that lives is not ready: %d, %v", a.status, err)
	}
}
