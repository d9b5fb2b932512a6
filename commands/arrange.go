package commands

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxSnooze bounds a snooze: what sleeps longer is forgotten.
const maxSnooze = 30 * 24 * time.Hour

func (t turn) snooze(ctx context.Context) Reply {
	c := t.pick(ctx, false)
	length, problem := t.readSnooze(c.rest)
	switch {
	case len(c.ins) == 0:
		return c.reply
	case strings.TrimSpace(c.rest) == "":
		return t.missing("For how long?", t.snoozeForm(c))
	case problem != "":
		return t.wrong("for", problem)
	}
	event := func(id incident.ID) incident.Event { return incident.Slept{ID: id, By: t.By, For: length} }
	return t.each(ctx, c, event, func(_, after incident.Incident) string {
		return fmt.Sprintf("%s snoozed until %s. \"unack %s\" ends it.", after.ID, t.clock(after.SnoozedUntil), after.ID)
	})
}

// readSnooze reads "1h", "for 90 m" and "until tomorrow 9:00".
func (t turn) readSnooze(s string) (length time.Duration, problem string) {
	s = strings.ToLower(strings.TrimSpace(s))
	if strings.HasPrefix(s, "until ") {
		span, problem := parseSpan(s, t.now, t.zone())
		if length = span.End.Sub(t.now); problem != "" {
			return 0, problem
		}
	} else {
		var err error
		if length, err = oncall.ParseDuration(strings.Join(strings.Fields(strings.TrimPrefix(s, "for ")), "")); err != nil {
			return 0, fmt.Sprintf("%q is no duration.", tidy(s, 30))
		}
	}
	switch {
	case length < time.Second:
		return 0, "A snooze takes a second at least."
	case length > maxSnooze:
		return 0, "A snooze ends after 30 days at the latest."
	}
	return length, ""
}

func (t turn) note(ctx context.Context) Reply {
	c := t.pick(ctx, true)
	text := tidy(c.rest, maxNote)
	if text == "" && len(c.ins) > 0 {
		return t.missing("What should the note say?", t.noteForm(c))
	}
	event := func(id incident.ID) incident.Event { return incident.Noted{ID: id, By: t.By, Text: text} }
	return t.each(ctx, c, event, func(_, after incident.Incident) string {
		return fmt.Sprintf("Noted on %s.", after.ID)
	})
}

func (t turn) add(ctx context.Context) Reply {
	c := t.pick(ctx, false)
	if len(c.ins) == 0 {
		return c.reply
	}
	if c.rest == "" {
		return t.missing("Whom?", t.addForm(c))
	}
	id, problem := t.person(c.rest)
	if problem != "" {
		return t.misuse(problem)
	}
	event := func(in incident.ID) incident.Event { return incident.Added{ID: in, By: t.By, Person: id} }
	return t.each(ctx, c, event, func(_, after incident.Incident) string {
		return fmt.Sprintf("%s is paged for %s too.", t.name(id), after.ID)
	})
}

func (t turn) reassign(ctx context.Context) Reply {
	c := t.pick(ctx, false)
	if len(c.ins) == 0 {
		return c.reply
	}
	if c.rest == "" {
		return t.missing("To whom?", t.reassignForm(c))
	}
	to, problem := t.recipient(c.rest)
	policy, isPolicy := strings.CutPrefix(strings.ToLower(c.rest), "policy:")
	if isPolicy {
		to, problem = t.policy(c.ins[0].Team, strings.TrimSpace(policy))
	}
	if problem != "" {
		return t.misuse(problem)
	}
	name := t.name(to.Person)
	switch {
	case to.Team != "":
		name = "team " + t.teamName(to.Team)
	case to.Policy != "":
		name = "policy " + to.Policy
	}
	event := func(id incident.ID) incident.Event {
		to.ID, to.By = id, t.By
		return to
	}
	return t.each(ctx, c, event, func(_, after incident.Incident) string {
		return fmt.Sprintf("%s is now with %s. %s", after.ID, name, t.pages(after))
	})
}

// policy reads one of a team's policies.
func (t turn) policy(team oncall.TeamID, s string) (to incident.Reassigned, problem string) {
	names := slices.Sorted(maps.Keys(t.roster.Teams[team].Policies))
	for _, name := range names {
		if strings.EqualFold(name, s) {
			return incident.Reassigned{Policy: name}, ""
		}
	}
	return to, fmt.Sprintf("Team %s has no policy %q; it has %s.", t.teamName(team), tidy(s, 30), tidy(strings.Join(names, ", "), 200))
}

// recipient reads a team, or a person; a word that is both is asked about.
func (t turn) recipient(s string) (to incident.Reassigned, problem string) {
	person, noPerson := t.person(s)
	if strings.HasPrefix(s, "@") || strings.HasPrefix(s, "<@") {
		return incident.Reassigned{Person: person}, noPerson
	}
	team, noTeam := t.team(s)
	switch {
	case noTeam == "" && noPerson == "":
		return to, fmt.Sprintf("%q is a team and a person; @%s is the person, the team is %q in full.", tidy(s, 30), person, t.teamName(team))
	case noTeam == "":
		return incident.Reassigned{Team: team}, ""
	case noPerson == "":
		return incident.Reassigned{Person: person}, ""
	}
	return to, noTeam
}
