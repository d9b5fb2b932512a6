package adminapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const token = "a-long-token"

var nine = time.Date(2026, time.March, 8, 9, 0, 0, 0, time.UTC)

// desk keeps incidents in memory and lets the real core decide.
type desk struct {
	incidents []incident.Incident // oldest first
	timelines map[incident.ID][]incident.Entry
	roster    oncall.Roster
	down      error // what the store answers
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{timelines: map[incident.ID][]incident.Entry{}, roster: oncall.Roster{
		People: map[oncall.PersonID]oncall.Person{"ana": {ID: "ana", Slack: "U0ANA"}, "ben": {ID: "ben", Slack: "U0BEN"}},
		Teams: map[oncall.TeamID]oncall.Team{
			"platform": {ID: "platform",
				Policies: map[string]oncall.Policy{"default": {Name: "default", Tiers: []oncall.Tier{
					{Page: []oncall.Target{{Kind: oncall.ToPerson, Name: "ana"}}, Wait: time.Hour}}}},
				Schedules: map[string]oncall.Schedule{
					"night": {Team: "platform", Name: "night"},
					"techops": {Team: "platform", Name: "techops", Layers: []oncall.Layer{{
						Participants: [][]oncall.PersonID{{"ana"}, {"ben"}}, Turn: oncall.Turn{N: 1, Unit: oncall.Weeks},
						Start: oncall.Wall{Year: 2026, Month: time.March, Day: 2, Hour: 9},
					}}},
				}},
			"web": {ID: "web"},
		},
	}}
	for n := range 3 {
		d.open(t, "platform", int64(n+1), nine.Add(time.Duration(n)*time.Minute))
	}
	return d
}

func (d *desk) open(t *testing.T, team oncall.TeamID, n int64, at time.Time) {
	t.Helper()
	key := incident.Key{Integration: "any", Dedup: strconv.FormatInt(n, 10)}
	in, _, err := incident.Decide(incident.Incident{ID: incident.NewID(team, n)}, d.roster, incident.AlertFired{
		Key: key, Alert: incident.Alert{Title: fmt.Sprintf("Disk %d full <&>", n), Severity: incident.Critical},
		Route: incident.Route{Team: team, Urgency: oncall.High, Because: "integration any"},
	}, at)
	if err != nil {
		t.Fatal(err)
	}
	d.save(in)
}

func (d *desk) save(in incident.Incident) {
	d.timelines[in.ID] = append(d.timelines[in.ID], in.Timeline...)
	in.Timeline = nil
	if i := slices.IndexFunc(d.incidents, func(o incident.Incident) bool { return o.ID == in.ID }); i >= 0 {
		d.incidents[i] = in
		return
	}
	d.incidents = append(d.incidents, in)
}

func (d *desk) Find(_ context.Context, id incident.ID) (incident.Incident, error) {
	for _, in := range d.incidents {
		if in.ID == id {
			return in, d.down
		}
	}
	return incident.Incident{}, incident.ErrNotFound
}

func (d *desk) Timeline(_ context.Context, id incident.ID) ([]incident.Entry, error) {
	return d.timelines[id], d.down
}

func (d *desk) Roster() oncall.Roster { return d.roster }

func (d *desk) Handle(ctx context.Context, ev incident.Event) (incident.Incident, error) {
	in, err := d.Find(ctx, ev.Subject().ID)
	if err != nil {
		return in, err
	}
	next, _, err := incident.Decide(in, d.roster, ev, nine.Add(time.Hour))
	if err == nil {
		d.save(next)
	}
	return next, err
}

// List takes a cursor for the number of incidents to pass over.
func (d *desk) List(_ context.Context, q Query) (page []incident.Incident, next string, err error) {
	skip := 0
	if q.Cursor != "" {
		if skip, err = strconv.Atoi(q.Cursor); err != nil {
			return nil, "", fmt.Errorf("%w: %q", ErrCursor, q.Cursor)
		}
	}
	for _, in := range slices.Backward(d.incidents) {
		switch {
		case q.State != "" && in.State != q.State, q.Team != "" && in.Team != q.Team:
		case skip > 0:
			skip--
		case len(page) == q.Limit:
			passed, _ := strconv.Atoi(q.Cursor)
			return page, strconv.Itoa(passed + len(page)), d.down
		default:
			page = append(page, in)
		}
	}
	return page, "", d.down
}

// ask sends one request with the token and returns the answer.
func (d *desk) ask(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	api := New(Options{Token: token, Desk: d, Now: func() time.Time { return nine }, Log: slog.New(slog.DiscardHandler)})
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, content)
	r.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	api.Handler().ServeHTTP(w, r)
	return w
}

func get(d *desk, target string) *httptest.ResponseRecorder { return d.ask(http.MethodGet, target, "") }

func post(d *desk, target, body string) *httptest.ResponseRecorder {
	return d.ask(http.MethodPost, target, body)
}

// decoded reads an answer's JSON.
func decoded[T any](t *testing.T, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("answer %s: %v", w.Body, err)
	}
	return v
}
