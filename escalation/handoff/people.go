package handoff

import (
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func (p *plan) name(id oncall.PersonID) string {
	person, ok := p.roster.People[id]
	if !ok {
		return string(id)
	}
	return person.DisplayName()
}

func (p *plan) names(ids []oncall.PersonID) string {
	if len(ids) == 0 {
		return "nobody"
	}
	var names []string
	for _, id := range ids {
		names = append(names, p.name(id))
	}
	return strings.Join(names, ", ")
}

func (p *plan) actor(by incident.Actor) string {
	if by.Person != "" {
		return p.name(by.Person)
	}
	return by.Name
}

// zone is the clock of a person.
func (p *plan) zone(id oncall.PersonID) *time.Location {
	if zone := p.roster.People[id].Zone; zone != nil {
		return zone
	}
	return p.roster.Location()
}

func (p *plan) teamZone(team oncall.Team) *time.Location {
	if team.Zone != nil {
		return team.Zone
	}
	return p.roster.Location()
}

func channelOf(team oncall.Team) bool { return team.SlackChannel != "" || team.DiscordChannel != "" }

func alike(a, b []oncall.PersonID) bool { return len(a) == len(b) && len(without(a, b)) == 0 }

// without are those of ids who are not among the others.
func without(ids, others []oncall.PersonID) []oncall.PersonID {
	return slices.DeleteFunc(slices.Clone(ids), func(id oncall.PersonID) bool { return slices.Contains(others, id) })
}

// unique keeps the first of each.
func unique(ids []oncall.PersonID) []oncall.PersonID {
	var all []oncall.PersonID
	for _, id := range ids {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}
