package acceptance

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// An alert is one request of a sender.
type alert struct {
	path string
	key  string // bearer key; empty: it stands in the path
	body string
}

// native is an alert of the product's own API.
func native(fields map[string]any) alert {
	return alert{"/api/v1/alerts", nativeKey, encoded(fields)}
}

// triggered is a native alert with a title and a routing key.
func triggered(title, routingKey string) alert {
	return native(map[string]any{"dedup_key": title, "summary": title, "routing_key": routingKey})
}

// nagios is what an old Nagios sends that spoke to VictorOps.
func nagios(word, entity, text, routingKey string) alert {
	return alert{"/integrations/generic/20131114/alert/" + victorOpsKey + "/" + routingKey, "", encoded(map[string]any{
		"message_type": word, "entity_id": entity, "entity_display_name": text, "monitoring_tool": "nagios",
		"state_message": text,
	})}
}

// prometheus is a webhook of Alertmanager about one alert.
func prometheus(status, name, summary string) alert {
	labels := map[string]string{"alertname": name, "severity": "critical", "instance": "db1"}
	return alert{"/integrations/alertmanager/" + prometheusKey, "", encoded(map[string]any{
		"version": "4", "groupKey": `{}:{alertname="` + name + `"}`, "status": status, "receiver": "earshot",
		"groupLabels": map[string]string{"alertname": name}, "commonLabels": labels,
		"commonAnnotations": map[string]string{"summary": summary}, "externalURL": "http://alertmanager.example.com",
		"alerts": []any{map[string]any{
			"status": status, "labels": labels, "annotations": map[string]string{"summary": summary},
			"startsAt": "2026-03-08T07:30:00Z", "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "f00d" + name,
			"generatorURL": "http://prometheus.example.com/graph",
		}},
	})}
}

func encoded(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // a test's own words
	}
	return string(text)
}

// post sends an alert once.
func (w *world) post(a alert) (answer, error) { return a.to(w.t.Context(), w.base()) }

// to sends the alert once to where earshot listens.
func (a alert) to(ctx context.Context, base string) (answer, error) {
	headers := []string{"Content-Type", "application/json"}
	if a.key != "" {
		headers = append(headers, "Authorization", "Bearer "+a.key)
	}
	return askFor(ctx, http.MethodPost, base+a.path, a.body, headers...)
}

// send sends an alert as real senders do, again and again until it is taken, and
// returns the incident that a native one or Alertmanager's is told of.
func (w *world) send(a alert) string {
	w.t.Helper()
	id, err := a.deliver(w.t.Context(), w.base())
	if err != nil {
		w.t.Fatalf("alert never taken: %v", err)
	}
	return id
}

// deliver is send for any goroutine.
func (a alert) deliver(ctx context.Context, base string) (incident string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(5 * glance)
	defer tick.Stop()
	for {
		got, err := a.to(ctx, base)
		if err == nil && got.status/100 == 2 {
			var said struct {
				Incident string `json:"incident"`
			}
			return said.Incident, json.Unmarshal([]byte(got.body), &said)
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-tick.C:
		}
	}
}
