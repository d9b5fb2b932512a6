package acceptance

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

const heartbeatKey = "canary-heartbeat-key-3f9c"

// beating is simple with a heartbeat for platform, and one for nobody in particular
// that never beats.
func beating(every string) string {
	return strings.Replace(simple("{after: 0s, via: sms}"), "integrations:\n", `integrations:
  cron: {type: heartbeat, key: `+heartbeatKey+`, team: platform, `+every+`}
  never: {type: heartbeat, key: canary-never-beats-77d1, team: platform, every: 1s}
`, 1)
}

// A heard beat is when it was answered, and when the next one is due at the latest.
type heard struct{ at, deadline time.Time }

// beat beats until it is stored.
func (w *world) beat(base, method string) (h heard) {
	w.t.Helper()
	until(w.t, "the beat is stored", func() bool {
		got, err := ask(w.t, method, base+"/integrations/heartbeat/"+heartbeatKey, "")
		if err != nil || got.status != http.StatusOK {
			return false
		}
		var said struct {
			Status, Heartbeat string
			NextDeadline      time.Time `json:"next_deadline"`
		}
		if err := json.Unmarshal([]byte(got.body), &said); err != nil || said.Status != "ok" || said.Heartbeat != "cron" {
			w.t.Errorf("answer %s", got.body)
		}
		h = heard{got.at, said.NextDeadline}
		return true
	})
	return h
}

// silent waits until an incident is opened because nothing was heard after a beat,
// and checks that this was after the deadline.
func (w *world) silent(h heard) string {
	w.t.Helper()
	var in struct {
		incident
		OpenedAt time.Time `json:"opened_at"`
	}
	until(w.t, "the heartbeat is silent", func() bool {
		for _, one := range w.incidents() {
			if strings.HasPrefix(one.Title, "Heartbeat cron silent since ") {
				w.admin(http.MethodGet, "/incidents/"+one.ID, "", &in)
				break
			}
		}
		return in.OpenedAt.After(h.at)
	})
	if in.Severity != "critical" || in.Team != "platform" {
		w.t.Errorf("incident %+v", in)
	}
	if early := h.deadline.Sub(in.OpenedAt); early > 0 {
		w.t.Errorf("%s was opened %s before the deadline", in.ID, early)
	}
	w.t.Logf("%s was opened %s after the deadline", in.ID, in.OpenedAt.Sub(h.deadline))
	return in.ID
}

// once checks that one program alone has fired.
func (w *world) once(id string) {
	w.t.Helper()
	if n := w.incident(id).Alerts; n != 1 {
		w.t.Errorf("%s was fired %d times", id, n)
	}
}

// TestASilentHeartbeatIsToldByWhoeverLives beats at one of two programs, which is
// killed before the next beat is due; the other one fires, once.
func TestASilentHeartbeatIsToldByWhoeverLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t, beating("every: 2s, grace: 1s"))
	other := freeAddress(t)
	doomed := w.start()
	w.start("EARSHOT_LISTEN=" + other)
	w.hears("ana", "heartbeats", "cron (Platform): waiting for its first beat", "never (Platform): waiting for its first beat")
	last := w.beat(w.base(), http.MethodPost)
	w.reach(other)
	w.addr = other
	doomed.kill()
	id := w.silent(last)
	w.once(id)
	until(t, "hal is paged", func() bool {
		return texted(w.phones.Phone(numbers["hal"]), id+" CRITICAL: Heartbeat cron silent since ")
	})
	w.hears("ana", "heartbeat platform", "cron (Platform): silent since ", "never (Platform): waiting")
	w.beat(w.base(), http.MethodGet)
	w.state(id, "resolved")
	w.hears("ana", "heartbeats", "cron (Platform): beating, last beat ")
}

// TestTwoProgramsTellOfASilenceOnce leaves both alive over several silences.
func TestTwoProgramsTellOfASilenceOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, beating("every: 2s"))
	other := freeAddress(t)
	bases := []string{w.base(), "http://" + other}
	w.start()
	w.start("EARSHOT_LISTEN=" + other)
	for n := range 3 {
		id := w.silent(w.beat(bases[n%2], http.MethodPost))
		w.once(id)
		w.beat(bases[(n+1)%2], http.MethodGet)
		w.state(id, "resolved")
	}
}

// TestADeadlinePassesWhileNobodyRuns kills the only program after a beat and starts
// it again when the next one is long due, with a longer deadline in its file first.
func TestADeadlinePassesWhileNobodyRuns(t *testing.T) {
	t.Parallel()
	w := newWorld(t, beating("every: 1s"))
	doomed := w.start()
	last := w.beat(w.base(), http.MethodPost)
	doomed.kill()
	until(t, "the deadline is over", func() bool { return time.Now().After(last.deadline) })
	w.write(beating("every: 1h"))
	doomed = w.start()
	w.witness()
	if all := w.incidents(); len(all) != 1 {
		t.Errorf("incidents: %+v, want the witness alone", all)
	}
	doomed.kill()
	w.write(beating("every: 1s"))
	w.start()
	w.silent(last)
}

// TestADeathOverTheAlertIsTakenOver kills the program that fires, at each point of the
// alert's way, and starts it again: the next beat ends what is open.
func TestADeathOverTheAlertIsTakenOver(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"after-claim", "before-commit", "after-commit", "after-push"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, beating("every: 1s"))
			doomed := w.start("EARSHOT_CRASH_AT=" + point + ":1")
			last := w.beat(w.base(), http.MethodPost)
			doomed.crashed()
			w.start()
			id := w.silent(last)
			w.beat(w.base(), http.MethodPost)
			w.state(id, "resolved")
		})
	}
}
