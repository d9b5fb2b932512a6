package intake

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

var grafanaOnCallWays = []way{
	{http.MethodPost, "integrations/v1/formatted_webhook/{key}", formatted, nil},
	{http.MethodPost, "integrations/v1/alertmanager/{key}", alertmanager, nil},
	{http.MethodPost, "integrations/v1/grafana/{key}", grafana, nil},
	{http.MethodPost, "integrations/v1/grafana_alerting/{key}", grafana, nil},
}

// formatted is the formatted webhook of Grafana OnCall.
var formatted = dialect{
	kind:    Generic,
	tooFast: http.StatusTooManyRequests,
	decode:  decodeFormatted,
	refuse:  refuse,
	accept:  alertmanager.accept,
}

func decodeFormatted(from Integration, c call, body []byte) (said, error) {
	f, err := read(bodyField, body)
	if err != nil {
		return said{}, err
	}
	sent, title, message := f.loose("alert_uid"), f.loose("title"), f.loose("message")
	nameless := strings.TrimSpace(sent) == ""
	key := incident.Key{Integration: from.Name, Dedup: dedup(sent)}
	switch strings.ToLower(f.loose("state")) {
	case "ok", resolved:
		if nameless {
			return said{}, &mistake{"alert_uid", "is required to resolve"}
		}
		ended := incident.AlertResolved{Key: key, By: incident.Actor{Name: from.Name}}
		return said{key: key.Dedup, events: []incident.Event{ended}}, nil
	}
	if nameless {
		key.Dedup = digest(from.Name, string(body))
	}
	head, _, _ := strings.Cut(text(message, maxTitle), "\n")
	a := clean(incident.Alert{
		Title:       cmp.Or(line(title, maxTitle), line(head, maxTitle), "Alert from "+from.Name),
		Severity:    incident.ParseSeverity(f.loose(severityLabel)),
		Source:      cmp.Or(f.loose("source"), "grafana oncall"),
		RoutingKey:  cmp.Or(c.routingKey, f.loose(routingKeyLabel)),
		Annotations: map[string]string{"message": message},
		Links: []incident.Link{
			{Href: f.loose("link_to_upstream_details"), Text: "Details"},
			{Href: f.loose("image_url"), Text: "Image"},
		},
	})
	return said{key: key.Dedup, events: []incident.Event{incident.AlertFired{Key: key, Alert: a}}}, nil
}
