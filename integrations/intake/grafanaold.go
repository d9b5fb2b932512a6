package intake

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// decodeOldGrafana reads the webhook of dashboard alerts: a rule is an incident.
func decodeOldGrafana(from Integration, c call, f fields) (said, error) {
	var state, name, title string
	if err := f.texts(word{"state", &state}, word{"ruleName", &name}, word{"title", &title}); err != nil {
		return said{}, err
	}
	if _, bare, ok := strings.Cut(title, "] "); ok && strings.HasPrefix(title, "[") {
		title = bare // of "[Alerting] "
	}
	name = cmp.Or(line(name, maxTitle), line(title, maxTitle))
	state = strings.ToLower(strings.TrimSpace(state))
	switch {
	case state == "":
		return said{}, &mistake{"state", "is required, or a list of alerts"}
	case name == "":
		return said{}, &mistake{"ruleName", "is required"}
	}
	key := incident.Key{Integration: from.Name, Dedup: oldGrafanaKey(f, name)}
	by := incident.Actor{Name: from.Name}
	words := said{key: key.Dedup}
	switch state {
	case "alerting", "no_data":
		alert, err := oldGrafanaAlert(f, name, state)
		if err != nil {
			return said{}, err
		}
		alert.RoutingKey = cmp.Or(c.routingKey, alert.Labels[routingKeyLabel])
		if alert.RoutingKey != "" {
			alert.Labels[routingKeyLabel] = alert.RoutingKey
		}
		words.events = []incident.Event{incident.AlertFired{Key: key, Alert: clean(alert)}}
	case "ok":
		words.events = []incident.Event{incident.AlertResolved{Key: key, By: by}}
	default: // paused and pending
		words.events = []incident.Event{incident.AlertNoted{Key: key, By: by, Text: note(state, f.loose("message"))}}
	}
	return words, nil
}

// oldGrafanaKey names a rule: by its number in its organization, else by its name.
func oldGrafanaKey(f fields, name string) string {
	if id := f.loose("ruleId"); id != "" && id != "0" {
		return dedup("org " + cmp.Or(f.loose("orgId"), "1") + " rule " + id)
	}
	return dedup("org " + cmp.Or(f.loose("orgId"), "1") + " rule " + name)
}

func oldGrafanaAlert(f fields, name, state string) (a incident.Alert, err error) {
	if a.Labels, err = f.pairs("tags"); err != nil {
		return a, err
	}
	if a.Labels == nil {
		a.Labels = map[string]string{}
	}
	message := f.loose("message")
	a.Title, a.Source = name, grafanaSource
	switch summary := line(message, maxTitle); {
	case summary != "":
		a.Title += ": " + summary
	case state == "no_data":
		a.Title += ": no data"
	}
	a.Severity = incident.ParseSeverity(a.Labels[severityLabel])
	a.Labels["alertname"] = name
	a.Annotations = map[string]string{"message": message, "values": matches(f)}
	a.Links = []incident.Link{{Href: f.loose("ruleUrl"), Text: "Rule"}, {Href: f.loose("imageUrl"), Text: "Image"}}
	return a, nil
}

// matches is what the rule's query gave: "High value 100".
func matches(f fields) string {
	list, err := f.list("evalMatches")
	if err != nil {
		return ""
	}
	var all []string
	for _, raw := range list {
		var one fields
		if json.Unmarshal(raw, &one) == nil && one != nil {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s", one.loose("metric"), one.loose("value"))))
		}
	}
	return strings.Join(all, ", ")
}

// note reads "paused: the words that came with it".
func note(state, words string) string {
	return strings.TrimSuffix(line(state, maxWord)+": "+text(words, maxNote), ": ")
}
