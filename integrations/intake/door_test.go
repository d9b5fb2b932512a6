package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestAnswers(t *testing.T) {
	tests := []struct {
		name   string
		path   string
		body   string
		status int
		answer string
	}{
		{"native", nativePath, `{"dedup_key":"k","summary":"x"}`, 202, `{"status":"accepted","incident":"WEB-1","deduplicated":false}`},
		{"native joins", nativePath, `{"dedup_key":"k","summary":"x"}`, 202, `{"status":"accepted","incident":"WEB-1","deduplicated":true}`},
		{"native acknowledges", nativePath, `{"dedup_key":"k","action":"acknowledge"}`, 202, `{"status":"accepted","incident":"WEB-1","deduplicated":false}`},
		{"native resolves", nativePath, `{"dedup_key":"k","action":"resolve"}`, 202, `{"status":"accepted","incident":"WEB-1","deduplicated":false}`},
		{"native resolves what is not there", nativePath, `{"dedup_key":"k","action":"resolve"}`, 202, `{"status":"accepted","incident":"","deduplicated":false}`},
		{"native opens anew", nativePath, `{"dedup_key":"k","summary":"x"}`, 202, `{"status":"accepted","incident":"WEB-2","deduplicated":false}`},
		{"native without a summary", nativePath, `{}`, 400, `{"error":"summary is required for a trigger","field":"summary"}`},
		{"victorops", voPath, `{"message_type":"CRITICAL","entity_id":"k"}`, 200, `{"result":"success","entity_id":"k"}`},
		{"victorops with its own spelling of the key", voPath, `{"message_type":"CRITICAL","entity_id":"a <b> & ü"}`, 200, `{"result":"success","entity_id":"a \u003cb\u003e \u0026 ü"}`},
		{"victorops makes up a key", voPath, `{"message_type":"CRITICAL"}`, 200, `{"result":"success","entity_id":"`},
		{"victorops without a routing key", "/integrations/generic/20131114/alert/vo-key", `{"message_type":"OK","entity_id":"k"}`, 200, `{"result":"success","entity_id":"k"}`},
		{"victorops with a slash at the end", "/integrations/generic/20131114/alert/vo-key/", `{"message_type":"INFO","entity_id":"k"}`, 200, `{"result":"success","entity_id":"k"}`},
		{"victorops with a slash after the routing key", voPath + "/", `{"message_type":"INFO","entity_id":"k"}`, 200, `{"result":"success","entity_id":"k"}`},
		{"victorops without a word", voPath, `{"entity_id":"k"}`, 400, `{"result":"failure","message":"message_type is required","field":"message_type"}`},
		{"alertmanager", amPath, firing, 200, `{"status":"accepted","incident":"PLATFORM-6"}`},
		{"alertmanager without alerts", amPath, `{}`, 400, `{"error":"alerts must hold at least one alert","field":"alerts"}`},
		{"a wrong key", "/integrations/alertmanager/am-kez", firing, 401, `{"error":"key is not one of an integration of type alertmanager","field":"key"}`},
		{"a key of another kind", "/integrations/alertmanager/vo-key", firing, 401, `{"error":`},
		{"a wrong key for victorops", "/integrations/generic/20131114/alert/nope/db", `{}`, 401, `{"result":"failure","message":`},
		{"no key", "/integrations/alertmanager/", firing, 404, `{"error":"no such path"}`},
		{"another version of the path", "/integrations/generic/20141114/alert/vo-key", `{}`, 404, `{"error":"no such path"}`},
		{"too long a path", voPath + "/more", `{}`, 404, `{"error":"no such path"}`},
		{"nowhere", "/nowhere", `{}`, 404, `{"error":"no such path"}`},
		{"too large", nativePath, `{"summary":"` + strings.Repeat("x", maxBody) + `"}`, 413, `{"error":"body is over 1 MiB","field":"body"}`},
		{"too large for victorops", voPath, strings.Repeat(" ", maxBody+1), 413, `{"result":"failure","message":"body is over 1 MiB","field":"body"}`},
		{"as large as may be", nativePath, `{"dedup_key":"k","summary":"x"}` + strings.Repeat(" ", maxBody-31), 202, `{"status":"accepted"`},
	}
	b := newBench()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := b.post(tt.path, tt.body)
			if w.Code != tt.status || !strings.HasPrefix(w.Body.String(), tt.answer) {
				t.Errorf("answer %d %s, want %d %s", w.Code, w.Body, tt.status, tt.answer)
			}
			if got := w.Header().Get("Content-Type"); got != "application/json" {
				t.Errorf("content type %q", got)
			}
		})
	}
	for _, secret := range []string{"native-key", "vo-key", "am-key"} {
		if strings.Contains(b.log.String(), secret) {
			t.Errorf("the log holds a key:\n%s", b.log.String())
		}
	}
}

func TestNativeKeys(t *testing.T) {
	for header, want := range map[string]int{
		"Bearer native-key":   202,
		"bearer  native-key ": 202,
		"Bearer wrong":        401,
		"Bearer vo-key":       401,
		"Bearer ":             401,
		"Bearer":              401,
		"Basic native-key":    401,
		"native-key":          401,
		"":                    401,
	} {
		b := newBench()
		r := httptest.NewRequest(http.MethodPost, nativePath, strings.NewReader(`{"summary":"x"}`))
		r.Header.Set("Authorization", header)
		w := b.do(r)
		if w.Code != want || (want == 401) != (w.Header().Get("WWW-Authenticate") == "Bearer") {
			t.Errorf("%q: status %d, want %d", header, w.Code, want)
		}
		if want == 401 && (len(b.events) > 0 || b.results[0] != " wrong_key") {
			t.Errorf("%q: events %v, results %q", header, b.events, b.results)
		}
	}
}

func TestOtherMethodsChangeNothing(t *testing.T) {
	b := newBench()
	for _, path := range []string{nativePath, voPath, amPath} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			w := b.do(httptest.NewRequest(method, path, strings.NewReader(firing)))
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != http.MethodPost {
				t.Errorf("%s %s: status %d, allow %q", method, path, w.Code, w.Header().Get("Allow"))
			}
		}
	}
	if len(b.events) > 0 {
		t.Errorf("events %v", b.events)
	}
}

func TestPackedBodiesAreRefused(t *testing.T) {
	b := newBench()
	r := httptest.NewRequest(http.MethodPost, amPath, strings.NewReader(firing))
	r.Header.Set("Content-Encoding", "gzip")
	if w := b.do(r); w.Code != http.StatusUnsupportedMediaType {
		t.Errorf("status %d", w.Code)
	}
}

func TestNothingStoredIsNoSuccess(t *testing.T) {
	for path, body := range map[string]string{
		nativePath: `{"summary":"x"}`,
		voPath:     `{"message_type":"CRITICAL"}`,
		amPath:     firing,
	} {
		for _, cause := range []error{errors.New("dial tcp: refused"), context.DeadlineExceeded, incident.ErrConflict, fmt.Errorf("x: %w", incident.ErrNotFound)} {
			b := newBench()
			b.err = cause
			w := b.post(path, body)
			if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" {
				t.Errorf("%s, %v: status %d, retry after %q", path, cause, w.Code, w.Header().Get("Retry-After"))
			}
			if strings.Contains(w.Body.String(), "refused") || !strings.HasSuffix(b.results[0], " unavailable") {
				t.Errorf("%s: body %s, results %q", path, w.Body, b.results)
			}
		}
	}
	b := newBench()
	b.err = errors.New("dial tcp: refused")
	if w := b.post(nativePath, `{"action":"resolve","dedup_key":"k"}`); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a resolve that was not stored: status %d", w.Code)
	}
	b.err = fmt.Errorf("%w: not now", incident.ErrRefused)
	if w := b.post(nativePath, `{"action":"acknowledge","dedup_key":"k"}`); w.Code != http.StatusAccepted {
		t.Errorf("an acknowledge that can't matter any more: status %d", w.Code)
	}
}

func TestRoutingAndWarnings(t *testing.T) {
	b := newBench()
	b.post(voPath, `{"message_type":"CRITICAL","entity_id":"k"}`)
	b.post(amPath+"?routing_key=web", firing)
	b.post(amPath, `{"groupKey":"h","alerts":[{"fingerprint":"a"},5]}`)
	b.post("/integrations/generic/20131114/alert/vo-key/a%2Fb", `{"message_type":"CRITICAL","entity_id":"l"}`)
	want := []incident.Route{
		{Team: "web", Urgency: oncall.High, Because: "integration legacy", Warning: `unknown routing key "db"`},
		{Team: "web", Urgency: oncall.High, Because: "routing key web"},
		{Team: "platform", Urgency: oncall.High, Because: "catch_all", Warning: "no route and no integration's team claims this alert: sent to the catch-all; 1 of 2 alerts could not be read: alerts[1] is not a JSON object"},
		{Team: "web", Urgency: oncall.High, Because: "integration legacy", Warning: `unknown routing key "a/b"`},
	}
	for i, w := range want {
		if got := b.events[i].(incident.AlertFired).Route; got != w {
			t.Errorf("route %d:\n got %+v\nwant %+v", i, got, w)
		}
	}
	if got := strings.Join(b.results, ", "); got != "legacy accepted, prom accepted, prom accepted, legacy accepted" {
		t.Errorf("results %s", got)
	}
}

func TestABodyThatBreaksOffIsRefused(t *testing.T) {
	b := newBench()
	r := httptest.NewRequest(http.MethodPost, amPath, io.MultiReader(strings.NewReader(`{"alerts":`), broken{}))
	if w := b.do(r); w.Code != http.StatusBadRequest || len(b.events) > 0 {
		t.Errorf("status %d, events %v", w.Code, b.events)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
