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
	past   []incident.Incident
	seen   map[string]bool // by Once
	events []incident.Event
	opened int64
	err    error
	notes  error // alone are not taken
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
			in.Key, in.Team, in.State = key, ev.Route.Team, incident.Triggered
		}
		in.Count++
	case incident.AlertResolved:
		delete(m.open, key)
		in.State = incident.Resolved
		m.past = append(m.past, in)
		return in, nil
	case incident.Noted:
		if m.notes != nil {
			m.events = m.events[:len(m.events)-1]
		}
		return in, m.notes
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
	used    map[string]int // of each integration's allowance
	beats   map[string]time.Time
	away    error // nobody counts
	log     strings.Builder
	server  http.Handler
}

func newBench() *bench {
	b := &bench{
		memory: &memory{open: map[incident.Key]incident.Incident{}, seen: map[string]bool{}},
		used:   map[string]int{},
		beats:  map[string]time.Time{},
		now:    time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC),
		setup: Setup{
			Integrations: []Integration{
				{Name: "any", Kind: Generic, Key: "native-key", Team: "web"},
				{Name: "legacy", Kind: VictorOps, Key: "vo-key", Team: "web"},
				{Name: "prom", Kind: Alertmanager, Key: "am-key"},
				{Name: "pd", Kind: PagerDuty, Key: "pd-key", Team: "web"},
				{Name: "og", Kind: Opsgenie, Key: "og-key", Team: "web"},
				{Name: "keyless", Kind: Generic, Team: "web"},
				{Name: "graf", Kind: Grafana, Key: "graf-key", Team: "web"},
				{Name: "cron", Kind: Heartbeat, Key: "cron-key", Team: "web", Every: 10 * time.Minute, Grace: 2 * time.Minute},
			},
			Teams:    []oncall.TeamID{"platform", "web"},
			CatchAll: "platform",
		},
	}
	b.server = New(Options{
		Setup:   func() Setup { return b.setup },
		Handler: b.memory,
		Find:    b.find,
		Open:    b.newest,
		Once:    b.once,
		Forget:  b.forget,
		Preview: foretold,
		Allow:   b.allow,
		Beat: func(_ context.Context, of Integration, at time.Time) error {
			b.beats[of.Name] = at
			return b.err
		},
		Observe: func(integration, result string, _ time.Duration) {
			b.results = append(b.results, integration+" "+result)
		},
		Now: func() time.Time { return b.now },
		Log: slog.New(slog.NewTextHandler(&b.log, nil)),
	}).Handler()
	return b
}

// allow counts what each integration sends, and never forgets.
func (b *bench) allow(_ context.Context, name string, per time.Duration, alerts int) (time.Duration, error) {
	if b.away != nil {
		return 0, b.away
	}
	if b.used[name] == alerts {
		return per / time.Duration(alerts), nil
	}
	b.used[name]++
	return 0, nil
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

	grafanaPath   = "/integrations/grafana/graf-key"
	heartbeatPath = "/integrations/heartbeat/cron-key"

	firing = `{"status":"firing","groupKey":"g","alerts":[{"status":"firing","fingerprint":"a"}]}`
)
