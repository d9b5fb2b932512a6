package intake

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

var pagerDutyWays = []way{
	{http.MethodPost, "v2/enqueue", pagerDuty, nil},
	{http.MethodPost, "v2/change/enqueue", pagerDutyChange, nil},
}

// pagerDuty is PagerDuty's Events API v2.
var pagerDuty = dialect{
	kind:    PagerDuty,
	tooFast: http.StatusTooManyRequests,
	keyIn:   pagerDutyKey,
	decode:  decodePagerDuty,
	accept: func(w http.ResponseWriter, s said, _ incident.Incident) {
		answer(w, http.StatusAccepted, pagerDutyAnswer{Status: "success", Message: "Event processed", Dedup: s.key})
	},
	refuse: refusePagerDuty,
}

// pagerDutyChange takes its change events.
var pagerDutyChange = dialect{
	kind:    PagerDuty,
	tooFast: http.StatusTooManyRequests,
	keyIn:   pagerDutyKey,
	decode:  decodePagerDutyChange,
	accept: func(w http.ResponseWriter, _ said, _ incident.Incident) {
		answer(w, http.StatusAccepted, pagerDutyAnswer{Status: "success", Message: "Change event processed"})
	},
	refuse: refusePagerDuty,
}

type pagerDutyAnswer struct {
	Status  string   `json:"status"`
	Message string   `json:"message"`
	Dedup   string   `json:"dedup_key,omitempty"`
	Errors  []string `json:"errors,omitempty"`
}

func refusePagerDuty(w http.ResponseWriter, status int, err error) {
	a := pagerDutyAnswer{Status: "invalid event", Message: "Event object is invalid", Errors: []string{err.Error()}}
	switch status {
	case http.StatusBadRequest:
	case http.StatusTooManyRequests:
		a.Status, a.Message = "throttle exceeded", err.Error()
	case http.StatusServiceUnavailable:
		a.Status, a.Message = "not stored", err.Error()
	default:
		a.Message = err.Error()
	}
	answer(w, status, a)
}

// pagerDutyKey finds the key, which templates like to surround with blanks.
func pagerDutyKey(body []byte) (string, *refusal) {
	f, err := read(bodyField, body)
	if m := (*mistake)(nil); errors.As(err, &m) {
		return "", &refusal{m, http.StatusBadRequest, Invalid}
	}
	key := strings.TrimSpace(f.loose("routing_key"))
	if key == "" {
		return "", &refusal{&mistake{"routing_key", "is required: it is the integration's key"}, http.StatusBadRequest, Invalid}
	}
	return key, nil
}

func decodePagerDuty(from Integration, _ call, body []byte) (said, error) {
	f, err := read(bodyField, body)
	if err != nil {
		return said{}, err
	}
	action, err := f.text("event_action")
	if err != nil {
		return said{}, err
	}
	action = strings.ToLower(strings.TrimSpace(action))
	words := said{key: f.loose("dedup_key")}
	nameless := strings.TrimSpace(words.key) == ""
	if nameless {
		words.key = digest(from.Name, string(body))
	}
	key := incident.Key{Integration: from.Name, Dedup: dedup(words.key)}
	by := incident.Actor{Name: from.Name}
	switch action {
	case "trigger":
		alert, err := pagerDutyAlert(f)
		if err != nil {
			return said{}, err
		}
		words.events = []incident.Event{incident.AlertFired{Key: key, Alert: alert}}
		return words, nil
	case "acknowledge":
		words.events = []incident.Event{incident.AlertAcknowledged{Key: key, By: by}}
	case "resolve":
		words.events = []incident.Event{incident.AlertResolved{Key: key, By: by}}
	case "":
		return said{}, &mistake{"event_action", "is required"}
	default:
		return said{}, &mistake{"event_action", "must be trigger, acknowledge or resolve"}
	}
	if nameless {
		return said{}, &mistake{"dedup_key", "is required to " + action}
	}
	return words, nil
}

// pagerDutyAlert reads the payload of a trigger.
func pagerDutyAlert(f fields) (incident.Alert, error) {
	a := incident.Alert{Labels: map[string]string{}, Annotations: map[string]string{}}
	payload, err := f.sub("payload")
	if err != nil {
		return a, err
	}
	if a.Title, err = payload.text("summary"); err != nil {
		return a, within("payload", err)
	}
	payload.details(&a, "custom_details")
	payload.label(&a, "source", "component", "group", "class")
	f.label(&a, "client")
	a.Source = payload.loose("source")
	a.Annotations["timestamp"] = payload.loose("timestamp")
	a.RoutingKey = a.Labels[routingKeyLabel]
	a.Severity = incident.ParseSeverity(cmp.Or(payload.loose(severityLabel), a.Labels[severityLabel]))
	a.Links = f.addresses("links", "href", "text")
	a.Links = append(a.Links, incident.Link{Href: f.loose("client_url"), Text: cmp.Or(f.loose("client"), "Sender")})
	for _, image := range []string{"href", "src"} {
		a.Links = append(a.Links, f.addresses("images", image, "alt")...)
	}
	if a = clean(a); a.Title == "" {
		return a, &mistake{"payload.summary", "is required for a trigger"}
	}
	return a, nil
}

func decodePagerDutyChange(from Integration, _ call, body []byte) (said, error) {
	f, err := read(bodyField, body)
	if err != nil {
		return said{}, err
	}
	payload, err := f.sub("payload")
	if err != nil {
		return said{}, err
	}
	summary, err := payload.text("summary")
	if err != nil {
		return said{}, within("payload", err)
	}
	if summary = line(summary, maxTitle); summary == "" {
		return said{}, &mistake{"payload.summary", "is required"}
	}
	a := incident.Alert{Title: summary, Labels: map[string]string{}, Annotations: map[string]string{}}
	payload.details(&a, "custom_details")
	payload.label(&a, "source")
	a.RoutingKey = a.Labels[routingKeyLabel]
	a.Links = f.addresses("links", "href", "text")
	a = clean(a)
	lines := []string{"Change: " + summary}
	if at := line(payload.loose("timestamp"), maxWord); at != "" {
		lines = append(lines, "at "+at)
	}
	if len(a.Labels) > 0 {
		lines = append(lines, flat(a.Labels))
	}
	for _, l := range a.Links {
		lines = append(lines, strings.TrimSpace(l.Text+" "+l.Href))
	}
	return said{
		key:    digest(from.Name, string(body)),
		change: &change{words: text(strings.Join(lines, "\n"), maxNote), alert: a},
	}, nil
}
