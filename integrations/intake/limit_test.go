package intake

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestRateLimit(t *testing.T) {
	b := newBench()
	b.setup.Rate = Rate{Per: time.Minute, Alerts: 2}
	senders := []struct {
		path, body string
		tooFast    int
	}{
		{nativePath, `{"summary":"x"}`, 429},
		{voPath, `{"message_type":"CRITICAL"}`, 503},
		{amPath, firing, 503},
		{grafanaPath, firing, 503},
		{heartbeatPath, "", 429},
	}
	for _, s := range senders {
		for i := range 3 {
			w := b.post(s.path, s.body)
			wait := w.Header().Get("Retry-After")
			if limited := wait == "30"; limited != (i == 2) || limited && w.Code != s.tooFast || !limited && w.Code/100 != 2 {
				t.Errorf("%s, alert %d: status %d, retry after %q", s.path, i+1, w.Code, wait)
			}
		}
	}
	if got := b.results[2]; got != "any limited" {
		t.Errorf("result %q", got)
	}
}

func TestAFloodOfOneKeyLeavesOthersAlone(t *testing.T) {
	b := newBench()
	b.setup.Rate = Rate{Per: time.Minute, Alerts: 10}
	refused := 0
	for range 1000 {
		if b.post(voPath, `{"message_type":"CRITICAL"}`).Code != 200 {
			refused++
		}
	}
	if refused != 990 {
		t.Errorf("%d of a thousand refused, want 990", refused)
	}
	if w := b.post(nativePath, `{"summary":"x"}`); w.Code != 202 {
		t.Errorf("somebody else is told %d", w.Code)
	}
}

func TestWithoutALimitNobodyCounts(t *testing.T) {
	b := newBench()
	for range 100 {
		if w := b.post(nativePath, `{"summary":"x"}`); w.Code != 202 {
			t.Fatalf("status %d", w.Code)
		}
	}
	if len(b.used) != 0 {
		t.Errorf("counted: %v", b.used)
	}
}

func TestALimitThatCannotBeAskedLetsAlertsThrough(t *testing.T) {
	b := newBench()
	b.setup.Rate = Rate{Per: time.Minute, Alerts: 1}
	b.away = errors.New("dial tcp: connection refused")
	for range 3 {
		if w := b.post(nativePath, `{"summary":"x"}`); w.Code != 202 {
			t.Errorf("status %d", w.Code)
		}
	}
	if !strings.Contains(b.log.String(), "rate limit not asked") {
		t.Errorf("the log does not say so:\n%s", b.log.String())
	}
}

func TestAWrongKeyUsesNobodysAllowance(t *testing.T) {
	b := newBench()
	b.setup.Rate = Rate{Per: time.Minute, Alerts: 1}
	r := httptest.NewRequest("POST", "/integrations/alertmanager/nope", strings.NewReader(firing))
	if w := b.do(r); w.Code != 401 || len(b.used) != 0 {
		t.Errorf("status %d, counted %v", w.Code, b.used)
	}
}
