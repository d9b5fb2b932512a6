package intake

import (
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestAnAlertIsReadWithoutADoor(t *testing.T) {
	prom := Integration{Name: "prometheus", Kind: Alertmanager, Team: "platform"}
	legacy := Integration{Name: "legacy", Kind: VictorOps, Team: "platform"}
	own := Integration{Name: "any", Kind: Generic, Team: "platform"}
	pd := Integration{Name: "pd", Kind: PagerDuty, Team: "platform"}
	og := Integration{Name: "og", Kind: Opsgenie, Team: "platform"}
	graf := Integration{Name: "graf", Kind: Grafana, Team: "platform"}
	every := []Integration{prom, legacy, own, pd, og, graf}
	tests := []struct {
		name    string
		senders []Integration
		by      string
		body    string
		title   string
		because string
		err     string
	}{
		{"our own words come by the integration that takes them", every, "", `{"summary":"Disk full"}`, "Disk full", "integration any", ""},
		{"a webhook by Alertmanager's", every, "", `{"alerts":[{"status":"firing","labels":{"alertname":"DiskFull"}}]}`, "DiskFull", "integration prometheus", ""},
		{"VictorOps' words by VictorOps'", every, "", `{"message_type":"CRITICAL","entity_id":"disk"}`, "disk", "integration legacy", ""},
		{"PagerDuty's by PagerDuty's", every, "", `{"routing_key":"x","event_action":"trigger","payload":{"summary":"Disk full"}}`, "Disk full", "integration pd", ""},
		{"Opsgenie's by Opsgenie's", every, "", `{"message":"Disk full","priority":"P3"}`, "Disk full", "integration og", ""},
		{"incident.io's by the one that takes it", every, "", `{"title":"Disk full","status":"firing"}`, "Disk full", "integration any", ""},
		{"Grafana's by Grafana's", every, "", `{"orgId":1,"alerts":[{"status":"firing","labels":{"alertname":"DiskFull"}}]}`, "DiskFull", "integration graf", ""},
		{"Grafana's old ones, too", every, "", `{"ruleId":7,"ruleName":"Disk","state":"alerting","title":"[Alerting] Disk"}`, "Disk", "integration graf", ""},
		{"Grafana OnCall's by the one that takes it", every, "", `{"alert_uid":"1","title":"Disk full","state":"alerting"}`, "Disk full", "integration any", ""},
		{"or by the one that is named", every, "legacy", `{"summary":"Disk full"}`, "Disk full", "integration legacy", ""},
		{"or by the first where none takes them", []Integration{prom}, "", `{"summary":"Disk full"}`, "Disk full", "integration prometheus", ""},
		{"or by none at all", nil, "", `{"summary":"Disk full"}`, "Disk full", "catch_all", ""},
		{"one that isn't there is refused", every, "nagios", `{"summary":"Disk full"}`, "", "", `no integration "nagios"`},
		{"so is what only resolves", every, "", `{"action":"resolve","dedup_key":"k"}`, "", "", "opens nothing"},
		{"and what says nothing", every, "", `{}`, "", "", "summary is required"},
		{"and what is no JSON", every, "", `Disk full`, "", "", "body is not JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Setup{Integrations: tt.senders, Teams: []oncall.TeamID{"platform"}, CatchAll: "platform"}
			got, err := s.Read([]byte(tt.body), tt.by)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error = %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || got.Alert.Title != tt.title || got.Route.Because != tt.because || got.Route.Team != "platform" {
				t.Errorf("got %q, %+v, %v", got.Alert.Title, got.Route, err)
			}
		})
	}
}

func TestUrgencyIsTheRoutesWord(t *testing.T) {
	s := Setup{Routes: []Route{rule(t, `severity="warning"`, Route{Urgency: oncall.Low})}}
	for severity, want := range map[incident.Severity]oncall.Urgency{incident.Warning: oncall.Low, incident.Critical: oncall.High} {
		if got := s.Urgency(incident.Alert{Severity: severity}); got != want {
			t.Errorf("%s: %s, want %s", severity, got, want)
		}
	}
}
