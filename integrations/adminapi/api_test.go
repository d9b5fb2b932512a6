package adminapi

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestOnlyTheTokenOpensTheDoor(t *testing.T) {
	tests := []struct {
		name   string
		header string
		status int
	}{
		{"the right token", "Bearer " + token, 200},
		{"the scheme in another letter case", "bearer " + token, 200},
		{"a wrong token", "Bearer " + token + "x", 401},
		{"the beginning of the token", "Bearer " + token[:3], 401},
		{"another scheme", "Basic " + token, 401},
		{"nothing", "", 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newDesk(t).ask(http.MethodGet, "/api/v1/incidents", "", "Authorization", tt.header)
			if w.Code != tt.status {
				t.Errorf("status = %d, want %d: %s", w.Code, tt.status, w.Body)
			}
		})
	}
}

func TestWithoutATokenNobodyGetsIn(t *testing.T) {
	api := New(Options{Desk: newDesk(t)})
	for _, header := range []string{"", "Bearer ", "Bearer x"} {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/incidents", nil)
		r.Header.Set("Authorization", header)
		w := httptest.NewRecorder()
		api.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "EARSHOT_API_TOKEN") {
			t.Errorf("%q: status %d: %s", header, w.Code, w.Body)
		}
	}
}

func TestListHasTheContractsShape(t *testing.T) {
	d := newDesk(t)
	post(d, "/api/v1/incidents/PLATFORM-1/acknowledge", `{"by":"ana"}`)
	post(d, "/api/v1/incidents/PLATFORM-1/resolve", `{"by":"ben"}`)
	w := get(d, "/api/v1/incidents?state=resolved")
	const want = `{"incidents":[{"id":"PLATFORM-1","team":"platform","title":"Disk 1 full <&>","severity":"critical",` +
		`"state":"resolved","alerts":1,"opened_at":"2026-03-08T09:00:00Z","acknowledged_at":"2026-03-08T10:00:00Z",` +
		`"acknowledged_by":"ana","resolved_at":"2026-03-08T10:00:00Z"}],"next_cursor":""}` + "\n"
	if got := w.Body.String(); got != want {
		t.Errorf("answer\n%s want\n%s", got, want)
	}
	w = get(d, "/api/v1/incidents?limit=1")
	if got := w.Body.String(); !strings.Contains(got, `"acknowledged_at":null,"acknowledged_by":null,"resolved_at":null`) {
		t.Errorf("what has not happened is not null: %s", got)
	}
}

func TestListIsWalkedByCursorNewestFirst(t *testing.T) {
	d := newDesk(t)
	var ids []incident.ID
	for cursor := ""; ; {
		page := decoded[list](t, get(d, "/api/v1/incidents?limit=2&cursor="+cursor))
		for _, in := range page.Incidents {
			ids = append(ids, in.ID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if want := []incident.ID{"PLATFORM-3", "PLATFORM-2", "PLATFORM-1"}; !slices.Equal(ids, want) {
		t.Errorf("walked %v, want %v", ids, want)
	}
}

func TestIncidentHasItsTimeline(t *testing.T) {
	d := newDesk(t)
	post(d, "/api/v1/incidents/PLATFORM-2/acknowledge", `{"by":"ana"}`)
	got := decoded[story](t, get(d, "/api/v1/incidents/platform-2"))
	if got.ID != "PLATFORM-2" || got.State != incident.Acknowledged {
		t.Errorf("got %s %s", got.ID, got.State)
	}
	last := got.Timeline[len(got.Timeline)-1]
	if last.Kind != incident.KindAcknowledged || last.Actor != "ana" || last.Text != "acknowledged by ana" {
		t.Errorf("last line = %+v", last)
	}
}

func TestOncallIsWhatTheCommandLineSays(t *testing.T) {
	d := newDesk(t)
	tests := []struct{ name, query, want string }{
		{"now", "", `{"at":"2026-03-08T09:00:00Z","schedules":[` +
			`{"team":"platform","schedule":"night","on_call":[],"source":"none","next":[]},` +
			`{"team":"platform","schedule":"techops","on_call":["ana"],"source":"rotation","until":"2026-03-09T09:00:00Z","next":["ben"]}]}`},
		{"at another moment, in UTC whatever the offset", "?team=platform&at=2026-03-09T10:00:00%2B01:00", `{"at":"2026-03-09T09:00:00Z","schedules":[` +
			`{"team":"platform","schedule":"night","on_call":[],"source":"none","next":[]},` +
			`{"team":"platform","schedule":"techops","on_call":["ben"],"source":"rotation","until":"2026-03-16T09:00:00Z","next":["ana"]}]}`},
		{"a team without schedules", "?team=web", `{"at":"2026-03-08T09:00:00Z","schedules":[]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := get(d, "/api/v1/oncall"+tt.query).Body.String(); got != tt.want+"\n" {
				t.Errorf("got\n%s want\n%s", got, tt.want)
			}
		})
	}
}

func TestBadRequestsNameTheField(t *testing.T) {
	tests := []struct {
		name   string
		method string
		target string
		body   string
		status int
		field  string
	}{
		{"a limit that is no number", "GET", "/api/v1/incidents?limit=many", "", 400, "limit"},
		{"a limit of none", "GET", "/api/v1/incidents?limit=0", "", 400, "limit"},
		{"a state that isn't one", "GET", "/api/v1/incidents?state=open", "", 400, "state"},
		{"a team that isn't one", "GET", "/api/v1/incidents?team=nobody", "", 400, "team"},
		{"a cursor from elsewhere", "GET", "/api/v1/incidents?cursor=x", "", 400, "cursor"},
		{"on call in a team that isn't one", "GET", "/api/v1/oncall?team=nobody", "", 400, "team"},
		{"a time without its offset", "GET", "/api/v1/oncall?at=2026-03-08T09:00", "", 400, "at"},
		{"an unknown incident", "GET", "/api/v1/incidents/PLATFORM-99", "", 404, "id"},
		{"something that is no id", "GET", "/api/v1/incidents/..", "", 404, "id"},
		{"nobody says it", "POST", "/api/v1/incidents/PLATFORM-1/acknowledge", `{}`, 400, "by"},
		{"a stranger says it", "POST", "/api/v1/incidents/PLATFORM-1/acknowledge", `{"by":"eve"}`, 400, "by"},
		{"a number says it", "POST", "/api/v1/incidents/PLATFORM-1/acknowledge", `{"by":7}`, 400, "by"},
		{"an empty body", "POST", "/api/v1/incidents/PLATFORM-1/acknowledge", "", 400, "body"},
		{"a broken body", "POST", "/api/v1/incidents/PLATFORM-1/acknowledge", `{"by":`, 400, "body"},
		{"a list for a body", "POST", "/api/v1/incidents/PLATFORM-1/acknowledge", `[]`, 400, "body"},
		{"a body over 1 MiB", "POST", "/api/v1/incidents/PLATFORM-1/acknowledge", `{"by":"` + strings.Repeat("a", 1<<20) + `"}`, 413, "body"},
		{"a snooze of no length", "POST", "/api/v1/incidents/PLATFORM-1/snooze", `{"by":"ana"}`, 400, "for"},
		{"a snooze of an odd length", "POST", "/api/v1/incidents/PLATFORM-1/snooze", `{"by":"ana","for":"soon"}`, 400, "for"},
		{"a snooze of nothing", "POST", "/api/v1/incidents/PLATFORM-1/snooze", `{"by":"ana","for":"0s"}`, 400, "for"},
		{"acting on an unknown incident", "POST", "/api/v1/incidents/PLATFORM-99/resolve", `{"by":"ana"}`, 404, "id"},
		{"an action that isn't one", "POST", "/api/v1/incidents/PLATFORM-1/forget", `{"by":"ana"}`, 404, ""},
		{"a path that isn't one", "GET", "/api/v1/incidents/PLATFORM-1/timeline/x", "", 404, ""},
		{"posting to the list", "POST", "/api/v1/incidents", `{}`, 405, ""},
		{"acting by GET", "GET", "/api/v1/incidents/PLATFORM-1/resolve", "", 405, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			w := d.ask(tt.method, tt.target, tt.body)
			got := decoded[problem](t, w)
			if w.Code != tt.status || got.Field != tt.field || got.Text == "" {
				t.Errorf("status %d, field %q, want %d, %q: %s", w.Code, got.Field, tt.status, tt.field, w.Body)
			}
			if d.incidents[0].State != incident.Triggered {
				t.Errorf("the incident is %s", d.incidents[0].State)
			}
		})
	}
}

func TestAStoreAwayIsNoAnswer(t *testing.T) {
	d := newDesk(t)
	d.down = errors.New("dial tcp 10.0.0.7:6379: connection refused")
	for _, target := range []string{"/api/v1/incidents", "/api/v1/incidents/PLATFORM-1"} {
		w := get(d, target)
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: status %d, headers %v", target, w.Code, w.Header())
		}
		if strings.Contains(w.Body.String(), "6379") {
			t.Errorf("%s tells where the store is: %s", target, w.Body)
		}
	}
}
