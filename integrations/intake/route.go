package intake

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// The labels that every alert has for the routes, whatever its sender calls them.
const (
	routingKeyLabel  = "routing_key"
	severityLabel    = "severity"
	integrationLabel = "integration"
)

// A Route claims the alerts that all its matchers match. What it leaves empty is
// decided as if it weren't there.
type Route struct {
	Match   []*labels.Matcher
	Text    string // the matchers as they were written
	Team    oncall.TeamID
	Policy  string
	Urgency oncall.Urgency
}

// Name is by what the route is known, wherever it stands: its matchers.
func (r Route) Name() string { return cmp.Or(r.Text, "{}") }

// refuses returns the first matcher that doesn't match, or nil: the route claims
// an alert with these labels.
func (r Route) refuses(all map[string]string) *labels.Matcher {
	for _, m := range r.Match {
		if !m.Matches(all[m.Name]) {
			return m
		}
	}
	return nil
}

// knows reports whether the route asks for that routing key.
func (r Route) knows(routingKey string) bool {
	return slices.ContainsFunc(r.Match, func(m *labels.Matcher) bool {
		asks := m.Type == labels.MatchEqual || m.Type == labels.MatchRegexp
		return asks && m.Name == routingKeyLabel && m.Matches(routingKey)
	})
}

// Route says where an alert goes. The first route that claims it wins; what that
// leaves open is decided by a routing key that is a team's own key, then by the
// integration's team, then by the catch-all.
//
// A routing key that no route asks for and that is no team's key changes nothing,
// but the card says so where it might have named the team.
func (s Setup) Route(from Integration, alert incident.Alert) incident.Route {
	to, because := incident.Route{}, ""
	all := routable(from, alert)
	for n, r := range s.Routes {
		if r.refuses(all) == nil {
			to.Team, to.Policy, to.Urgency, to.Matched = r.Team, r.Policy, r.Urgency, r.Name()
			because = fmt.Sprintf("route %d (%s)", n+1, r.Text)
			break
		}
	}
	if to.Urgency == "" {
		to.Urgency = oncall.High
	}
	if to.Team != "" {
		to.Because = because
		return to
	}
	team, why, warning := s.team(from, all[routingKeyLabel])
	to.Team, to.Because, to.Warning = team, why, warning
	if because != "" {
		to.Because = because + ", " + why
	}
	return to
}

// team decides what no route decided.
func (s Setup) team(from Integration, key string) (team oncall.TeamID, why, warning string) {
	unknown := key != "" && !slices.ContainsFunc(s.Routes, func(r Route) bool { return r.knows(key) })
	if unknown {
		warning = fmt.Sprintf("unknown routing key %q", key)
	}
	switch {
	case key != "" && slices.Contains(s.Teams, oncall.TeamID(key)):
		return oncall.TeamID(key), fmt.Sprintf("routing key %s", key), ""
	case from.Team != "":
		return from.Team, "integration " + from.Name, warning
	case unknown:
		return s.CatchAll, "catch_all", warning + ": sent to the catch-all"
	}
	return s.CatchAll, "catch_all", "no route and no integration's team claims this alert: sent to the catch-all"
}

// routable returns the labels that routes see.
func routable(from Integration, alert incident.Alert) map[string]string {
	all := maps.Clone(alert.Labels)
	if all == nil {
		all = map[string]string{}
	}
	if alert.RoutingKey != "" {
		all[routingKeyLabel] = alert.RoutingKey
	}
	if word, ok := all[severityLabel]; !ok || incident.ParseSeverity(word) != alert.Severity {
		all[severityLabel] = string(alert.Severity)
	}
	all[integrationLabel] = from.Name
	return all
}
