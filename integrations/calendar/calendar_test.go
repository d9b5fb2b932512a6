package calendar

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const own = "/calendar/" + secret + ".ics"

func TestOnlyASecretOpensAFeed(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	for _, path := range []string{own, "/calendar/" + secret + "~platform.ics", "/calendar/" + secret + "~web~devs.ics", "/calendar/" + secret + "~platform~second.ics"} {
		if got := w.ask("GET", path); got.Code != http.StatusOK {
			t.Errorf("%s: status %d: %s", path, got.Code, got.Body)
		}
	}
	nothing := w.ask("GET", "/calendar/.ics").Body.String()
	for name, path := range map[string]string{
		"an unknown secret":               "/calendar/guess.ics",
		"the beginning of a secret":       "/calendar/" + secret[:5] + ".ics",
		"a secret and more":               "/calendar/" + secret + "x.ics",
		"a secret in another letter case": "/calendar/" + strings.ToUpper(secret) + ".ics",
		"no secret":                       "/calendar/.ics",
		"no secret, of a team":            "/calendar/~platform.ics",
		"a person who left":               "/calendar/secret-of-gil.ics",
		"a person who left, of a team":    "/calendar/secret-of-gil~platform.ics",
		"a person whom the file forgot":   "/calendar/secret-of-zoe.ics",
		"an unknown team":                 "/calendar/" + secret + "~db.ics",
		"an empty team":                   "/calendar/" + secret + "~.ics",
		"an unknown schedule":             "/calendar/" + secret + "~web~techops.ics",
		"an empty schedule":               "/calendar/" + secret + "~web~.ics",
		"an unknown schedule of none":     "/calendar/" + secret + "~db~techops.ics",
		"an unknown secret of a schedule": "/calendar/guess~web~devs.ics",
		"no ending":                       "/calendar/" + secret,
		"a path below":                    own + "/more",
		"the room itself":                 "/calendar/",
		"another room":                    "/calendars/" + secret + ".ics",
		"a byte that nobody typed":        "/calendar/%00.ics",
	} {
		got := w.ask("GET", path)
		if got.Code != http.StatusNotFound || got.Body.String() != nothing || got.Header().Get("ETag") != "" {
			t.Errorf("%s: status %d: %s", name, got.Code, got.Body)
		}
	}
}

func TestASecretTakenBackOpensNothing(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	tag := w.ask("GET", own).Header().Get("ETag")
	w.book.Wishes["ana"] = oncall.Wish{Calendar: "another"}
	for _, path := range []string{own, "/calendar/" + secret + "~platform.ics", "/calendar/" + secret + "~web~devs.ics"} {
		if got := w.ask("GET", path, "If-None-Match", tag); got.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, got.Code)
		}
	}
	if got := w.ask("GET", "/calendar/another.ics"); got.Code != http.StatusOK {
		t.Errorf("the new one: status %d", got.Code)
	}
	w.book.Wishes["ana"] = oncall.Wish{}
	for _, path := range []string{own, "/calendar/another.ics", "/calendar/.ics"} {
		if got := w.ask("GET", path); got.Code != http.StatusNotFound {
			t.Errorf("%s without any: status %d", path, got.Code)
		}
	}
}

func TestOneMayLookAndNothingElse(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"} {
		got := w.ask(method, own)
		if got.Code != http.StatusMethodNotAllowed || got.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: status %d, allowed %q", method, got.Code, got.Header().Get("Allow"))
		}
	}
	get, head := w.ask("GET", own), w.ask("HEAD", own)
	if head.Code != http.StatusOK || head.Body.Len() != 0 {
		t.Errorf("HEAD: status %d with %d bytes", head.Code, head.Body.Len())
	}
	for name, want := range map[string]string{
		"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": "private, max-age=300", "ETag": get.Header().Get("ETag"),
	} {
		for _, answer := range []http.Header{get.Header(), head.Header()} {
			if got := answer.Get(name); got != want || got == "" {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
	}
}

func TestAStoreThatIsAwayIsNoEmptyCalendar(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	w.away = errors.New("dial tcp: connection refused")
	for _, path := range []string{own, "/calendar/guess.ics"} {
		got := w.ask("GET", path)
		if got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") == "" {
			t.Errorf("%s: status %d, again after %q", path, got.Code, got.Header().Get("Retry-After"))
		}
		if strings.Contains(got.Body.String(), "tcp") {
			t.Errorf("the answer tells of our house: %s", got.Body)
		}
	}
	if log := w.log.String(); !strings.Contains(log, "connection refused") || strings.Contains(log, secret) {
		t.Errorf("log: %s", log)
	}
}

func TestWhatHasNotChangedIsNotSentAgain(t *testing.T) {
	for _, tt := range []struct{ name, now, later, handoff string }{
		{"across the change of the clock", "2026-03-06T12:00:00Z", "2026-03-09T12:59:59Z", "2026-03-11T13:00:00Z"},
		{"in summer", "2026-07-10T12:00:00Z", "2026-07-12T12:00:00Z", "2026-07-15T13:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.now)
			const path = "/calendar/" + secret + "~platform.ics"
			tag := w.ask("GET", path).Header().Get("ETag")
			w.now = at(t, tt.later)
			for _, sent := range []string{tag, "W/" + tag, `"else", ` + tag, "*"} {
				got := w.ask("GET", path, "If-None-Match", sent)
				if got.Code != http.StatusNotModified || got.Body.Len() > 0 || got.Header().Get("ETag") != tag {
					t.Errorf("%s: status %d with %d bytes", sent, got.Code, got.Body.Len())
				}
			}
			if got := w.ask("GET", path, "If-None-Match", `"else"`); got.Code != http.StatusOK || got.Body.Len() == 0 {
				t.Errorf("another tag: status %d", got.Code)
			}
			w.override(t, tt.later, tt.handoff, "", "dot")
			if got := w.ask("GET", path, "If-None-Match", tag); got.Code != http.StatusOK {
				t.Errorf("after an override: status %d", got.Code)
			}
			w.book.Bookings = nil
			if got := w.ask("GET", path, "If-None-Match", tag); got.Code != http.StatusNotModified {
				t.Errorf("after it was cancelled: status %d", got.Code)
			}
		})
	}
}
