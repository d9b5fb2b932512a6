package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	maxCompletions = 25  // what the platforms bear in one list
	maxCompletion  = 100 // characters of one
)

// A Partial is one part of a word that somebody is about to type.
type Partial struct {
	Word  string
	Part  string // ID, Team, Person, At or For
	Typed string
	By    incident.Actor
	Team  oncall.TeamID // of the channel
}

// Complete offers what the part may be, the likeliest first. A time is echoed as it
// is understood. What can't be looked up is not offered.
func (c *Commands) Complete(ctx context.Context, p Partial) []Option {
	t := turn{Request: Request{By: p.By, Team: p.Team}, desk: c.desk, roster: c.desk.Roster(), now: c.now()}
	t.word, _ = find(p.Word)
	var all []Option
	switch p.Part {
	case ID:
		all = t.completeID(ctx)
	case Team:
		all = t.completeTeam()
	case Person:
		for _, id := range t.people(func(oncall.Person) bool { return true }) {
			all = append(all, Option{"@" + string(id), t.name(id)})
		}
	case At:
		return t.echo(p.Typed, []string{"18:00", "tomorrow 9:00"}, t.echoMoment)
	case For:
		return t.echo(p.Typed, []string{"1h", "2h", "8h", "1d"}, t.echoSpan)
	}
	return matching(all, strings.TrimPrefix(strings.TrimSpace(p.Typed), "@"))
}

// matching are the options that hold what was typed, in any case, those that begin
// with it first.
func matching(all []Option, typed string) []Option {
	typed = strings.ToLower(typed)
	holds := func(o Option) int {
		return strings.Index(strings.ToLower(strings.TrimPrefix(o.Value, "@")+" "+o.Label), typed)
	}
	all = slices.DeleteFunc(all, func(o Option) bool { return holds(o) < 0 || len([]rune(o.Value)) > maxCompletion })
	slices.SortStableFunc(all, func(a, b Option) int { return min(holds(a), 1) - min(holds(b), 1) })
	for i := range all {
		all[i].Label = tidy(all[i].Label, maxCompletion)
	}
	return all[:min(len(all), maxCompletions)]
}

// completeID offers the incidents with the speaker, then the newest ones of the
// channel's team, then of all.
func (t turn) completeID(ctx context.Context) []Option {
	own, err := t.own(ctx)
	if err != nil {
		own = nil
	}
	for _, team := range slices.Compact([]oncall.TeamID{t.Team, ""}) {
		newest, _, err := t.desk.Newest(ctx, team, maxCompletions)
		if err == nil {
			slices.Reverse(newest)
			own = append(own, newest...)
		}
	}
	var all []Option
	seen := map[incident.ID]bool{}
	for _, in := range own {
		if !seen[in.ID] {
			seen[in.ID] = true
			all = append(all, Option{string(in.ID), fmt.Sprintf("%s %s, %s: %s", in.ID, in.Severity, in.State, tidy(in.Title, maxTitle))})
		}
	}
	return all
}

// completeTeam offers the teams, and their schedules where the word takes those.
func (t turn) completeTeam() []Option {
	var all []Option
	for _, id := range t.roster.TeamIDs() {
		all = append(all, Option{string(id), t.teamName(id)})
		if !strings.Contains(t.word.usage, "SCHEDULE") {
			continue
		}
		for _, name := range t.roster.Teams[id].ScheduleNames() {
			all = append(all, Option{place{id, name}.String(), t.teamName(id) + ": " + name})
		}
	}
	return all
}

// echo offers what was typed with what it means, or examples where nothing was.
func (t turn) echo(typed string, examples []string, meaning func(string) string) []Option {
	if typed = strings.TrimSpace(typed); typed != "" {
		examples = []string{cutTo(typed, maxCompletion)}
	}
	var all []Option
	for _, s := range examples {
		all = append(all, Option{s, tidy(s+": "+meaning(s), maxCompletion)})
	}
	return all
}

func (t turn) echoMoment(s string) string {
	at, problem := parseWhen(s, t.now, t.zone())
	if problem != "" {
		return problem
	}
	return t.moment(at)
}

func (t turn) echoSpan(s string) string {
	span, problem := parseSpan(asSpan(s), t.now, t.zone())
	if problem != "" {
		return problem
	}
	return span.In(t.zone())
}
