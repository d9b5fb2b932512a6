package commands

import (
	"fmt"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// may reports whether the speaker may act on the incident: people of the roster
// and whoever speaks in a channel that shows it; where the team wants it so, only
// its members, the admins and those whom the incident pages. A refusal says who
// can.
func (t turn) may(in incident.Incident) (refusal string, ok bool) {
	team, known := t.roster.Teams[in.Team], t.roster.Active(t.By.Person)
	name := t.teamName(in.Team)
	if team.MembersOnly {
		if known && (team.Has(t.By.Person) || t.roster.Admin(t.By.Person) || paging(in, t.By.Person)) {
			return "", true
		}
		t.trace.deny()
		return fmt.Sprintf("Only %s's members%s and the admins%s may %s %s.",
			name, t.listed(team.Members), t.listed(t.roster.Admins), t.word.name, in.ID), false
	}
	if known || t.shows(in) {
		return "", true
	}
	t.trace.deny()
	return fmt.Sprintf("Only people in Earshot's configuration, and everybody in %s's channel, may %s %s. %s's members%s can.",
		name, t.word.name, in.ID, name, t.listed(team.Members)), false
}

// listed reads " (Ana Ortiz, Hal Byrne)", or nothing.
func (t turn) listed(ids []oncall.PersonID) string {
	if len(ids) == 0 {
		return ""
	}
	return " (" + t.names(ids) + ")"
}

// shows reports whether the request came from a channel that shows the incident.
func (t turn) shows(in incident.Incident) bool {
	if t.Team == "" {
		return false
	}
	team := t.roster.Teams[t.Team]
	return t.Team == in.Team || slices.ContainsFunc(in.Cards, func(c incident.Card) bool {
		return c.Channel != "" && (c.Channel == team.SlackChannel || c.Channel == team.DiscordChannel)
	})
}

// lines are incidents, one each, as a list shows them: so many at most.
func (t turn) lines(ins []incident.Incident, most int) []string {
	var lines []string
	for i, in := range ins {
		if i == most {
			lines = append(lines, fmt.Sprintf("and %d more", len(ins)-most))
			break
		}
		lines = append(lines, fmt.Sprintf("%s %s, %s: %s", in.ID, in.Severity, t.standing(in), tidy(in.Title, maxTitle)))
	}
	return lines
}

// standing reads "triggered 02:14, paging Ana Ortiz".
func (t turn) standing(in incident.Incident) string {
	switch in.State {
	case incident.Acknowledged:
		return fmt.Sprintf("acknowledged by %s %s", t.actor(in.AckedBy), t.clock(in.AckedAt))
	case incident.Snoozed:
		return "snoozed until " + t.clock(in.SnoozedUntil)
	case incident.Resolved:
		return fmt.Sprintf("resolved by %s %s", t.actor(in.ResolvedBy), t.clock(in.ResolvedAt))
	}
	s := "triggered " + t.clock(in.OpenedAt)
	if names := t.names(running(in)); names != "" {
		s += ", paging " + names
	} else if in.HeldUntil.After(t.now) {
		s += ", held back by maintenance until " + t.clock(in.HeldUntil)
	}
	return strings.TrimSpace(s)
}

// running are the people whose ladders climb.
func running(in incident.Incident) []oncall.PersonID {
	var ids []oncall.PersonID
	for _, r := range in.Runs {
		if !r.Acked && !slices.Contains(ids, r.Person) {
			ids = append(ids, r.Person)
		}
	}
	return ids
}
