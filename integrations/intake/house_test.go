package intake

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	pdPath       = "/v2/enqueue"
	pdChangePath = "/v2/change/enqueue"
	ogPath       = "/v2/alerts"
)

// find looks for an incident, open or over.
func (m *memory) find(_ context.Context, id incident.ID) (incident.Incident, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return incident.Incident{}, m.err
	}
	for _, in := range m.open {
		if in.ID == id {
			return in, nil
		}
	}
	if i := slices.IndexFunc(m.past, func(in incident.Incident) bool { return in.ID == id }); i >= 0 {
		return m.past[i], nil
	}
	return incident.Incident{}, incident.ErrNotFound
}

// newest returns a team's open incidents.
func (m *memory) newest(_ context.Context, team oncall.TeamID, limit int) ([]incident.Incident, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []incident.Incident
	for _, in := range m.open {
		if in.Team == team {
			all = append(all, in)
		}
	}
	return all[:min(len(all), limit)], m.err
}

func (m *memory) once(_ context.Context, scope, id string, _ time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := m.seen[scope+id]
	m.seen[scope+id] = true
	return !seen, nil
}

func (m *memory) forget(_ context.Context, scope, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.seen, scope+id)
	return nil
}

// foretold is a preview of nothing but the route.
func foretold(_ context.Context, fired incident.AlertFired, tried []Tried) (any, error) {
	return map[string]any{"status": "dry run", "team": fired.Route.Team, "because": fired.Route.Because, "tried": len(tried)}, nil
}

// send sends a request with a header Authorization.
func (b *bench) send(method, path, authorization, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return b.do(r)
}

// genie sends a request of Opsgenie's.
func (b *bench) genie(method, path, body string) *httptest.ResponseRecorder {
	return b.send(method, path, "GenieKey og-key", body)
}

// noted are the notes that stand under an incident.
func (b *bench) noted(id incident.ID) (words []string) {
	for _, ev := range b.events {
		if note, ok := ev.(incident.Noted); ok && note.ID == id {
			words = append(words, note.Text)
		}
	}
	return words
}
