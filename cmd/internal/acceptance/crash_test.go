package acceptance

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/earshot-oncall/earshot/escalation"
)

// TestCrashesLoseNothing kills the program with SIGKILL at each named point of an
// alert's way, and starts it again: the alert, its card and its page are there, at
// most the page in flight twice, and an acknowledgement stops the rest.
func TestCrashesLoseNothing(t *testing.T) {
	t.Parallel()
	for _, point := range escalation.Points() {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, simple("{after: 0s, via: sms}, {after: 3s, via: voice, every: 1s, times: 60}"))
			doomed := w.start("EARSHOT_CRASH_AT=" + point + ":1")
			accepted := make(chan string, 1)
			go func() {
				id, err := triggered("Disk full", "").deliver(t.Context(), w.base())
				if err != nil {
					t.Errorf("alert never taken: %v", err)
				}
				accepted <- id
			}()
			doomed.crashed()
			w.start()
			id := <-accepted

			until(t, "the page arrives", func() bool { return texted(w.phones.Phone(numbers["hal"]), id+" CRITICAL: Disk full") })
			until(t, "the next step is taken", func() bool { return w.paged(id, "voice", numbers["hal"]) > 0 })
			w.card(platform, id, "Disk full", "Hal Byrne")
			answered := w.act(id, "acknowledge", "hal")
			w.card(platform, id, "acknowledged by Hal Byrne after ")
			w.witness()
			w.silentSince(id, answered.at)

			if all := w.incidents(); len(all) != 2 || all[1].ID != id {
				t.Errorf("the incidents are %+v, want %s and the witness", all, id)
			}
			w.paidOnce(id, 1)
			if n := len(w.cards(platform, id)); n != 1 {
				t.Errorf("%d cards of %s, want 1", n, id)
			}
		})
	}
}

// TestACrashAfterTheAcknowledgementKeepsIt kills the program between the commit of
// an acknowledgement and all that follows from it, its answer included.
func TestACrashAfterTheAcknowledgementKeepsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}, {after: 1h, via: voice}"))
	first := w.start()
	id := w.send(triggered("Disk full", ""))
	card := w.card(platform, id, "Hal Byrne by SMS")
	until(t, "the thread is told", func() bool { return strings.Contains(w.thread(card), "SMS") })
	first.signal(syscall.SIGTERM)
	if status := first.exit(patience); status != 0 {
		t.Fatalf("exit status %d, want 0", status)
	}

	// Nothing is owed now, so that the next commit is the acknowledgement's.
	doomed := w.start("EARSHOT_CRASH_AT=after-commit:1")
	got, err := ask(t, http.MethodPost, w.base()+"/api/v1/incidents/"+id+"/acknowledge", `{"by":"hal"}`, "Authorization", "Bearer "+apiToken)
	if err == nil {
		t.Fatalf("a program that crashed answered %d: %s", got.status, got.body)
	}
	doomed.crashed()
	w.start()
	w.card(platform, id, "acknowledged by Hal Byrne after ")
	if got := w.incident(id); got.State != "acknowledged" || got.by() != "hal" {
		t.Errorf("%s is %s by %q", id, got.State, got.by())
	}
}

// paidOnce fails the test where pages about an incident were sent more than once,
// but for so many in all that may have been in flight.
func (w *world) paidOnce(id string, inFlight int) {
	w.t.Helper()
	sent := map[string]int{}
	for _, p := range w.pages(id) {
		if p.id == "" {
			w.t.Errorf("a page by %s about %s has no number", p.via, id)
		}
		if sent[p.id]++; sent[p.id] > 1 {
			inFlight--
			w.t.Logf("page %s by %s went out again", p.id, p.via)
		}
	}
	if inFlight < 0 {
		w.t.Errorf("pages about %s went out more often than those in flight: %v", id, sent)
	}
}
