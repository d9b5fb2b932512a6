package intake

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestABeatIsAnsweredWithItsNextDeadline(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		b := newBench()
		b.now = b.now.Add(1500 * time.Microsecond)
		w := b.do(httptest.NewRequest(method, heartbeatPath+"/", nil))
		const want = `{"status":"ok","heartbeat":"cron","next_deadline":"2026-01-05T09:12:00.001Z"}` + "\n"
		if w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("%s: answer %d %s, want %s", method, w.Code, w.Body, want)
		}
		if at := b.beats["cron"]; !at.Equal(b.now) || b.results[0] != "cron accepted" {
			t.Errorf("%s: beat at %s, results %v", method, at, b.results)
		}
	}
}

func TestABeatThatIsNotStoredIsSentAgain(t *testing.T) {
	b := newBench()
	b.err = errors.New("dial tcp: connection refused")
	w := b.post(heartbeatPath, "")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" || b.results[0] != "cron unavailable" {
		t.Errorf("status %d, retry after %q, results %v", w.Code, w.Header().Get("Retry-After"), b.results)
	}
}

func TestAHeartbeatsKeyIsNoOthers(t *testing.T) {
	b := newBench()
	for path, want := range map[string]int{
		"/integrations/heartbeat/am-key":      http.StatusUnauthorized,
		"/integrations/heartbeat":             http.StatusNotFound,
		"/integrations/alertmanager/cron-key": http.StatusUnauthorized,
	} {
		if w := b.post(path, firing); w.Code != want {
			t.Errorf("%s: status %d, want %d", path, w.Code, want)
		}
	}
	if w := b.do(httptest.NewRequest(http.MethodPut, heartbeatPath, nil)); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST, GET" {
		t.Errorf("PUT: status %d, allow %q", w.Code, w.Header().Get("Allow"))
	}
	if len(b.beats) != 0 {
		t.Errorf("beats %v", b.beats)
	}
}
