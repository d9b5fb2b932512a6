package configfile

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/intake"
)

// config reads everything that the files say. What it returns is only whole where
// no mistake was made.
func (r *reader) config() *Config {
	if r.unread {
		return nil
	}
	top := fields{}
	for _, m := range r.top {
		if !top.has(m.name) {
			top[m.name] = m
		}
	}
	for _, needed := range []string{"people", "teams"} {
		if _, ok := top[needed]; !ok {
			r.fault(place{r.sources[0].name, 1, 1, 0}, "add "+needed+":", "there are no %s", needed)
		}
	}
	r.zone = r.location(top["timezone"].item, "timezone", time.UTC)
	people, teams := r.all("people", "person"), r.all("teams", "team")
	r.names = r.index(people, teams)

	c := &Config{
		PublicURL: r.address(top["public_url"].item, "public_url"),
		Gateway:   r.gateway(top["sms_gateway"].item),
		places:    r.places,
	}
	groupings := map[oncall.TeamID]intake.Grouping{}
	c.Roster = oncall.Roster{
		Zone:     r.zone,
		Admins:   r.admins(),
		People:   r.readPeople(people),
		Teams:    r.readTeams(teams, groupings),
		CatchAll: r.team(top["catch_all"].item, "catch_all"),
		Bundling: DefaultBundling,
	}
	if d, ok := r.duration(top["bundling"].item, "bundling", true); ok {
		c.Roster.Bundling = d
	}
	c.Roster.Storm = r.storm(top["storm"].item)
	c.Roster.Digest = r.digest(top["digest"].item)
	c.Phones, c.Roster.Caps = r.phones(top["phones"].item)
	c.Setup = intake.Setup{
		Integrations: r.readIntegrations(r.all("integrations", "integration"), top.has("catch_all")),
		Routes:       r.readRoutes(),
		Teams:        c.Roster.TeamIDs(),
		CatchAll:     c.Roster.CatchAll,
		Rate:         r.rate(top["rate_limit"].item),
		Groupings:    groupings,
	}
	if top.has("grouping") {
		c.Setup.Grouping = r.grouping(top["grouping"].item)
	}
	return c
}

func (r *reader) admins() []oncall.PersonID {
	var all []oncall.PersonID
	for _, top := range r.top {
		if top.name == "admins" {
			all = append(all, r.persons(top.item, "admins")...)
		}
	}
	return all
}

func (r *reader) grouping(i item) intake.Grouping {
	f := r.fields(i, "grouping", "by", "window")
	g := intake.Grouping{Window: DefaultWindow}
	for _, label := range r.list(f["by"].item, "by", true) {
		if name := r.word(label, "by"); name != "" {
			g.By = append(g.By, name)
		}
	}
	if !f.has("by") {
		r.fault(i.at, "add by: [alertname, cluster]", "this grouping does not say by which labels")
	}
	if d, ok := r.duration(f["window"].item, "window", false); ok {
		g.Window = d
	}
	return g
}

// storm reads how many new cards a channel bears.
func (r *reader) storm(i item) oncall.StormRate {
	rate := oncall.StormRate{Cards: DefaultCards, Per: DefaultCardsPer}
	f := r.fields(i, "storm", "cards", "per")
	if f.has("cards") {
		rate.Cards = r.number(f["cards"].item, "cards", 1)
	}
	if d, ok := r.duration(f["per"].item, "per", false); ok {
		rate.Per = d
	}
	return rate
}

func (r *reader) rate(i item) intake.Rate {
	if i.missing() {
		return intake.Rate{}
	}
	f := r.fields(i, "rate_limit", "per", "alerts")
	if !f.has("per") || !f.has("alerts") {
		r.fault(i.at, "write rate_limit: {per: 1m, alerts: 1000}", "this rate limit lacks per or alerts")
		return intake.Rate{}
	}
	per, _ := r.duration(f["per"].item, "per", false)
	return intake.Rate{Per: per, Alerts: r.number(f["alerts"].item, "alerts", 1)}
}
