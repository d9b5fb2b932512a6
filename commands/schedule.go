package commands

import (
	"fmt"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A place is one schedule of a team.
type place struct {
	team oncall.TeamID
	name string
}

// String writes the place as people say it: "platform/techops".
func (p place) String() string { return string(p.team) + "/" + p.name }

// of returns the schedule as a roster has it.
func (p place) of(r oncall.Roster) oncall.Schedule { return r.Teams[p.team].Schedules[p.name] }

// schedule reads TEAM/SCHEDULE, TEAM where only one of its schedules can be meant, or
// SCHEDULE in the team's channel; nothing is the team of the channel, else the
// speaker's only one.
func (t turn) schedule(s string) (p place, problem string) {
	s = strings.TrimPrefix(s, "schedule:")
	name, schedule, exact := strings.Cut(s, "/")
	switch {
	case s == "" && t.Team != "":
		p.team = t.Team
	case s == "":
		teams, _ := t.teams("")
		if len(teams) != 1 {
			return p, "Of which team?"
		}
		p.team = teams[0]
	default:
		if p.team, problem = t.team(name); problem != "" {
			if _, own := t.roster.Teams[t.Team].Schedules[s]; own {
				return place{t.Team, s}, ""
			}
			return p, problem
		}
	}
	team := t.roster.Teams[p.team]
	if !exact {
		p.name, problem = t.meant(p.team)
		return p, problem
	}
	for name := range team.Schedules {
		if strings.EqualFold(name, schedule) {
			return place{p.team, name}, ""
		}
	}
	names := team.ScheduleNames()
	near := suggest(schedule, slices.Clone(names))
	if near == "" && len(names) > 0 {
		near = " It has " + strings.Join(names, ", ") + "."
	}
	return p, fmt.Sprintf("Team %s has no schedule %q.%s", p.team, tidy(schedule, 30), near)
}

// meant is the schedule of a team that needs no name: its only one, or the only one
// of its own that its default policy pages first.
func (t turn) meant(id oncall.TeamID) (name, problem string) {
	team := t.roster.Teams[id]
	names := team.ScheduleNames()
	switch len(names) {
	case 0:
		return "", fmt.Sprintf("Team %s has no schedule.", t.teamName(id))
	case 1:
		return names[0], ""
	}
	var first []string
	if p, ok := t.roster.Policy(id, ""); ok && len(p.Tiers) > 0 {
		for _, target := range p.Tiers[0].Page {
			if target.Kind == oncall.ToSchedule && (target.Team == "" || target.Team == id) && !slices.Contains(first, target.Name) {
				first = append(first, target.Name)
			}
		}
	}
	if len(first) == 1 {
		return first[0], ""
	}
	for i := range names {
		names[i] = string(id) + "/" + names[i]
	}
	return "", fmt.Sprintf("Team %s has several schedules: %s. Which one?", t.teamName(id), strings.Join(names, ", "))
}

// places are all schedules, those of the speaker's teams and of the channel first.
func (t turn) places() []place {
	var own, others []place
	for _, id := range t.roster.TeamIDs() {
		team := t.roster.Teams[id]
		for _, name := range team.ScheduleNames() {
			if id == t.Team || team.Has(t.By.Person) {
				own = append(own, place{id, name})
			} else {
				others = append(others, place{id, name})
			}
		}
	}
	return append(own, others...)
}

// changes reports whether the speaker may change a team's schedules: its members and
// the admins. A refusal says who can.
func (t turn) changes(id oncall.TeamID) (refusal string, ok bool) {
	who, ok := t.only(id)
	if ok {
		return "", true
	}
	return who + " change who is on call there.", false
}

// only reports whether the speaker is one of a team's members and the admins, and
// names them.
func (t turn) only(id oncall.TeamID) (who string, ok bool) {
	team := t.roster.Teams[id]
	who = fmt.Sprintf("Only %s's members%s and the admins%s", t.teamName(id), t.listed(team.Members), t.listed(t.roster.Admins))
	if t.roster.Active(t.By.Person) && (team.Has(t.By.Person) || t.roster.Admin(t.By.Person)) {
		return who, true
	}
	t.trace.deny()
	return who, false
}
