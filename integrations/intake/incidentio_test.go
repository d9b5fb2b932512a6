package intake

import (
	"errors"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestIncidentIO(t *testing.T) {
	tests := []struct {
		name string
		body string
		want incident.Event
	}{
		{"firing", string(payload(t, "incidentio-firing.json")), incident.AlertFired{Key: key("checkout-latency"), Alert: incident.Alert{
			Title: "Checkout is slow", Severity: incident.Warning, Source: "incident.io",
			Labels:      map[string]string{"severity": "warning", "service": "checkout", "p99": "4.1"},
			Annotations: map[string]string{"description": "p99 is 4 s", "regions": `["eu","us"]`},
			Links:       []incident.Link{{Href: "https://grafana.example.com/d/1", Text: "Source"}},
		}}},
		{"resolved", `{"status":"resolved","title":"x","deduplication_key":"k"}`, incident.AlertResolved{Key: key("k"), By: mon}},
		{"without a key", `{"status":"Firing","title":"x"}`, incident.AlertFired{Key: key(digest("mon", `{"status":"Firing","title":"x"}`)), Alert: incident.Alert{Title: "x", Severity: incident.Critical, Source: "incident.io"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeIncidentIO(sender, call{}, []byte(tt.body))
			check(t, got, err, []incident.Event{tt.want})
		})
	}
	for body, field := range map[string]string{
		``: "body", `[]`: "body", `{"title":"x"}`: "status", `{"title":"x","status":"odd"}`: "status", `{"status":"firing"}`: "title",
		`{"status":"firing","title":5}`: "title", `{"status":"resolved","title":"x"}`: "deduplication_key",
	} {
		_, err := decodeIncidentIO(sender, call{}, []byte(body))
		var m *mistake
		if !errors.As(err, &m) || m.field != field {
			t.Errorf("%s: error = %v, want one in %s", body, err, field)
		}
	}
}

func TestIncidentIOAnswers(t *testing.T) {
	const path, group = "/v2/alert_events/http/01J", "/v2/alert_events/alertmanager/01K"
	const taken = `"message":"Event accepted for processing","status":"success"}`
	tests := []struct {
		name, path, authorization, body string
		status                          int
		answer                          string
	}{
		{"a key in the header", path, "Bearer native-key", `{"title":"x","status":"firing","deduplication_key":"k"}`, 202, `{"deduplication_key":"k",` + taken},
		{"a key in the query", path + "?token=native-key", "", `{"title":"x","status":"resolved","deduplication_key":"k"}`, 202, `{"deduplication_key":"k",` + taken},
		{"a wrong key", path, "Bearer wrong", `{}`, 401, `{"error":"key is not one of an integration of type generic"`},
		{"no key", path, "", `{}`, 401, `{"error":"key is`},
		{"no title", path, "Bearer native-key", `{"status":"firing"}`, 400, `{"error":"title is required","field":"title"}`},
		{"Alertmanager's receiver", group, "Bearer am-key", firing, 202, `{"deduplication_key":"g",` + taken},
		{"Alertmanager's receiver with another type's key", group, "Bearer native-key", firing, 401, `{"error":"key is not one of an integration of type alertmanager"`},
	}
	b := newBench()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := b.send("POST", tt.path, tt.authorization, tt.body)
			if w.Code != tt.status || !strings.HasPrefix(w.Body.String(), tt.answer) {
				t.Errorf("answer %d %s, want %d %s", w.Code, w.Body, tt.status, tt.answer)
			}
		})
	}
	if b.opened != 2 {
		t.Errorf("%d incidents, want 2", b.opened)
	}
}
