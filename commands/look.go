package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func (t turn) list(ctx context.Context) Reply {
	if t.Slots != nil && t.rest == "" {
		return t.codes(ctx, "")
	}
	if first, _ := cutWord(t.rest); strings.EqualFold(first, "storm") {
		c := t.pick(ctx, false)
		if len(c.ins) == 0 {
			return c.reply
		}
		return t.listing(c.ins, len(c.ids), " of the storm")
	}
	teams, problem := t.teams(t.rest)
	if problem != "" {
		return t.misuse(problem)
	}
	var ins []incident.Incident
	total := 0
	for _, id := range teams {
		open, n, err := t.desk.Newest(ctx, id, mostListed)
		if err != nil {
			return broken(fmt.Errorf("list open incidents of %s: %w", id, err))
		}
		ins, total = append(ins, open...), total+n
	}
	of := ""
	if len(teams) == 1 {
		of = " of " + t.teamName(teams[0])
	}
	return t.listing(ins, total, of)
}

// mostListed is how many incidents one answer lists.
const mostListed = 50

// listing lists incidents; of total ones the newest, and those first.
func (t turn) listing(ins []incident.Incident, total int, of string) Reply {
	switch total {
	case 0:
		return Reply{Text: "No open incidents" + of + ".", OK: true}
	case 1:
		return Reply{Text: "1 open incident" + of + ":", Lines: t.lines(ins, mostListed), OK: true}
	}
	reply := Reply{Text: fmt.Sprintf("%d open incidents%s:", total, of), OK: true}
	if over := len(ins) - mostListed; over > 0 { // of several teams
		slices.SortStableFunc(ins, func(a, b incident.Incident) int { return a.OpenedAt.Compare(b.OpenedAt) })
		ins = ins[over:]
	}
	if total > len(ins) {
		slices.Reverse(ins)
		reply.Text = fmt.Sprintf("%d open incidents%s, the newest %d:", total, of, len(ins))
	}
	reply.Lines = t.lines(ins, mostListed)
	return reply
}

// teams are the ones that a question is about: the one named, else that of the
// channel, else the speaker's own, else all.
func (t turn) teams(s string) ([]oncall.TeamID, string) {
	switch {
	case strings.EqualFold(s, "all"):
		return t.roster.TeamIDs(), ""
	case s != "":
		id, problem := t.team(s)
		return []oncall.TeamID{id}, problem
	case t.Team != "":
		return []oncall.TeamID{t.Team}, ""
	}
	all := t.roster.TeamIDs()
	own := slices.DeleteFunc(slices.Clone(all), func(id oncall.TeamID) bool {
		return t.By.Person == "" || !t.roster.Teams[id].Has(t.By.Person)
	})
	if len(own) > 0 {
		return own, ""
	}
	return all, ""
}

func (t turn) who(ctx context.Context) Reply {
	name, when := cutAt(t.rest)
	at := t.now
	if when != "" {
		var problem string
		if at, problem = parseWhen(when, t.now, t.zone()); problem != "" {
			return t.misuse(problem)
		}
	}
	if strings.Contains(name, "/") {
		return t.whoOf(ctx, name, when, at)
	}
	teams, problem := t.teams(name)
	if problem != "" {
		return t.misuse(problem)
	}
	reply := Reply{Text: "On call", OK: true}
	if len(teams) == 1 {
		reply.Text += " for " + t.teamName(teams[0])
	}
	reply.Text += t.asOf(when, at)
	t = t.watched(ctx, at, t.placesOf(teams)...)
	for _, id := range teams {
		reply.Lines = append(reply.Lines, t.onCall(id, at)...)
	}
	return reply
}

// whoOf says who holds one schedule.
func (t turn) whoOf(ctx context.Context, name, when string, at time.Time) Reply {
	p, problem := t.schedule(name)
	if problem != "" {
		return t.misuse(problem)
	}
	return Reply{OK: true, Text: "On call" + t.asOf(when, at), Lines: []string{t.watched(ctx, at, p).holding(p, at)}}
}

func (t turn) asOf(when string, at time.Time) string {
	if when == "" {
		return " now:"
	}
	return " at " + t.moment(at) + ":"
}

// holding reads "platform/techops: Ana Ortiz until Mon 12 Jan 09:00 EST, then Ben Li".
func (t turn) holding(p place, at time.Time) string {
	s := p.of(t.roster)
	h := s.At(at, t.roster.Active)
	line := fmt.Sprintf("%s: %s", p, t.holders(h.OnCall))
	if h.Source == oncall.FromOverride {
		line += " (override)"
	}
	if until, next, ok := s.Next(at, t.roster.Active); ok {
		line += fmt.Sprintf(" until %s, then %s", t.moment(until), t.holders(next.OnCall))
	}
	return line
}

// onCall is a line for each schedule of a team.
func (t turn) onCall(id oncall.TeamID, at time.Time) []string {
	var lines []string
	for _, name := range t.roster.Teams[id].ScheduleNames() {
		lines = append(lines, t.holding(place{id, name}, at))
	}
	if len(lines) == 0 {
		lines = append(lines, string(id)+": no schedule")
	}
	return lines
}

func (t turn) holders(ids []oncall.PersonID) string {
	if len(ids) == 0 {
		return "nobody"
	}
	return t.names(ids)
}

// cutAt splits "platform at 18:00" into team and time.
func cutAt(s string) (name, when string) {
	fields := strings.Fields(s)
	for i, f := range fields {
		if strings.EqualFold(f, "at") {
			return strings.Join(fields[:i], " "), strings.Join(fields[i+1:], " ")
		}
	}
	return strings.Join(fields, " "), ""
}
