package intake

import (
	"errors"
	"fmt"
	"slices"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Read reads an alert without a door, as a sender would post it, and routes it.
// The dialect is told by the body's fields: a webhook of Alertmanager or Grafana, the
// words of VictorOps, PagerDuty, Opsgenie, Grafana OnCall or incident.io, or else the
// native API's. name says which integration it came by; empty: the first that speaks
// that dialect, else the first of all.
func (s Setup) Read(body []byte, name string) (incident.AlertFired, error) {
	d, err := dialectOf(body)
	if err != nil {
		return incident.AlertFired{}, err
	}
	from, ok := s.sender(d.kind, name)
	if !ok && name != "" {
		return incident.AlertFired{}, fmt.Errorf("there is no integration %q", name)
	}
	words, err := d.decode(from, call{}, body)
	if err != nil {
		return incident.AlertFired{}, err
	}
	for _, ev := range words.events {
		if fired, ok := ev.(incident.AlertFired); ok {
			return s.routed(from, fired, words), nil
		}
	}
	return incident.AlertFired{}, errors.New("this alert opens nothing: write one that triggers")
}

// Urgency says how loud the routes let an alert be that came by no integration.
func (s Setup) Urgency(alert incident.Alert) oncall.Urgency {
	return s.Route(Integration{}, alert).Urgency
}

func dialectOf(body []byte) (dialect, error) {
	f, err := read(bodyField, body)
	switch {
	case err != nil:
		return dialect{}, err
	case f.has("alerts") && f.has("orgId"), f.has("ruleName"), f.has("ruleId"):
		return grafana, nil
	case f.has("alerts"):
		return alertmanager, nil
	case f.has("message_type"):
		return victorOps, nil
	case f.has("event_action"):
		return pagerDuty, nil
	case f.has("alert_uid"):
		return formatted, nil
	case f.has("title") && f.has("status"):
		return incidentIO, nil
	case f.has("message") && !f.has("summary") && !f.has("title"):
		return opsgenie(decodeOpsgenie), nil
	}
	return native, nil
}

func (s Setup) sender(kind Kind, name string) (Integration, bool) {
	i := slices.IndexFunc(s.Integrations, func(i Integration) bool {
		return name != "" && i.Name == name || name == "" && i.Kind == kind
	})
	switch {
	case i >= 0:
		return s.Integrations[i], true
	case name == "" && len(s.Integrations) > 0:
		return s.Integrations[0], true
	}
	return Integration{}, false
}
