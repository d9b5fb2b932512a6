package configfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/alertmanager/matcher/parse"
	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/intake"
)

func (r *reader) readIntegrations(members []member, catchAll bool) []intake.Integration {
	var all []intake.Integration
	keys := map[string]member{} // by kind and key: each kind has doors of its own
	for _, m := range members {
		r.named(m, "integration")
		i := r.integration(m, catchAll)
		at := string(i.Kind) + " " + string(i.Key)
		if other, taken := keys[at]; taken && i.Key != "" {
			r.fault(m.key, "give each integration of a type a key of its own", "integration %s has the same key as %s (%s)", m.name, other.name, other.key)
		}
		keys[at] = m
		all = append(all, i)
	}
	return all
}

func (r *reader) integration(m member, catchAll bool) intake.Integration {
	var kinds []string
	for _, k := range intake.Kinds() {
		kinds = append(kinds, string(k))
	}
	f := r.fields(m.item, "integration "+m.name, "type", "key", "team", "every", "grace")
	i := intake.Integration{
		Name: m.name,
		Kind: intake.Kind(r.choice(f["type"].item, "type", kinds...)),
		Team: r.team(f["team"].item, "team"),
	}
	if !f.has("type") {
		r.fault(m.key, "add type: "+strings.Join(kinds, ", "), "integration %s has no type", m.name)
	}
	key, ok := r.text(f["key"].item, "key")
	i.Key = intake.Secret(key.value)
	switch {
	case !f.has("key"), ok && strings.TrimSpace(key.value) == "":
		r.fault(m.key, `add a long random key: "${NAME}"`, "integration %s has no key", m.name)
	case ok && strings.ContainsAny(key.value, " \t\r\n"):
		r.fault(key.at, "use a key without blanks", "the key of integration %s has a blank or a line break in it", m.name)
	}
	if !f.has("team") && !catchAll {
		r.fault(m.key, "add team: NAME here or catch_all: NAME at the top", "integration %s has no team and there is no catch_all", m.name)
	}
	i.Every, _ = r.duration(f["every"].item, "every", false)
	i.Grace, _ = r.duration(f["grace"].item, "grace", true)
	if i.Kind == intake.Heartbeat && !f.has("every") {
		r.fault(m.key, "add every: 10m, the time between two beats", "heartbeat %s does not say how often it beats", m.name)
	}
	for _, name := range []string{"every", "grace"} {
		if f.has(name) && i.Kind != intake.Heartbeat && i.Kind != "" {
			r.fault(f[name].key, "take it out", "%s belongs to heartbeats, not to %s", name, i.Kind)
		}
	}
	return i
}

func (r *reader) readRoutes() []intake.Route {
	var all []intake.Route
	for _, top := range r.top {
		if top.name != "routes" {
			continue
		}
		for _, i := range r.list(top.item, "routes", false) {
			all = append(all, r.route(i))
		}
	}
	return all
}

func (r *reader) route(i item) intake.Route {
	f := r.fields(i, "a route", "match", "team", "policy", "urgency")
	route := intake.Route{
		Team:    r.team(f["team"].item, "team"),
		Urgency: oncall.Urgency(r.choice(f["urgency"].item, "urgency", string(oncall.High), string(oncall.Low), string(oncall.None))),
	}
	if !f.has("match") {
		r.fault(i.at, `add match: ['severity="warning"']; [] matches everything`, "this route has no match")
	}
	var texts []string
	for _, i := range r.list(f["match"].item, "match", true) {
		matchers := r.matchers(i)
		route.Match = append(route.Match, matchers...)
		for _, m := range matchers {
			texts = append(texts, m.String())
		}
	}
	route.Text = strings.Join(texts, ", ")
	route.Policy = r.routePolicy(f["policy"].item, string(route.Team), f.has("team"))
	return route
}

// routePolicy reads a policy of the route's team, or of any team where the
// integration's decides.
func (r *reader) routePolicy(i item, team string, named bool) string {
	if !named {
		var all []string
		for _, policies := range r.names.policies {
			all = append(all, policies...)
		}
		return r.reference(i, "policy", "policy", all)
	}
	if team == "" { // told already
		return r.word(i, "policy")
	}
	return r.reference(i, "policy", "policy of team "+team, r.names.policies[team])
}

// matchers reads Prometheus' syntax as Alertmanager does: by its parser for
// UTF-8, then by the older, laxer one.
func (r *reader) matchers(i item) []*labels.Matcher {
	const longest = 1 << 10
	const remedy = `write it like severity="warning" or cluster=~"eu-.*"`
	t, ok := r.text(i, "match")
	if !ok {
		return nil
	}
	if len(t.value) > longest {
		r.fault(i.at, "write less than 1 KB", "matcher %s is too long", t.shown())
		return nil
	}
	found, err := parse.Matchers(t.value)
	if err != nil {
		lax, laxErr := labels.ParseMatchers(t.value)
		if laxErr == nil && len(lax) > 0 {
			return lax
		}
		why := fmt.Sprintf("matcher %s can't be read", t.shown())
		if !t.replaced {
			why += ": " + strings.Join(strings.Fields(err.Error()), " ")
		}
		r.fault(i.at, remedy, "%s", why)
		return nil
	}
	if len(found) == 0 {
		r.fault(i.at, remedy, "matcher %s is empty", t.shown())
	}
	return slices.Clip(found)
}
