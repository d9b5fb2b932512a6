package intake

import (
	"errors"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestPagerDuty(t *testing.T) {
	const hash = "17c4e445d234645c9e547ff6d32a864af0ebdadcd1902771c24c8d366637ff41"
	firing := "Labels:\n - alertname = DiskFull\n - cluster = eu-1\n - instance = db1\n - severity = critical\nAnnotations:\n - runbook_url = https://wiki.example.com/disk\n - summary = 97 % of /var is used\nSource: http://prometheus.example.com/graph?g0.expr=disk\n" +
		"Labels:\n - alertname = DiskFull\n - cluster = eu-1\n - instance = db2\n - severity = critical\nAnnotations:\n - runbook_url = https://wiki.example.com/disk\n - summary = 97 % of /var is used\nSource:"
	tests := []struct {
		name string
		body string
		want incident.Event
	}{
		{"Alertmanager's trigger", string(payload(t, "pagerduty-alertmanager-trigger.json")), incident.AlertFired{Key: key(hash), Alert: incident.Alert{
			Title: "[FIRING:2] DiskFull (eu-1 critical)", Severity: incident.Critical, Source: "Alertmanager",
			Labels:      map[string]string{"source": "Alertmanager", "class": "DiskFull", "client": "Alertmanager", "num_firing": "2", "num_resolved": "0", "runs": "https://wiki.example.com/disk"},
			Annotations: map[string]string{"firing": firing},
			Links: []incident.Link{
				{Href: "https://wiki.example.com/disk", Text: "Runbook"},
				{Href: "http://alertmanager.example.com:9093/#/alerts?receiver=all", Text: "Alertmanager"},
			},
		}}},
		{"Alertmanager's resolve", string(payload(t, "pagerduty-alertmanager-resolve.json")), incident.AlertResolved{Key: key(hash), By: mon}},
		{"numbers, lists and objects in the details, and no severity", string(payload(t, "pagerduty-numbers.json")), incident.AlertFired{Key: key("rds-7"), Alert: incident.Alert{
			Title: "Replica lag 93 s on rds-7", Severity: incident.Critical, Source: "rds-7", RoutingKey: "database",
			Labels: map[string]string{
				"source": "rds-7", "component": "postgres", "group": "eu-1", "class": "lag", "client": "Datadog",
				"lag": "93.5", "replicas": "3", "writable": "false", "routing_key": "database",
			},
			Annotations: map[string]string{
				"timestamp": "2026-03-08T07:30:00.000+0000", "note": "see\nthe wiki", "hosts": `["rds-7","rds-8"]`, "query": `{"text":"select 1","rows":0}`,
			},
			Links: []incident.Link{
				{Href: "https://wiki.example.com/lag", Text: "Runbook"},
				{Href: "https://app.example.com/monitors/7", Text: "Datadog"},
				{Href: "https://app.example.com/lag", Text: "Lag"},
				{Href: "https://img.example.com/lag.png", Text: "Lag"},
			},
		}}},
		{"details that are a text, an unknown severity, and no key", string(payload(t, "pagerduty-text.json")), incident.AlertFired{Key: key(digest("mon", string(payload(t, "pagerduty-text.json")))), Alert: incident.Alert{
			Title: "Backup failed", Severity: incident.Critical, Source: "cron",
			Labels: map[string]string{"source": "cron"}, Annotations: map[string]string{"custom_details": "exit status 1"},
		}}},
		{"a severity among the details", `{"event_action":"trigger","dedup_key":"k","payload":{"summary":"x","custom_details":{"severity":"warning"}}}`,
			incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "x", Severity: incident.Warning, Labels: map[string]string{"severity": "warning"}}}},
		{"a severity of its own before the details'", `{"event_action":"Trigger","dedup_key":"k","payload":{"summary":"x","severity":"Info","custom_details":{"severity":"warning"}}}`,
			incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "x", Severity: incident.Info, Labels: map[string]string{"severity": "warning"}}}},
		{"details that are a list, links that are none", `{"event_action":"trigger","dedup_key":7,"payload":{"summary":"x","custom_details":[1,2]},"links":"here","images":[5]}`,
			incident.AlertFired{Key: key("7"), Alert: incident.Alert{Title: "x", Severity: incident.Critical, Annotations: map[string]string{"custom_details": "[1,2]"}}}},
		{"an acknowledge", `{"event_action":"acknowledge","dedup_key":"k"}`, incident.AlertAcknowledged{Key: key("k"), By: mon}},
		{"a resolve with an empty payload", `{"event_action":"resolve","dedup_key":"k","payload":null}`, incident.AlertResolved{Key: key("k"), By: mon}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodePagerDuty(sender, call{}, []byte(tt.body))
			check(t, got, err, []incident.Event{tt.want})
		})
	}
}

func TestPagerDutyMistakes(t *testing.T) {
	tests := []struct{ name, body, field string }{
		{"an empty body", "", "body"},
		{"a list", `[]`, "body"},
		{"no action", `{"payload":{"summary":"x"}}`, "event_action"},
		{"an unknown action", `{"event_action":"poke","payload":{"summary":"x"}}`, "event_action"},
		{"an action that is a number", `{"event_action":1}`, "event_action"},
		{"no payload", `{"event_action":"trigger"}`, "payload.summary"},
		{"no summary", `{"event_action":"trigger","payload":{"source":"x"}}`, "payload.summary"},
		{"a summary of nothing visible", `{"event_action":"trigger","payload":{"summary":" \u200b"}}`, "payload.summary"},
		{"a summary that is a number", `{"event_action":"trigger","payload":{"summary":5}}`, "payload.summary"},
		{"a payload that is text", `{"event_action":"trigger","payload":"x"}`, "payload"},
		{"an acknowledge without a key", `{"event_action":"acknowledge"}`, "dedup_key"},
		{"a resolve without a key", `{"event_action":"resolve","dedup_key":" "}`, "dedup_key"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decodePagerDuty(sender, call{}, []byte(tt.body))
			var m *mistake
			if !errors.As(err, &m) || m.field != tt.field {
				t.Errorf("error = %v, want one in %s", err, tt.field)
			}
		})
	}
}

func TestPagerDutyAnswers(t *testing.T) {
	const routed = `{"routing_key":" pd-key\n",`
	tests := []struct {
		name   string
		path   string
		body   string
		status int
		answer string
	}{
		{"a trigger", pdPath, routed + `"event_action":"trigger","dedup_key":"k","payload":{"summary":"x"}}`, 202, `{"status":"success","message":"Event processed","dedup_key":"k"}`},
		{"the same again", pdPath, routed + `"event_action":"trigger","dedup_key":"k","payload":{"summary":"x"}}`, 202, `{"status":"success","message":"Event processed","dedup_key":"k"}`},
		{"a trigger without a key", pdPath, routed + `"event_action":"trigger","payload":{"summary":"x"}}`, 202, `{"status":"success","message":"Event processed","dedup_key":"`},
		{"an acknowledge", pdPath, routed + `"event_action":"acknowledge","dedup_key":"k"}`, 202, `{"status":"success","message":"Event processed","dedup_key":"k"}`},
		{"a resolve", pdPath, routed + `"event_action":"resolve","dedup_key":"k"}`, 202, `{"status":"success","message":"Event processed","dedup_key":"k"}`},
		{"a resolve of what is not there", pdPath, routed + `"event_action":"resolve","dedup_key":"k"}`, 202, `{"status":"success"`},
		{"no summary", pdPath, routed + `"event_action":"trigger"}`, 400, `{"status":"invalid event","message":"Event object is invalid","errors":["payload.summary is required for a trigger"]}`},
		{"no JSON", pdPath, `routing_key=pd-key`, 400, `{"status":"invalid event","message":"Event object is invalid","errors":["body is not JSON`},
		{"no routing key", pdPath, `{"event_action":"trigger"}`, 400, `{"status":"invalid event","message":"Event object is invalid","errors":["routing_key is required`},
		{"a wrong key", pdPath, `{"routing_key":"pd-kez"}`, 401, `{"status":"invalid event","message":"key is not one of an integration of type pagerduty","errors":["key is not`},
		{"another kind's key", pdPath, `{"routing_key":"og-key"}`, 401, `{"status":"invalid event"`},
		{"too large", pdPath, strings.Repeat(" ", maxBody+1), 413, `{"status":"invalid event","message":"body is over 1 MiB"`},
		{"a change", pdChangePath, routed + `"payload":{"summary":"deployed"}}`, 202, `{"status":"success","message":"Change event processed"}`},
		{"a change without a summary", pdChangePath, routed + `"payload":{}}`, 400, `{"status":"invalid event","message":"Event object is invalid","errors":["payload.summary is required"]}`},
		{"a change with a wrong key", pdChangePath, `{"routing_key":"nope"}`, 401, `{"status":"invalid event"`},
	}
	b := newBench()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := b.post(tt.path, tt.body)
			if w.Code != tt.status || !strings.HasPrefix(w.Body.String(), tt.answer) {
				t.Errorf("answer %d %s, want %d %s", w.Code, w.Body, tt.status, tt.answer)
			}
		})
	}
	if b.opened != 2 {
		t.Errorf("%d incidents, want 2", b.opened)
	}
	if w := b.send("GET", pdPath, "", ""); w.Code != 405 || w.Header().Get("Allow") != "POST" || !strings.HasPrefix(w.Body.String(), `{"status":"invalid event"`) {
		t.Errorf("GET: %d %s", w.Code, w.Body)
	}
	b.err = errors.New("dial tcp: refused")
	w := b.post(pdPath, routed+`"event_action":"trigger","payload":{"summary":"x"}}`)
	if w.Code != 503 || w.Header().Get("Retry-After") != "5" || !strings.HasPrefix(w.Body.String(), `{"status":"not stored"`) {
		t.Errorf("nothing stored: %d %s", w.Code, w.Body)
	}
	b.setup.Rate = Rate{Per: 60e9, Alerts: 1}
	b.post(pdPath, `{"routing_key":"pd-key"}`)
	if w := b.post(pdPath, `{"routing_key":"pd-key"}`); w.Code != 429 || w.Header().Get("Retry-After") == "" || !strings.HasPrefix(w.Body.String(), `{"status":"throttle exceeded"`) {
		t.Errorf("too fast: %d %s", w.Code, w.Body)
	}
}

func TestAChangeIsNotedOnceInEveryOpenIncidentOfTheTeam(t *testing.T) {
	b := newBench()
	trigger := func(key string) {
		b.post(pdPath, `{"routing_key":"pd-key","event_action":"trigger","dedup_key":"`+key+`","payload":{"summary":"x"}}`)
	}
	trigger("one")
	b.post(voPath, `{"message_type":"CRITICAL","entity_id":"two"}`)
	b.post(amPath, firing)
	body := string(payload(t, "pagerduty-change.json"))
	const words = "Change: Build 1.4.2 deployed\nat 2026-03-08T07:25:00.000Z\nbuild_number=\"42\", build_state=\"passed\", run_time=\"1236s\", source=\"ci\"\nBuild https://ci.example.com/42"
	for range 3 {
		b.post(pdChangePath, body)
	}
	for id, want := range map[incident.ID]int{"WEB-1": 1, "WEB-2": 1, "PLATFORM-3": 0} {
		if got := b.noted(id); len(got) != want || want > 0 && got[0] != words {
			t.Errorf("%s has the notes %q, want %d", id, got, want)
		}
	}
	trigger("three")
	b.post(pdChangePath, strings.Replace(body, "1.4.2", "1.4.3", 1))
	for id, want := range map[incident.ID]int{"WEB-1": 2, "WEB-4": 1} {
		if got := b.noted(id); len(got) != want {
			t.Errorf("after another change %s has the notes %q, want %d", id, got, want)
		}
	}
}

func TestAChangeThatWasNotStoredIsNotedWhenItComesAgain(t *testing.T) {
	b := newBench()
	b.post(voPath, `{"message_type":"CRITICAL","entity_id":"one"}`)
	body := string(payload(t, "pagerduty-change.json"))
	b.err = errors.New("dial tcp: refused")
	if w := b.post(pdChangePath, body); w.Code != 503 {
		t.Fatalf("nothing stored: %d %s", w.Code, w.Body)
	}
	b.err, b.notes = nil, errors.New("dial tcp: refused")
	if w := b.post(pdChangePath, body); w.Code != 503 || len(b.noted("WEB-1")) != 0 {
		t.Fatalf("nothing noted: %d %s", w.Code, w.Body)
	}
	b.notes = nil
	if w := b.post(pdChangePath, body); w.Code != 202 || len(b.noted("WEB-1")) != 1 {
		t.Errorf("at last: %d %s, notes %q", w.Code, w.Body, b.noted("WEB-1"))
	}
}
