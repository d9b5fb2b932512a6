package intake

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// key names the group: by the sender's key, else by what its alerts share.
func (hook *webhook) key() string {
	switch {
	case strings.TrimSpace(hook.groupKey) != "":
		return dedup(hook.groupKey)
	case len(hook.groupLabels) > 0:
		return digest(hook.receiver, flat(hook.groupLabels))
	}
	var prints []string
	for _, a := range slices.Concat(hook.firing, hook.resolved) {
		prints = append(prints, a.fingerprint)
	}
	slices.Sort(prints)
	return digest(append([]string{hook.receiver}, prints...)...)
}

// alert is the group, as far as it fires, as one alert.
func (hook *webhook) alert(from Integration, routingKey string) incident.Alert {
	a := incident.Alert{
		Title:       cmp.Or(hook.title(), "Alert from "+from.Name),
		Severity:    hook.severity(),
		Source:      "alertmanager",
		RoutingKey:  cmp.Or(routingKey, hook.shared(routingKeyLabel)),
		Labels:      maps.Clone(hook.commonLabels),
		Annotations: hook.commonAnnotations,
		Repeats:     true,
	}
	if len(hook.commonLabels)+len(hook.groupLabels) == 0 {
		a.Labels = maps.Clone(hook.firing[0].labels)
	}
	if len(a.Annotations) == 0 {
		a.Annotations = hook.firing[0].annotations
	}
	if a.Labels == nil {
		a.Labels = map[string]string{}
	}
	maps.Copy(a.Labels, hook.groupLabels)
	if a.RoutingKey != "" {
		a.Labels[routingKeyLabel] = a.RoutingKey
	}
	for _, f := range hook.firing {
		a.Members = append(a.Members, incident.Member{Fingerprint: f.fingerprint, Name: hook.name(f)})
	}
	a.Links = hook.links()
	return clean(a)
}

// links leads to what helps first, then to each alert's own graph.
func (hook *webhook) links() []incident.Link {
	var help, graphs []incident.Link
	for _, a := range hook.firing {
		help = append(help,
			incident.Link{Href: a.annotations["runbook_url"], Text: "Runbook"},
			incident.Link{Href: a.annotations["dashboard_url"], Text: "Dashboard"})
		graphs = append(graphs, incident.Link{Href: a.generatorURL, Text: "Graph"})
	}
	help = append(help, incident.Link{Href: hook.externalURL, Text: "Alertmanager"})
	return append(help, graphs...)
}

// title is "<alertname>: <summary>", or the one of them that there is.
func (hook *webhook) title() string {
	name := hook.shared("alertname")
	summary := cmp.Or(hook.commonAnnotations["summary"], hook.firing[0].annotations["summary"])
	if name != "" && summary != "" {
		return name + ": " + summary
	}
	return name + summary
}

// severity is the worst of those that fire.
func (hook *webhook) severity() incident.Severity {
	worst := incident.Info
	for _, a := range hook.firing {
		word := cmp.Or(a.labels[severityLabel], hook.shared(severityLabel))
		if s := incident.ParseSeverity(word); s.Worse(worst) {
			worst = s
		}
	}
	return worst
}

// shared is a label of the whole group, or of its first alert that fires.
func (hook *webhook) shared(label string) string {
	return cmp.Or(hook.groupLabels[label], hook.commonLabels[label], hook.firing[0].labels[label])
}

// name tells a member from the others: what it does not share with them.
func (hook *webhook) name(a groupAlert) string {
	own := map[string]string{}
	for label, value := range a.labels {
		if hook.commonLabels[label] != value && hook.groupLabels[label] != value {
			own[label] = value
		}
	}
	if len(own) == 0 {
		return cmp.Or(a.labels["instance"], a.labels["alertname"])
	}
	return flat(own)
}

// flat writes labels in one order: a="1", b="2".
func flat(labels map[string]string) string {
	var b strings.Builder
	for i, name := range slices.Sorted(maps.Keys(labels)) {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s=%q", name, labels[name])
	}
	return b.String()
}
