package intake

import (
	"slices"
	"testing"

	"github.com/prometheus/alertmanager/matcher/parse"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func rule(t *testing.T, match string, r Route) Route {
	t.Helper()
	m, err := parse.Matchers(match)
	if err != nil {
		t.Fatal(err)
	}
	r.Match, r.Text = m, match
	return r
}

func TestRoute(t *testing.T) {
	setup := Setup{
		Routes: []Route{
			rule(t, `routing_key="db"`, Route{Team: "database", Policy: "night"}),
			rule(t, `severity="info"`, Route{Urgency: oncall.None}),
			rule(t, `severity="warning",integration="prom"`, Route{Urgency: oncall.Low}),
			rule(t, `cluster=~"eu-.*"`, Route{Team: "europe", Urgency: oncall.Low}),
			rule(t, `env="test"`, Route{Policy: "gentle"}),
			rule(t, `routing_key!="x",nothing="1"`, Route{Team: "never"}),
		},
		Teams:    []oncall.TeamID{"database", "europe", "platform", "web"},
		CatchAll: "platform",
	}
	prom, bare := Integration{Name: "prom", Team: "web"}, Integration{Name: "bare"}
	alert := func(severity incident.Severity, key string, labels ...string) incident.Alert {
		a := incident.Alert{Severity: severity, RoutingKey: key, Labels: map[string]string{}}
		for i := 0; i < len(labels); i += 2 {
			a.Labels[labels[i]] = labels[i+1]
		}
		return a
	}
	tests := []struct {
		name  string
		from  Integration
		alert incident.Alert
		want  incident.Route
	}{
		{"the routing key's route", prom, alert(incident.Critical, "db"),
			incident.Route{Team: "database", Policy: "night", Urgency: oncall.High, Because: `route 1 (routing_key="db")`}},
		{"a routing key given as a label", prom, alert(incident.Critical, "", "routing_key", "db"),
			incident.Route{Team: "database", Policy: "night", Urgency: oncall.High, Because: `route 1 (routing_key="db")`}},
		{"the first match wins", prom, alert(incident.Info, "db"),
			incident.Route{Team: "database", Policy: "night", Urgency: oncall.High, Because: `route 1 (routing_key="db")`}},
		{"a route for the urgency alone leaves the team", prom, alert(incident.Info, ""),
			incident.Route{Team: "web", Urgency: oncall.None, Because: `route 2 (severity="info"), integration prom`}},
		{"all matchers have to match", bare, alert(incident.Warning, ""),
			incident.Route{Team: "platform", Urgency: oncall.High, Because: "catch_all", Warning: "no route and no integration's team claims this alert: sent to the catch-all"}},
		{"the integration is a label", prom, alert(incident.Warning, ""),
			incident.Route{Team: "web", Urgency: oncall.Low, Because: `route 3 (severity="warning",integration="prom"), integration prom`}},
		{"a regular expression is anchored", prom, alert(incident.Critical, "", "cluster", "neu-1"),
			incident.Route{Team: "web", Urgency: oncall.High, Because: "integration prom"}},
		{"a regular expression", prom, alert(incident.Critical, "", "cluster", "eu-1"),
			incident.Route{Team: "europe", Urgency: oncall.Low, Because: `route 4 (cluster=~"eu-.*")`}},
		{"a policy alone", prom, alert(incident.Critical, "", "env", "test"),
			incident.Route{Team: "web", Policy: "gentle", Urgency: oncall.High, Because: `route 5 (env="test"), integration prom`}},
		{"no route", prom, alert(incident.Critical, ""),
			incident.Route{Team: "web", Urgency: oncall.High, Because: "integration prom"}},
		{"an unknown routing key goes to the integration's team", prom, alert(incident.Critical, "dbb"),
			incident.Route{Team: "web", Urgency: oncall.High, Because: "integration prom", Warning: `unknown routing key "dbb"`}},
		{"an unknown routing key goes to the catch-all", bare, alert(incident.Critical, "dbb"),
			incident.Route{Team: "platform", Urgency: oncall.High, Because: "catch_all", Warning: `unknown routing key "dbb": sent to the catch-all`}},
		{"a team's key as the routing key", prom, alert(incident.Critical, "europe"),
			incident.Route{Team: "europe", Urgency: oncall.High, Because: "routing key europe"}},
		{"a team's key beside a route for the urgency", prom, alert(incident.Info, "europe"),
			incident.Route{Team: "europe", Urgency: oncall.None, Because: `route 2 (severity="info"), routing key europe`}},
		{"a known routing key whose route asks for more", prom, alert(incident.Critical, "", "routing_key", "db", "severity", "page"),
			incident.Route{Team: "database", Policy: "night", Urgency: oncall.High, Because: `route 1 (routing_key="db")`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := setup.Route(tt.from, tt.alert)
			got.Matched = "" // see TestARouteIsKnownByItsMatchers
			if got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

// TestARouteIsKnownByItsMatchers moves a route in the file: what is remembered of it
// stays the same.
func TestARouteIsKnownByItsMatchers(t *testing.T) {
	info, all := rule(t, `severity="info"`, Route{Urgency: oncall.None}), Route{Team: "platform"}
	tests := []struct {
		name     string
		routes   []Route
		severity incident.Severity
		want     string
	}{
		{"the first", []Route{info, all}, incident.Info, `severity="info"`},
		{"moved behind another", []Route{rule(t, `env="test"`, Route{}), info, all}, incident.Info, `severity="info"`},
		{"one that matches everything", []Route{info, all}, incident.Critical, "{}"},
		{"none", []Route{info}, incident.Critical, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			setup := Setup{Routes: tt.routes, CatchAll: "platform"}
			if got := setup.Route(Integration{}, incident.Alert{Severity: tt.severity}).Matched; got != tt.want {
				t.Errorf("matched %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRoutableSeverity(t *testing.T) {
	tests := []struct {
		name  string
		label string
		field incident.Severity
		want  string
	}{
		{"a word of the sender's stays", "page", incident.Critical, "page"},
		{"none is filled in", "", incident.Warning, "warning"},
		{"the field wins over a label that says otherwise", "info", incident.Critical, "critical"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := incident.Alert{Severity: tt.field}
			if tt.label != "" {
				a.Labels = map[string]string{"severity": tt.label}
			}
			if got := routable(Integration{}, a)["severity"]; got != tt.want {
				t.Errorf("severity = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTriedEndsWithTheRouteThatClaims(t *testing.T) {
	setup := Setup{Routes: []Route{
		rule(t, `severity="info"`, Route{Urgency: oncall.None}),
		rule(t, `integration="prom",cluster=~"eu-.*",env!="test"`, Route{Team: "europe"}),
		rule(t, `severity="critical"`, Route{Team: "platform"}),
		rule(t, `severity=~".+"`, Route{Team: "never"}),
	}}
	fired := func(labels map[string]string) incident.AlertFired {
		return incident.AlertFired{Key: incident.Key{Integration: "prom"}, Alert: incident.Alert{Severity: incident.Critical, Labels: labels}}
	}
	info := Tried{Text: `severity="info"`, Failed: `severity="info"`, Label: "severity", Value: "critical"}
	europe := Tried{Text: `integration="prom",cluster=~"eu-.*",env!="test"`}
	elsewhere, nowhere, tested := europe, europe, europe
	elsewhere.Failed, elsewhere.Label, elsewhere.Value = `cluster=~"eu-.*"`, "cluster", "us-1"
	nowhere.Failed, nowhere.Label = `cluster=~"eu-.*"`, "cluster"
	tested.Failed, tested.Label, tested.Value = `env!="test"`, "env", "test"
	europe.Matched = true
	critical := Tried{Text: `severity="critical"`, Matched: true}
	tests := []struct {
		name   string
		labels map[string]string
		want   []Tried
		says   string
	}{
		{"claimed", map[string]string{"cluster": "eu-1"}, []Tried{info, europe}, "matches"},
		{"the first matcher that fails", map[string]string{"cluster": "us-1", "env": "test"}, []Tried{info, elsewhere, critical}, "cluster is us-1"},
		{"the last matcher that fails", map[string]string{"cluster": "eu-1", "env": "test"}, []Tried{info, tested, critical}, "env is test"},
		{"a label that isn't there", nil, []Tried{info, nowhere, critical}, "there is no cluster"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := setup.Tried(fired(tt.labels))
			if !slices.Equal(got, tt.want) {
				t.Fatalf("got  %+v\nwant %+v", got, tt.want)
			}
			if says := got[1].String(); says != tt.says {
				t.Errorf("says %q, want %q", says, tt.says)
			}
			if matched := got[len(got)-1].Matched; matched != (setup.Route(Integration{Name: "prom"}, fired(tt.labels).Alert).Team != "") {
				t.Errorf("the last one matched: %v, not as Route has it", matched)
			}
		})
	}
}
