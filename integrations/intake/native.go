package intake

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

var nativeWays = []way{{http.MethodPost, "api/v1/alerts", native, bearer}}

// native is our own API.
var native = dialect{
	kind:    Generic,
	tooFast: http.StatusTooManyRequests,
	dryRuns: true,
	scheme:  "Bearer",
	decode:  decodeNative,
	refuse:  refuse,
	accept: func(w http.ResponseWriter, s said, about incident.Incident) {
		answer(w, http.StatusAccepted, struct {
			Status       string      `json:"status"`
			Incident     incident.ID `json:"incident"`
			Deduplicated bool        `json:"deduplicated"`
		}{"accepted", about.ID, joined(s, about)})
	},
}

func decodeNative(from Integration, _ call, body []byte) (said, error) {
	f, err := read(bodyField, body)
	if err != nil {
		return said{}, err
	}
	var action, sent string
	if err := f.texts(word{"action", &action}, word{"dedup_key", &sent}); err != nil {
		return said{}, err
	}
	alert, err := nativeAlert(f)
	if err != nil {
		return said{}, err
	}
	key := incident.Key{Integration: from.Name, Dedup: dedup(sent)}
	by := incident.Actor{Name: from.Name}
	nameless := strings.TrimSpace(sent) == ""
	words := said{key: key.Dedup, action: strings.ToLower(action)}
	switch words.action {
	case "", "trigger":
		if alert.Title == "" {
			return said{}, &mistake{"summary", "is required for a trigger"}
		}
		if nameless {
			words.key = digest(from.Name, string(body))
			key.Dedup = words.key
		}
		words.events = []incident.Event{incident.AlertFired{Key: key, Alert: alert}}
		return words, nil
	case "acknowledge":
		words.events = []incident.Event{incident.AlertAcknowledged{Key: key, By: by}}
	case "resolve":
		words.events = []incident.Event{incident.AlertResolved{Key: key, By: by}}
	default:
		return said{}, &mistake{"action", "must be trigger, acknowledge or resolve"}
	}
	if nameless {
		return said{}, &mistake{"dedup_key", "is required to " + words.action}
	}
	return words, nil
}

func nativeAlert(f fields) (a incident.Alert, err error) {
	var severity string
	err = f.texts(word{"summary", &a.Title}, word{"severity", &severity}, word{"source", &a.Source}, word{"routing_key", &a.RoutingKey})
	if err != nil {
		return a, err
	}
	if a.Labels, err = f.pairs("labels"); err != nil {
		return a, err
	}
	if a.Annotations, err = f.pairs("annotations"); err != nil {
		return a, err
	}
	if a.Links, err = nativeLinks(f); err != nil {
		return a, err
	}
	if severity == "" {
		severity = a.Labels[severityLabel]
	}
	if a.RoutingKey == "" {
		a.RoutingKey = a.Labels[routingKeyLabel]
	}
	a.Severity = incident.ParseSeverity(severity)
	return clean(a), nil
}

func nativeLinks(f fields) ([]incident.Link, error) {
	list, err := f.list("links")
	if err != nil {
		return nil, err
	}
	links := make([]incident.Link, len(list))
	for i, raw := range list {
		var link fields
		if err := json.Unmarshal(raw, &link); err != nil {
			return nil, &mistake{entry("links", i), "must be an object"}
		}
		if err := link.texts(word{"href", &links[i].Href}, word{"text", &links[i].Text}); err != nil {
			return nil, within(entry("links", i), err)
		}
	}
	return links, nil
}
