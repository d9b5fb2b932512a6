package intake

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// memory is a Handler that opens, counts and ends incidents by their keys.
type memory struct {
	mu     sync.Mutex
	open   map[incident.Key]incident.Incident
	events []incident.Event
	opened int64
	err    error
}

func (m *memory) Handle(ctx context.Context, ev incident.Event) (incident.Incident, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := ctx.Deadline(); !ok {
		return incident.Incident{}, errors.New("no deadline")
	}
	if m.err != nil {
		return incident.Incident{}, m.err
	}
	m.events = append(m.events, ev)
	key := ev.Subject().Key
	in, ok := m.open[key]
	switch ev := ev.(type) {
	case incident.AlertFired:
		if !ok {
			m.opened++
			in.ID = incident.NewID(ev.Route.Team, m.opened)
		}
		in.Count++
	case incident.AlertResolved:
		delete(m.open, key)
		return in, nil
	}
	if in.ID == "" {
		return in, incident.ErrNotFound
	}
	m.open[key] = in
	return in, nil
}

// A bench is a Door with everything around it.
type bench struct {
	*memory
	setup   Setup
	now     time.Time
	results []string
	log     strings.Builder
	server  http.Handler
}

func newBench() *bench {
	b := &bench{
		memory: &memory{open: map[incident.Key]incident.Incident{}},
		now:    time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC),
		setup: Setup{
			Integrations: []Integration{
				{Name: "any", Kind: Generic, Key: "native-key", Team: "web"},
				{Name: "legacy", Kind: VictorOps, Key: "vo-key", Team: "web"},
				{Name: "prom", Kind: Alertmanager, Key: "am-key"},
				{Name: "keyless", Kind: Generic, Team: "web"},
			},
			Teams:    []oncall.TeamID{"platform", "web"},
			CatchAll: "platform",
		},
	}
	b.server = New(Options{
		Setup:   func() Setup { return b.setup },
		Handler: b.memory,
		Observe: func(integration, result string, _ time.Duration) {
			b.results = append(b.results, integration+" "+result)
		},
		Now: func() time.Time { return b.now },
		Log: slog.New(slog.NewTextHandler(&b.log, nil)),
	}).Handler()
	return b
}

func (b *bench) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	return w
}

func (b *bench) post(path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	if path == nativePath {
		r.Header.Set("Authorization", "Bearer native-key")
	}
	return b.do(r)
}

const (
	nativePath = "/api/v1/alerts"
	voPath     = "/integrations/generic/20131114/alert/vo-key/db"
	amPath     = "/integrations/alertmanager/am-key"

	firing = `{"status":"firing","groupKey":"g","alerts":[{"status":"firing","fingerprint":"a"}]}`
)
