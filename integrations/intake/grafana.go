package intake

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

var grafanaWays = []way{{http.MethodPost, "integrations/grafana/{key}", grafana, nil}}

// grafana is the webhook of Grafana's alerting: that of today, which speaks of
// groups as Alertmanager does, and that of the dashboard alerts before it.
var grafana = dialect{
	kind:    Grafana,
	tooFast: http.StatusServiceUnavailable,
	decode:  decodeGrafana,
	refuse:  refuse,
	accept:  alertmanager.accept,
}

// grafanaSource is what an alert of Grafana's names as its source.
const grafanaSource = "grafana"

func decodeGrafana(from Integration, c call, body []byte) (said, error) {
	f, err := read(bodyField, body)
	switch {
	case err != nil:
		return said{}, err
	case !f.has("alerts"):
		return decodeOldGrafana(from, c, f)
	}
	words, err := decodeAlertmanager(from, c, body)
	if err != nil {
		return said{}, err
	}
	for i, ev := range words.events {
		if fired, ok := ev.(incident.AlertFired); ok {
			fired.Alert = grafanaAlert(fired.Alert, f)
			words.events[i] = fired
		}
	}
	return words, nil
}

// datasource are Grafana's names for all alerts whose query failed or found nothing;
// the rule's own name is a label then.
var datasource = []string{"DatasourceNoData", "DatasourceError"}

// grafanaAlert adds to a group's alert what only Grafana says.
func grafanaAlert(a incident.Alert, f fields) incident.Alert {
	a.Source = grafanaSource
	rule := a.Labels["rulename"]
	if name := a.Labels["alertname"]; rule != "" && slices.Contains(datasource, name) {
		if rest, ok := strings.CutPrefix(a.Title, name); ok {
			a.Title = rule + cmp.Or(rest, ": "+name)
		}
	}
	if a.Annotations = maps.Clone(a.Annotations); a.Annotations == nil {
		a.Annotations = map[string]string{}
	}
	own, values := grafanaMembers(f)
	if values != "" {
		a.Annotations["values"] = values
	}
	byRunbook := func(l incident.Link) bool { return l.Text == "Runbook" }
	first := slices.DeleteFunc(slices.Clone(a.Links), func(l incident.Link) bool { return !byRunbook(l) })
	last := slices.DeleteFunc(slices.Clone(a.Links), byRunbook)
	for i := range last {
		if last[i].Text == "Alertmanager" {
			last[i].Text = "Grafana"
		}
	}
	a.Links = slices.Concat(first, own, last)
	return clean(a)
}

// grafanaMembers reads where the alerts that fire are seen and silenced, and what
// the first of them measured. What can't be read is left out: the group has been
// read already.
func grafanaMembers(f fields) (links []incident.Link, values string) {
	list, err := f.list("alerts")
	if err != nil {
		return nil, ""
	}
	for _, raw := range list {
		var one fields
		if json.Unmarshal(raw, &one) != nil || strings.EqualFold(cmp.Or(one.loose("status"), f.loose("status")), resolved) {
			continue
		}
		links = append(links,
			incident.Link{Href: one.loose("dashboardURL"), Text: "Dashboard"},
			incident.Link{Href: one.loose("panelURL"), Text: "Panel"},
			incident.Link{Href: one.loose("silenceURL"), Text: "Silence"},
			incident.Link{Href: one.loose("imageURL"), Text: "Image"})
		values = cmp.Or(values, measured(one))
	}
	return links, values
}

// measured is what an alert's query gave: by its own values, else in Grafana's words.
func measured(one fields) string {
	if values, err := one.pairs("values"); err == nil && len(values) > 0 {
		return flat(values)
	}
	return one.loose("valueString")
}
