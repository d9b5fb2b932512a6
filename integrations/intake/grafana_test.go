package intake

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestGrafana(t *testing.T) {
	got, err := decodeGrafana(sender, call{}, payload(t, "grafana-firing.json"))
	group := key(`{}:{alertname="High memory usage", grafana_folder="Hosts"}`)
	check(t, got, err, []incident.Event{
		incident.AlertFired{Key: group, Alert: incident.Alert{
			Title: "High memory usage: Memory nearly used up", Severity: incident.Warning, Source: "grafana",
			Labels:      map[string]string{"alertname": "High memory usage", "grafana_folder": "Hosts", "severity": "warning", "team": "blue"},
			Annotations: map[string]string{"runbook_url": "https://wiki.example.com/memory", "summary": "Memory nearly used up", "values": `B="44.23943737541908", C="1"`},
			Links: []incident.Link{
				{Href: "https://wiki.example.com/memory", Text: "Runbook"},
				{Href: "https://grafana.example.com/d/ZqZ8CCIVz?orgId=1", Text: "Dashboard"},
				{Href: "https://grafana.example.com/d/ZqZ8CCIVz?orgId=1&viewPanel=2", Text: "Panel"},
				{Href: "https://grafana.example.com/alerting/silence/new?alertmanager=grafana&matcher=alertname%3DHigh+memory+usage&orgId=1", Text: "Silence"},
				{Href: "https://grafana.example.com/public/img/attachments/abc.png", Text: "Image"},
				{Href: "https://grafana.example.com/", Text: "Grafana"},
				{Href: "https://grafana.example.com/alerting/grafana/b3XqYzIVk/view?orgId=1", Text: "Graph"},
			},
			Members: []incident.Member{{Fingerprint: "c6eadffa33fcdf37", Name: `instance="web-1"`}},
			Repeats: true,
		}},
		incident.AlertResolved{Key: group, By: mon, Members: []string{"c6eadffa33fcdf38"}},
	})
}

func TestGrafanaTitles(t *testing.T) {
	tests := []struct{ name, body, title string }{
		{"no data is named by its rule", string(payload(t, "grafana-nodata.json")), "Queue length: DatasourceNoData"},
		{"an error is too, before its summary", `{"alerts":[{"labels":{"alertname":"DatasourceError","rulename":"Queue length"},"annotations":{"summary":"Too long"}}]}`, "Queue length: Too long"},
		{"without a rule's name it keeps its own", `{"alerts":[{"labels":{"alertname":"DatasourceError"}}]}`, "DatasourceError"},
		{"other alerts may have such a label", `{"alerts":[{"labels":{"alertname":"Disk","rulename":"x"}}]}`, "Disk"},
		{"an old rule with words", string(payload(t, "grafana-old.json")), "Queue length: The queue is longer than it should be"},
		{"an old rule without", `{"state":"alerting","ruleName":"Queue length"}`, "Queue length"},
		{"an old rule without data", `{"state":"no_data","ruleName":"Queue length"}`, "Queue length: no data"},
		{"an old rule without a name", `{"state":"alerting","title":"[Alerting] Queue length"}`, "Queue length"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeGrafana(sender, call{}, []byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if fired := got.events[0].(incident.AlertFired); fired.Alert.Title != tt.title || fired.Alert.Source != "grafana" {
				t.Errorf("title %q of %q, want %q", fired.Alert.Title, fired.Alert.Source, tt.title)
			}
		})
	}
}

func TestOldGrafana(t *testing.T) {
	body := string(payload(t, "grafana-old.json"))
	got, err := decodeGrafana(sender, call{}, []byte(body))
	rule := key("org 1 rule 17")
	check(t, got, err, []incident.Event{incident.AlertFired{Key: rule, Alert: incident.Alert{
		Title: "Queue length: The queue is longer than it should be", Severity: incident.Error, Source: "grafana", RoutingKey: "database",
		Labels:      map[string]string{"alertname": "Queue length", "severity": "error", "routing_key": "database", "service": "queue"},
		Annotations: map[string]string{"message": "The queue is longer than it should be", "values": "High value 100.5, Higher value"},
		Links: []incident.Link{
			{Href: "https://grafana.example.com/d/hZ7BuVbWz/test-dashboard?fullscreen&edit&tab=alert&panelId=2&orgId=1", Text: "Rule"},
			{Href: "https://grafana.example.com/assets/img/blog/mixed_styles.png", Text: "Image"},
		},
	}}})
	tests := []struct {
		name, body string
		want       incident.Event
	}{
		{"it is over", strings.Replace(body, `"alerting"`, `"ok"`, 1), incident.AlertResolved{Key: rule, By: mon}},
		{"it is paused", strings.Replace(body, `"alerting"`, `"paused"`, 1), incident.AlertNoted{Key: rule, By: mon, Text: "paused: The queue is longer than it should be"}},
		{"it is pending, without words", `{"orgId":1,"ruleId":17,"ruleName":"x","state":"pending"}`, incident.AlertNoted{Key: rule, By: mon, Text: "pending"}},
		{"another organization's", `{"orgId":2,"ruleId":17,"ruleName":"x","state":"ok"}`, incident.AlertResolved{Key: key("org 2 rule 17"), By: mon}},
		{"a rule without a number goes by its name", `{"orgId":1,"ruleId":0,"ruleName":"x","state":"ok"}`, incident.AlertResolved{Key: key("org 1 rule x"), By: mon}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeGrafana(sender, call{}, []byte(tt.body))
			check(t, got, err, []incident.Event{tt.want})
		})
	}
}

func TestGrafanaMistakes(t *testing.T) {
	tests := []struct{ name, body, field string }{
		{"nothing", `{}`, "state"},
		{"no name", `{"state":"alerting"}`, "ruleName"},
		{"a name that is a number", `{"state":"alerting","ruleName":5}`, "ruleName"},
		{"tags that are text", `{"state":"alerting","ruleName":"x","tags":"a"}`, "tags"},
		{"no alerts", `{"alerts":[]}`, "alerts"},
		{"alerts that are text", `{"alerts":"x"}`, "alerts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decodeGrafana(sender, call{}, []byte(tt.body))
			var m *mistake
			if !errors.As(err, &m) || m.field != tt.field {
				t.Errorf("error = %v, want one in %s", err, tt.field)
			}
		})
	}
}

func TestGrafanaIsAnsweredAsAlertmanagerIs(t *testing.T) {
	b := newBench()
	w := b.post(grafanaPath+"?routing_key=platform", string(payload(t, "grafana-firing.json")))
	if want := `{"status":"accepted","incident":"PLATFORM-1"}` + "\n"; w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("answer %d %s, want %s", w.Code, w.Body, want)
	}
	w = b.post(grafanaPath+"?routing_key=platform", string(payload(t, "grafana-old.json")))
	if w.Code != http.StatusOK || b.events[len(b.events)-1].(incident.AlertFired).Alert.RoutingKey != "platform" {
		t.Errorf("answer %d %s, event %+v", w.Code, w.Body, b.events[len(b.events)-1])
	}
}

func FuzzGrafana(f *testing.F) {
	fuzz(f, grafanaPath, string(payload(f, "grafana-firing.json")), string(payload(f, "grafana-nodata.json")), string(payload(f, "grafana-old.json")))
}
