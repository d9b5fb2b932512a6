package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// A sample is a ready-made alert, as its sender would put it on the wire.
type sample struct {
	ID, Sender, Title, Hint string
	Severity                string // for the eye: critical, error or warning
	Ends                    string // the sample that this one resolves
	Path, Bearer, Body      string
}

// End is the sample that resolves this one, if there is one.
func (a sample) End() *sample {
	at := slices.IndexFunc(samples, func(b sample) bool { return b.Ends == a.ID })
	if at < 0 {
		return nil
	}
	return &samples[at]
}

// Request shows what is sent, in the words of a terminal.
func (a sample) Request() string {
	lines := "POST " + a.Path + "\nContent-Type: application/json\n"
	if a.Bearer != "" {
		lines += "Authorization: Bearer " + a.Bearer + "\n"
	}
	return lines + "\n" + a.Body
}

var samples = []sample{
	{
		ID: "disk", Sender: "Native API", Title: "Disk full on db1", Severity: "critical",
		Hint: "the story starts here",
		Path: "/api/v1/alerts", Bearer: nativeKey,
		Body: `{
  "dedup_key": "db1-disk",
  "summary": "Disk full on db1: 98% of /var used",
  "severity": "critical",
  "source": "db1.prod.example.com",
  "labels": {"service": "postgres", "cluster": "eu-1"},
  "links": [{"href": "https://runbooks.example.com/disk-full", "text": "Runbook"}]
}`,
	},
	{
		ID: "disk-ok", Sender: "Native API", Title: "Disk on db1 is fine again", Ends: "disk",
		Path: "/api/v1/alerts", Bearer: nativeKey,
		Body: `{"dedup_key": "db1-disk", "action": "resolve"}`,
	},
	{
		ID: "nagios", Sender: "Nagios via VictorOps", Title: "HTTP on shop-web", Severity: "critical",
		Hint: "one URL changed",
		Path: "/integrations/generic/20131114/alert/" + victorOpsKey + "/platform",
		Body: `{
  "message_type": "CRITICAL",
  "entity_id": "shop-web/HTTP",
  "entity_display_name": "HTTP on shop-web is CRITICAL",
  "state_message": "CRITICAL - Socket timeout after 10 seconds",
  "monitoring_tool": "nagios"
}`,
	},
	{
		ID: "nagios-ok", Sender: "Nagios via VictorOps", Title: "HTTP on shop-web RECOVERY", Ends: "nagios",
		Path: "/integrations/generic/20131114/alert/" + victorOpsKey + "/platform",
		Body: `{
  "message_type": "RECOVERY",
  "entity_id": "shop-web/HTTP",
  "state_message": "HTTP OK: 200 in 0.041 s",
  "monitoring_tool": "nagios"
}`,
	},
	{
		ID: "group", Sender: "Alertmanager", Title: "3 × HighLatency", Severity: "error",
		Hint: "one card, web team",
		Path: "/integrations/alertmanager/" + prometheusKey + "?routing_key=web",
		Body: group("firing", "checkout", "search", "login"),
	},
	{
		ID: "group-ok", Sender: "Alertmanager", Title: "HighLatency resolved", Ends: "group",
		Path: "/integrations/alertmanager/" + prometheusKey + "?routing_key=web",
		Body: group("resolved", "checkout", "search", "login"),
	},
	{
		ID: "warning", Sender: "Native API", Title: "Certificate expires soon", Severity: "warning",
		Hint: "no phone rings",
		Path: "/api/v1/alerts", Bearer: nativeKey,
		Body: `{
  "dedup_key": "cert-shop",
  "summary": "Certificate of shop.example.com expires in 6 days",
  "severity": "warning",
  "source": "cert-watch"
}`,
	},
}

// group is the webhook of an Alertmanager about one group of alerts.
func group(status string, services ...string) string {
	type labels map[string]string
	ends := "0001-01-01T00:00:00Z"
	if status == "resolved" {
		ends = "2026-01-05T09:30:00Z"
	}
	var members []map[string]any
	for i, service := range services {
		members = append(members, map[string]any{
			"status": status, "fingerprint": fmt.Sprintf("5ca1ab1e%08x", i+1),
			"startsAt": "2026-01-05T09:00:00Z", "endsAt": ends, "generatorURL": "https://prometheus.example.com/graph",
			"labels":      labels{"alertname": "HighLatency", "cluster": "eu-1", "service": service, "severity": "error"},
			"annotations": labels{"summary": "p99 over 2 s"},
		})
	}
	common := labels{"alertname": "HighLatency", "cluster": "eu-1", "severity": "error"}
	body, _ := json.MarshalIndent(map[string]any{ // strings alone: cannot fail
		"version": "4", "status": status, "receiver": "earshot", "truncatedAlerts": 0,
		"groupKey":     `{}:{alertname="HighLatency", cluster="eu-1"}`,
		"groupLabels":  labels{"alertname": "HighLatency", "cluster": "eu-1"},
		"commonLabels": common, "commonAnnotations": labels{"summary": "p99 over 2 s"},
		"externalURL": "https://alertmanager.example.com", "alerts": members,
	}, "", "  ")
	return string(body)
}

// An order asks for a sample by its ID, or for an alert in one's own words.
type order struct{ Sample, Summary, Severity, Route string }

func (o order) alert() (sample, error) {
	if o.Sample != "" {
		at := slices.IndexFunc(samples, func(a sample) bool { return a.ID == o.Sample })
		if at < 0 {
			return sample{}, fmt.Errorf("no sample %q", o.Sample)
		}
		return samples[at], nil
	}
	if strings.TrimSpace(o.Summary) == "" {
		return sample{}, errors.New("an alert needs a summary")
	}
	fields := map[string]string{"summary": o.Summary, "severity": o.Severity, "source": "demo"}
	if o.Route != "" {
		fields["routing_key"] = o.Route
	}
	body, err := json.Marshal(fields)
	if err != nil {
		return sample{}, fmt.Errorf("write the alert: %w", err)
	}
	return sample{Path: "/api/v1/alerts", Bearer: nativeKey, Body: string(body)}, nil
}

// alert sends one through the app's own door, as its sender would.
func (s *stage) alert(r *http.Request, o order) (outcome, error) {
	a, err := o.alert()
	if err != nil {
		return outcome{}, err
	}
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, s.base+a.Path, strings.NewReader(a.Body))
	if err != nil {
		return outcome{}, fmt.Errorf("send the alert: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if a.Bearer != "" {
		req.Header.Set("Authorization", "Bearer "+a.Bearer)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return outcome{}, fmt.Errorf("send the alert: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAct))
	if err != nil {
		return outcome{}, fmt.Errorf("read the app's answer: %w", err)
	}
	return answered(res.StatusCode, strings.TrimSpace(string(body))), nil
}
