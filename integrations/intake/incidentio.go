package intake

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// The {id} of its paths names a source there; here the key says who speaks.
var incidentIOWays = []way{
	{http.MethodPost, "v2/alert_events/http/{id}", incidentIO, bearerOrToken},
	{http.MethodPost, "v2/alert_events/alertmanager/{id}", incidentIOAlertmanager, bearerOrToken},
}

// incidentIO is incident.io's receiver of alerts by HTTP.
var incidentIO = dialect{
	kind:    Generic,
	tooFast: http.StatusTooManyRequests,
	scheme:  "Bearer",
	decode:  decodeIncidentIO,
	accept:  acceptIncidentIO,
	refuse:  refuse,
}

// incidentIOAlertmanager takes what Alertmanager's receiver for incident.io sends:
// the body of its webhook.
var incidentIOAlertmanager = dialect{
	kind:    Alertmanager,
	tooFast: http.StatusTooManyRequests,
	scheme:  "Bearer",
	decode:  decodeAlertmanager,
	accept:  acceptIncidentIO,
	refuse:  refuse,
}

func acceptIncidentIO(w http.ResponseWriter, s said, _ incident.Incident) {
	answer(w, http.StatusAccepted, struct {
		Dedup   string `json:"deduplication_key"`
		Message string `json:"message"`
		Status  string `json:"status"`
	}{s.key, "Event accepted for processing", "success"})
}

// bearerOrToken reads the key from the header, else from the query.
func bearerOrToken(r *http.Request) string {
	return cmp.Or(bearer(r), strings.TrimSpace(r.URL.Query().Get("token")))
}

func decodeIncidentIO(from Integration, _ call, body []byte) (said, error) {
	f, err := read(bodyField, body)
	if err != nil {
		return said{}, err
	}
	a := incident.Alert{Source: "incident.io", Labels: map[string]string{}, Annotations: map[string]string{}}
	var status, sent string
	if err := f.texts(word{"title", &a.Title}, word{"status", &status}, word{"deduplication_key", &sent}); err != nil {
		return said{}, err
	}
	nameless := line(sent, maxDedup) == ""
	if nameless {
		sent = digest(from.Name, string(body))
	}
	words := said{key: sent}
	key := incident.Key{Integration: from.Name, Dedup: dedup(sent)}
	f.details(&a, "metadata")
	a.Annotations["description"] = f.loose("description")
	a.RoutingKey = a.Labels[routingKeyLabel]
	a.Severity = incident.ParseSeverity(a.Labels[severityLabel])
	a.Links = []incident.Link{{Href: f.loose("source_url"), Text: "Source"}}
	a = clean(a)
	switch strings.ToLower(strings.TrimSpace(status)) {
	case "firing":
		if a.Title == "" {
			return said{}, &mistake{"title", "is required"}
		}
		words.events = []incident.Event{incident.AlertFired{Key: key, Alert: a}}
	case resolved:
		if nameless {
			return said{}, &mistake{"deduplication_key", "is required to resolve"}
		}
		words.events = []incident.Event{incident.AlertResolved{Key: key, By: incident.Actor{Name: from.Name}}}
	case "":
		return said{}, &mistake{"status", "is required"}
	default:
		return said{}, &mistake{"status", "must be firing or resolved"}
	}
	return words, nil
}
