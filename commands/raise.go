package commands

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// ByHand stands in place of an integration in the key of an incident that a person
// raised. No integration can have that name.
const ByHand = "by hand"

// raise has a person page a team or one person, without any alert. Said in full it
// pages at once; where the message is missing, the form says who would be paged.
func (t turn) raise(ctx context.Context) Reply {
	first, text := cutToken(t.rest)
	if first == "" {
		return t.raiseForm(ctx, incident.Route{Team: t.Team}, "Whom, and what is wrong?")
	}
	route, problem := t.aim(first)
	if problem != "" {
		return t.wrong("whom", problem)
	}
	if text = tidy(text, maxTitle); text == "" {
		return t.raiseForm(ctx, route, "What is wrong?")
	}
	route.Because = "asked for by " + t.By.Key()
	in, err := t.desk.Handle(ctx, incident.AlertFired{
		Key:   incident.Key{Integration: ByHand, Dedup: rand.Text()},
		Alert: incident.Alert{Title: text, Severity: incident.Critical, Source: t.Source},
		Route: route, By: t.By,
	})
	if errors.Is(err, incident.ErrRefused) {
		return refuse(strings.TrimSuffix(err.Error(), ": "+incident.ErrRefused.Error()) + ".")
	}
	if err != nil {
		return Reply{
			Text: "Earshot can't say whether that was raised. Please look at the channel before you page again.",
			Err:  fmt.Errorf("raise an incident: %w", err),
		}
	}
	reply := Reply{OK: true, Count: 1, Incident: in.ID, Text: fmt.Sprintf("%s raised for %s. %s", in.ID, t.teamName(in.Team), t.pages(in))}
	for _, s := range t.ahead(in) {
		reply.Lines = append(reply.Lines, fmt.Sprintf("%s, next: %s", t.clock(s.at), s.what))
	}
	return reply
}

// aim reads whom to page: a team, or a person, whose incident belongs to the team of
// the channel where they are its member, and to the first team of theirs elsewhere.
func (t turn) aim(s string) (route incident.Route, problem string) {
	if !strings.HasPrefix(s, "@") && !mention.MatchString(s) {
		team, noTeam := t.team(s)
		if noTeam == "" {
			return incident.Route{Team: team}, ""
		}
		problem = noTeam
	}
	person, nobody := t.person(s)
	if nobody != "" {
		if problem == "" {
			problem = nobody
		}
		return route, problem
	}
	return incident.Route{Team: t.teamOf(person), Person: person}, ""
}

// teamOf is the team that an incident for a person alone belongs to.
func (t turn) teamOf(person oncall.PersonID) oncall.TeamID {
	if t.roster.Teams[t.Team].Has(person) {
		return t.Team
	}
	ids := t.roster.TeamIDs()
	for _, id := range ids {
		if t.roster.Teams[id].Has(person) {
			return id
		}
	}
	switch {
	case t.Team != "":
		return t.Team
	case t.roster.CatchAll != "":
		return t.roster.CatchAll
	case len(ids) > 0:
		return ids[0]
	}
	return ""
}

// raiseForm asks for what is missing of a page by hand, and says whom it would reach.
func (t turn) raiseForm(ctx context.Context, route incident.Route, why string) Reply {
	f := t.raising(route)
	f.Note = t.wouldPage(ctx, route)
	reply := t.missing(why, f)
	if f.Note != "" && reply.Form != nil {
		reply.Lines = append(reply.Lines, f.Note)
	}
	return reply
}

// raising is that form without whom it would reach.
func (t turn) raising(route incident.Route) Form {
	whom := Field{Name: "whom", Label: "Whom", Kind: Choice, Value: string(route.Team)}
	if route.Person != "" {
		whom.Value = "@" + string(route.Person)
	}
	for _, id := range t.roster.TeamIDs() {
		whom.Options = append(whom.Options, Option{string(id), "Team " + t.teamName(id)})
	}
	for _, id := range t.people(func(oncall.Person) bool { return true }) {
		whom.Options = append(whom.Options, Option{"@" + string(id), t.name(id)})
	}
	whom.Options = whom.Options[:min(len(whom.Options), maxOptions)]
	return Form{
		Title: "Page by hand", Submit: "Page", Words: "page {whom} {message}",
		Fields: []Field{
			whom,
			{Name: "message", Label: "What is wrong", Kind: Line, Hint: "checkout answers 500 since 14:00"},
		},
	}
}

// wouldPage says who would be paged, and when; nothing where that is not known.
func (t turn) wouldPage(ctx context.Context, route incident.Route) string {
	if route.Team == "" {
		return ""
	}
	f, err := t.desk.Foretell(ctx, route.Team, route.Person)
	if err != nil {
		return ""
	}
	whom := t.teamName(route.Team)
	if route.Person != "" {
		whom = t.name(route.Person)
	}
	if len(f.Pages) == 0 {
		return fmt.Sprintf("A page for %s would reach nobody now.", whom)
	}
	var all []string
	for _, p := range f.Pages[:min(len(f.Pages), mostForetold)] {
		all = append(all, fmt.Sprintf("%s after %s", t.foretold(p), oncall.FormatDuration(p.After)))
	}
	text := fmt.Sprintf("A page for %s would reach %s", whom, strings.Join(all, ", then "))
	if more := len(f.Pages) - mostForetold; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text + "."
}

// mostForetold is how many pages a form tells of.
const mostForetold = 5

// foretold reads "Ana Ortiz by SMS", or "the channel".
func (t turn) foretold(p Foretold) string {
	if p.Person == "" {
		return "the channel"
	}
	return fmt.Sprintf("%s by %s", t.name(p.Person), methodName(p.Via))
}
