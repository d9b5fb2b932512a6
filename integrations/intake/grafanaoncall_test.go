package intake

import (
	"errors"
	"net/http"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

const formattedPath = "/integrations/v1/formatted_webhook/native-key/"

const formattedBody = `{"alert_uid":"08d6891a-835c-e661-39fa-96b6a9e26552","title":"The whole system is down",
	"image_url":"https://example.com/system.png","state":"alerting","link_to_upstream_details":"https://example.com/details","message":"Smth happened.\nOh no!"}`

func TestFormattedWebhook(t *testing.T) {
	uid := key("08d6891a-835c-e661-39fa-96b6a9e26552")
	tests := []struct {
		name, body string
		want       incident.Event
	}{
		{"it fires", formattedBody, incident.AlertFired{Key: uid, Alert: incident.Alert{
			Title: "The whole system is down", Severity: incident.Critical, Source: "grafana oncall",
			Annotations: map[string]string{"message": "Smth happened.\nOh no!"},
			Links:       []incident.Link{{Href: "https://example.com/details", Text: "Details"}, {Href: "https://example.com/system.png", Text: "Image"}},
		}}},
		{"it is over", `{"alert_uid":"08d6891a-835c-e661-39fa-96b6a9e26552","state":"ok"}`, incident.AlertResolved{Key: uid, By: mon}},
		{"it is over, in another word", `{"alert_uid":"08d6891a-835c-e661-39fa-96b6a9e26552","state":"Resolved"}`, incident.AlertResolved{Key: uid, By: mon}},
		{"a message stands in for the title", `{"alert_uid":"1","message":"First line\nsecond"}`, incident.AlertFired{Key: key("1"), Alert: incident.Alert{
			Title: "First line", Severity: incident.Critical, Source: "grafana oncall", Annotations: map[string]string{"message": "First line\nsecond"},
		}}},
		{"nothing at all is an alert all the same", `{}`, incident.AlertFired{Key: key(digest("mon", `{}`)), Alert: incident.Alert{
			Title: "Alert from mon", Severity: incident.Critical, Source: "grafana oncall",
		}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeFormatted(sender, call{}, []byte(tt.body))
			check(t, got, err, []incident.Event{tt.want})
		})
	}
	var m *mistake
	if _, err := decodeFormatted(sender, call{}, []byte(`{"state":"ok"}`)); !errors.As(err, &m) || m.field != "alert_uid" {
		t.Errorf("a resolve of nothing: %v", err)
	}
}

func TestGrafanaOnCallPaths(t *testing.T) {
	for path, body := range map[string]string{
		formattedPath: formattedBody,
		"/integrations/v1/formatted_webhook/native-key":   formattedBody,
		"/integrations/v1/alertmanager/am-key/":           firing,
		"/integrations/v1/alertmanager/am-key":            firing,
		"/integrations/v1/grafana/graf-key/":              string(payload(t, "grafana-old.json")),
		"/integrations/v1/grafana_alerting/graf-key/":     string(payload(t, "grafana-firing.json")),
		"/integrations/v1/grafana_alerting/graf-key?a=b/": string(payload(t, "grafana-nodata.json")),
	} {
		b := newBench()
		if w := b.post(path, body); w.Code != http.StatusOK || len(b.events) == 0 {
			t.Errorf("%s: status %d: %s", path, w.Code, w.Body)
		}
	}
	b := newBench()
	for _, path := range []string{"/integrations/v1/formatted_webhook/am-key/", "/integrations/v1/grafana/am-key/", "/integrations/v1/alertmanager/native-key/"} {
		if w := b.post(path, formattedBody); w.Code != http.StatusUnauthorized || len(b.events) != 0 {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}

func FuzzFormattedWebhook(f *testing.F) {
	fuzz(f, formattedPath, formattedBody, `{"alert_uid":"1","state":"ok"}`)
}
