package commands

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/agext/levenshtein"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var (
	mention = regexp.MustCompile(`^<@!?(\w+)(?:\|[^>]*)?>$`)
	channel = regexp.MustCompile(`^<#(\w+)(?:\|[^>]*)?>$`)
)

// person reads "<@U123>", "<@U123|ana>", "@ana", a key or a name. A problem is
// worded for the speaker.
func (t turn) person(s string) (id oncall.PersonID, problem string) {
	if m := mention.FindStringSubmatch(s); m != nil {
		for id, p := range t.roster.People {
			if !p.Inactive && (strings.EqualFold(p.Slack, m[1]) || p.Discord == m[1]) {
				return id, ""
			}
		}
		return "", "That person isn't in Earshot's configuration."
	}
	s = strings.TrimPrefix(s, "@")
	for _, match := range []func(oncall.Person) bool{
		func(p oncall.Person) bool { return strings.EqualFold(string(p.ID), s) },
		func(p oncall.Person) bool { return strings.EqualFold(p.Name, s) },
		func(p oncall.Person) bool {
			first, _, _ := strings.Cut(p.Name, " ")
			return strings.EqualFold(first, s)
		},
	} {
		switch ids := t.people(match); {
		case s == "":
		case len(ids) == 1:
			return ids[0], ""
		case len(ids) > 1:
			return "", fmt.Sprintf("%q may be any of %s.", tidy(s, 30), t.names(ids))
		}
	}
	var keys []string
	for id, p := range t.roster.People {
		if !p.Inactive {
			keys = append(keys, string(id))
		}
	}
	return "", fmt.Sprintf("There is no person %q.", tidy(s, 30)) + suggest(s, keys)
}

// people returns the active people that match, by key.
func (t turn) people(match func(oncall.Person) bool) []oncall.PersonID {
	var ids []oncall.PersonID
	for id, p := range t.roster.People {
		if p.ID = id; !p.Inactive && match(p) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// team reads a team's key or name, or the mention of its channel.
func (t turn) team(s string) (id oncall.TeamID, problem string) {
	m := channel.FindStringSubmatch(s)
	var keys []string
	for _, id := range t.roster.TeamIDs() {
		team := t.roster.Teams[id]
		if m != nil && (team.SlackChannel == m[1] || team.DiscordChannel == m[1]) ||
			strings.EqualFold(string(id), s) || strings.EqualFold(team.Name, s) && s != "" {
			return id, ""
		}
		keys = append(keys, string(id))
	}
	return "", fmt.Sprintf("There is no team %q.", tidy(s, 30)) + suggest(s, keys)
}

// suggest returns " Did you mean ana?" where a key is near.
func suggest(s string, keys []string) string {
	slices.Sort(keys)
	best, least := "", 3
	for _, k := range keys {
		if d := levenshtein.Distance(strings.ToLower(s), strings.ToLower(k), nil); d < least && d < len(s) {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return " Did you mean " + best + "?"
}

func (t turn) name(id oncall.PersonID) string {
	p, ok := t.roster.People[id]
	if !ok {
		return tidy(string(id), 60)
	}
	p.ID = id
	return tidy(p.DisplayName(), 60)
}

// actor names whoever did something, the speaker as "you".
func (t turn) actor(by incident.Actor) string {
	switch {
	case by.Person != "" && by.Person == t.By.Person:
		return "you"
	case by.Person != "":
		return t.name(by.Person)
	case by.Name != "":
		return tidy(by.Name, 60)
	}
	return "somebody"
}

// names joins people for a reader, at most eight of them.
func (t turn) names(ids []oncall.PersonID) string {
	const most = 8
	var names []string
	for i, id := range ids {
		if i == most {
			names = append(names, fmt.Sprintf("%d more", len(ids)-most))
			break
		}
		names = append(names, t.name(id)+t.signs[id])
	}
	return strings.Join(names, ", ")
}

func (t turn) teamName(id oncall.TeamID) string {
	team := t.roster.Teams[id]
	team.ID = id
	return tidy(team.DisplayName(), 60)
}

// zone is the speaker's, or the next best.
func (t turn) zone() *time.Location {
	for _, zone := range []*time.Location{
		t.roster.People[t.By.Person].Zone, t.roster.Teams[t.Team].Zone, t.roster.Zone,
	} {
		if zone != nil {
			return zone
		}
	}
	return time.UTC
}

// paging reports whether the incident pages the person, or has.
func paging(in incident.Incident, id oncall.PersonID) bool {
	return slices.ContainsFunc(in.Runs, func(r incident.Run) bool { return r.Person == id }) ||
		slices.ContainsFunc(in.Pages, func(p incident.Page) bool { return p.To == id })
}
