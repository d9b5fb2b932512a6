package gateway

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// What must be told to nobody but the gateway.
const (
	canaryKey    = "canarykeyinaheader"
	canaryQuery  = "canaryinthequery"
	canarySecret = "canary-that-signs-receipts"
	hal          = "+16175550108"
	public       = "https://oncall.example.com"
)

// vendor is a recipe with a secret in every place that takes one.
func vendor(base string) Recipe {
	return Recipe{
		URL: base + "/v1/send?key=" + canaryQuery, Secret: canarySecret,
		Headers: map[string]string{"Authorization": "Bearer " + canaryKey, "X-Page": "{{.ID}}"},
		Body:    `{"to": {{json (digits .To)}}, "text": {{json .Text}}, "callback": {{json .Callback}}}`,
	}
}

// A request is one that the gateway has had.
type request struct {
	*http.Request
	body string
}

// A stage is a client, the gateway that it asks and the desk that it tells.
type stage struct {
	client *Client
	desk   *desk
	log    *bytes.Buffer

	mu       sync.Mutex
	setup    Setup
	requests []request
	answer   http.HandlerFunc
	counts   map[string]int
}

func newStage(t *testing.T, recipe func(base string) Recipe) *stage {
	t.Helper()
	s := &stage{log: &bytes.Buffer{}, counts: map[string]int{}, answer: func(http.ResponseWriter, *http.Request) {}}
	s.desk = &desk{incidents: map[incident.ID]incident.Incident{"PLATFORM-42": {
		ID: "PLATFORM-42", Title: "Disk full", Severity: incident.Critical, State: incident.Triggered,
	}}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.requests = append(s.requests, request{r, string(body)})
		answer := s.answer
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	s.set(t, recipe(server.URL))
	s.client = New(Options{
		Setup: func() Setup { return s.setup }, Words: func(n incident.Notice) string { return string(n.Incidents[0].ID) + `: "full" & <loud>` },
		PublicURL: public + "/", HTTP: &http.Client{Transport: &http.Transport{}}, Reach: s.desk,
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Observe: func(method, result string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.counts[method+" "+result]++
		},
	})
	return s
}

func (s *stage) set(t *testing.T, r Recipe) {
	t.Helper()
	setup, flaws := Compile(r)
	if len(flaws) > 0 {
		t.Fatalf("flaws: %+v", flaws)
	}
	s.setup = setup
}

func (s *stage) answers(with http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = with
}

func (s *stage) had() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]request(nil), s.requests...)
}

// notice pages hal about the incident.
func (s *stage) notice() incident.Notice {
	return incident.Notice{
		Page: "PLATFORM-42/p3", Via: oncall.SMS, To: oncall.Person{ID: "hal", Name: "Hal Byrne", Phone: hal},
		Incidents: []incident.Incident{s.desk.incidents["PLATFORM-42"]},
	}
}

// fails pages, and returns the fault, which tells nothing that is secret.
func (s *stage) fails(t *testing.T, n incident.Notice) *incident.Fault {
	t.Helper()
	ref, receipt, err := s.client.Page(t.Context(), n)
	var f *incident.Fault
	if !errors.As(err, &f) {
		t.Fatalf("error = %v, want a Fault", err)
	}
	if ref != "" || receipt {
		t.Errorf("a failed page has ref %q, receipt %v", ref, receipt)
	}
	s.tellsNothing(t, f.Reason+f.Admin)
	return f
}

// tellsNothing looks for secrets in the words and in the log.
func (s *stage) tellsNothing(t *testing.T, words string) {
	t.Helper()
	for _, secret := range []string{canaryKey, canaryQuery, canarySecret, hal[1:], "5550108"} {
		if strings.Contains(words+s.log.String(), secret) {
			t.Errorf("%q is told: %s\n%s", secret, words, s.log)
		}
	}
}

// desk remembers events, and forgets with the test.
type desk struct {
	mu        sync.Mutex
	incidents map[incident.ID]incident.Incident
	events    []incident.Event
	closed    oncall.Trouble
	broken    error
}

func (d *desk) Find(_ context.Context, id incident.ID) (incident.Incident, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	in, ok := d.incidents[id]
	if d.broken != nil || ok {
		return in, d.broken
	}
	return in, incident.ErrNotFound
}

// Handle decides as the dispatcher would.
func (d *desk) Handle(_ context.Context, ev incident.Event) (incident.Incident, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = append(d.events, ev)
	id := ev.Subject().ID
	next, _, err := incident.Decide(d.incidents[id], oncall.Roster{}, ev, time.Date(2026, time.March, 8, 7, 30, 0, 0, time.UTC))
	if err == nil {
		d.incidents[id] = next
	}
	return next, err
}

// Closed implements Reach.
func (d *desk) Closed(context.Context, oncall.Person, oncall.Method) (oncall.Trouble, bool) {
	return d.closed, d.closed.Words != ""
}

// out makes one page of the incident that has gone out.
func (d *desk) out(with ...incident.PageID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	in := d.incidents["PLATFORM-42"]
	in.Pages = []incident.Page{{ID: "PLATFORM-42/p3", To: "hal", Via: oncall.SMS, Status: incident.PageOut, With: with}}
	d.incidents["PLATFORM-42"], d.events = in, nil
}

func (d *desk) status(id incident.PageID) incident.PageStatus {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range d.incidents[id.Incident()].Pages {
		if p.ID == id {
			return p.Status
		}
	}
	return ""
}
