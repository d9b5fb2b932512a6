package gateway

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// callback is the address that the gateway was given for a page, without the host.
func (s *stage) callback(id incident.PageID) string {
	return strings.TrimPrefix(s.setup.plan.callback(public, id), public)
}

// hears lets the handler have a receipt and returns its answer's status.
func (s *stage) hears(method, target, kind, body string) int {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := httptest.NewRecorder()
	s.client.Handler(s.desk).ServeHTTP(w, r)
	return w.Code
}

const (
	aForm = "application/x-www-form-urlencoded"
	aJSON = "application/json; charset=utf-8"
)

func TestF57AReceiptSaysWhatBecameOfAPage(t *testing.T) {
	tests := []struct {
		name, method, query, kind, body string
		code                            int
		want                            incident.PageStatus
	}{
		{"delivered, in the address", "GET", "&status=delivered", "", "", 204, incident.PageArrived},
		{"as SMPP has it", "GET", "&status=DELIVRD", "", "", 204, incident.PageArrived},
		{"undelivered, in a form", "POST", "", aForm, "id=7&status=Undelivered", 204, incident.PageLost},
		{"undelivered, as SMPP has it", "POST", "&status=UNDELIV", "", "", 204, incident.PageLost},
		{"failed, in JSON", "POST", "", aJSON, `{"id": 7, "status": "failed"}`, 204, incident.PageLost},
		{"rejected", "POST", "", aJSON, `{"status": " REJECTED "}`, 204, incident.PageLost},
		{"expired", "POST", "", aForm, "status=expired", 204, incident.PageLost},
		{"sent says nothing", "POST", "", aForm, "status=sent", 204, incident.PageOut},
		{"queued says nothing", "POST", "", aForm, "status=queued", 204, incident.PageOut},
		{"accepted says nothing", "POST", "", aJSON, `{"status":"accepted"}`, 204, incident.PageOut},
		{"an unknown word says nothing", "POST", "", aForm, "status=enroute", 204, incident.PageOut},
		{"no status at all", "POST", "", aForm, "state=delivered", 400, incident.PageOut},
		{"JSON of another shape", "POST", "", aJSON, `[1]`, 400, incident.PageOut},
		{"no form", "POST", "", aForm, `%zz`, 400, incident.PageOut},
		{"another method", "PUT", "&status=delivered", "", "", 405, incident.PageOut},
		{"a body without an end", "POST", "", aForm, "status=delivered&x=" + strings.Repeat("x", maxReceipt), 413, incident.PageOut},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, vendor)
			s.desk.out()
			if code := s.hears(tt.method, s.callback("PLATFORM-42/p3")+tt.query, tt.kind, tt.body); code != tt.code {
				t.Errorf("answered %d, want %d", code, tt.code)
			}
			if got := s.desk.status("PLATFORM-42/p3"); got != tt.want {
				t.Errorf("the page is %s, want %s", got, tt.want)
			}
		})
	}
}

func TestAReceiptReachesAllThatWereToldInTheMessage(t *testing.T) {
	s := newStage(t, vendor)
	s.desk.incidents["WEB-7"] = incident.Incident{ID: "WEB-7", State: incident.Triggered, Pages: []incident.Page{
		{ID: "WEB-7/p1", To: "hal", Via: oncall.SMS, Status: incident.PageOut},
	}}
	s.desk.out("WEB-7/p1", "GONE-1/p1")
	if code := s.hears("POST", s.callback("PLATFORM-42/p3"), aForm, "status=failed"); code != 204 {
		t.Fatalf("answered %d", code)
	}
	for _, id := range []incident.PageID{"PLATFORM-42/p3", "WEB-7/p1"} {
		if got := s.desk.status(id); got != incident.PageLost {
			t.Errorf("%s is %s, want failed", id, got)
		}
	}
}

func TestAForgedReceiptChangesNothing(t *testing.T) {
	s := newStage(t, vendor)
	good := s.callback("PLATFORM-42/p3")
	stranger, flaws := Compile(Recipe{URL: "https://a.example.com", Body: vendor("").Body, Secret: "another secret of the same length"})
	if len(flaws) > 0 {
		t.Fatal(flaws)
	}
	sig := url.QueryEscape(s.setup.plan.sign("PLATFORM-42/p3"))
	forged := map[string]string{
		"no signature":                    pathStatus + "?page=PLATFORM-42%2Fp3",
		"an empty one":                    pathStatus + "?page=PLATFORM-42%2Fp3&sig=",
		"another page's":                  pathStatus + "?page=PLATFORM-42%2Fp4&sig=" + sig,
		"one letter less":                 good[:len(good)-1],
		"one letter more":                 good + "A",
		"another secret's":                strings.TrimPrefix(stranger.plan.callback(public, "PLATFORM-42/p3"), public),
		"a second page before the signed": pathStatus + "?page=WEB-7%2Fp1&" + strings.TrimPrefix(good, pathStatus+"?"),
		"the page in the form":            pathStatus + "?sig=" + sig,
	}
	for name, target := range forged {
		t.Run(name, func(t *testing.T) {
			s.desk.out()
			if code := s.hears("POST", target, aForm, "status=failed&page=PLATFORM-42%2Fp3&sig="+sig); code != 401 {
				t.Errorf("answered %d, want 401", code)
			}
			if len(s.desk.events) > 0 {
				t.Errorf("it is believed: %v", s.desk.events)
			}
		})
	}
	s.set(t, Recipe{URL: "https://a.example.com?to={{digits .To}}&text={{urlquery .Text}}"})
	if code := s.hears("POST", good, aForm, "status=failed"); code != 401 {
		t.Errorf("a gateway that sends no receipts: answered %d, want 401", code)
	}
	s.tellsNothing(t, "")
}

func TestReceiptsThatComeLateOrTwice(t *testing.T) {
	t.Run("F59 statuses only move forward", func(t *testing.T) {
		s := newStage(t, vendor)
		for _, order := range [][]string{{"failed", "failed", "delivered"}, {"queued", "undelivered", "sent"}, {"expired", "accepted", "failed"}} {
			s.desk.out()
			for _, status := range order {
				if code := s.hears("GET", s.callback("PLATFORM-42/p3")+"&status="+status, "", ""); code != 204 {
					t.Fatalf("%s: answered %d", status, code)
				}
			}
			if got := s.desk.status("PLATFORM-42/p3"); got != incident.PageLost {
				t.Errorf("after %v the page is %s", order, got)
			}
		}
	})
	t.Run("F59 an unknown page is no error", func(t *testing.T) {
		s := newStage(t, vendor)
		s.desk.out()
		for _, id := range []incident.PageID{"PLATFORM-42/p9", "NOBODY-1/p1", ""} {
			if code := s.hears("GET", s.callback(id)+"&status=failed", "", ""); code != 204 {
				t.Errorf("%q: answered %d, want 204", id, code)
			}
		}
		if s.counts["receipt unknown"] != 3 {
			t.Errorf("counted %v", s.counts)
		}
	})
	t.Run("a store that is away asks for another", func(t *testing.T) {
		s := newStage(t, vendor)
		s.desk.broken = errors.New("away")
		if code := s.hears("GET", s.callback("PLATFORM-42/p3")+"&status=failed", "", ""); code != http.StatusServiceUnavailable {
			t.Errorf("answered %d, want 503", code)
		}
	})
}
