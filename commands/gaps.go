package commands

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// gapsAhead is how far gaps are looked for, and mostGaps how many are listed.
const (
	gapsAhead = 30 * 24 * time.Hour
	mostGaps  = 10
)

// gaps lists when nobody is on call, with the words to take each.
func (t turn) gaps(context.Context) Reply {
	teams, problem := t.teams(t.rest)
	if problem != "" {
		return t.misuse(problem)
	}
	var all []oncall.Gap
	for _, g := range t.roster.Gaps(t.now, t.now.Add(gapsAhead)) {
		for _, id := range teams {
			if g.Team == id {
				all = append(all, g)
			}
		}
	}
	if len(all) == 0 {
		return Reply{OK: true, Text: "No gaps in the next 30 days."}
	}
	reply := Reply{OK: true, Text: "Nobody is on call:"}
	for i, g := range all {
		if i == mostGaps {
			reply.Lines = append(reply.Lines, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		at, span := place{g.Team, g.Schedule}, oncall.Span{Start: g.Start, End: g.End}
		reply.Lines = append(reply.Lines, fmt.Sprintf("%s: %s", at, span.In(t.zone())))
		if _, ok := t.changes(g.Team); ok {
			reply.Offers = append(reply.Offers, oncall.Offer{
				Label: "Take " + g.Start.In(t.zone()).Format("Mon 2 Jan 15:04"),
				Words: fmt.Sprintf("take %s from %s to %s", at, g.Start.UTC().Format(stamp), g.End.UTC().Format(stamp)),
			})
		}
	}
	return reply
}

// explain says who was paged for an incident, or would be by a team, and why.
func (t turn) explain(ctx context.Context) Reply {
	first, _ := cutWord(t.rest)
	if id, ok := incident.ParseID(first); ok {
		if _, known := t.roster.TeamByPrefix(string(id.Home())); known {
			return t.explainIncident(ctx, id)
		}
	}
	if first == "" && t.Focus != "" {
		return t.explainIncident(ctx, t.Focus)
	}
	teams, problem := t.teams(t.rest)
	if problem != "" {
		return t.misuse(problem)
	}
	if len(teams) != 1 {
		return t.misuse("Of which team, or which incident?")
	}
	return t.explainTeam(ctx, teams[0])
}

func (t turn) explainIncident(ctx context.Context, id incident.ID) Reply {
	c := t.named(ctx, id, "")
	if len(c.ins) == 0 {
		return c.reply
	}
	entries, err := t.desk.Timeline(ctx, id)
	if err != nil {
		return broken(fmt.Errorf("explain %s: %w", id, err))
	}
	in := c.ins[0]
	reply := Reply{OK: true, Incident: id, Text: fmt.Sprintf("%s is %s. What happened, and why:", id, t.standing(in))}
	for _, e := range entries {
		reply.Lines = append(reply.Lines, fmt.Sprintf("%s %s", t.clock(e.At), tidy(e.Text, 300)))
	}
	if in.State == incident.Triggered && !in.TierDue.IsZero() {
		reply.Lines = append(reply.Lines, fmt.Sprintf("%s the next tier is due, if nobody acknowledges", t.clock(in.TierDue)))
	}
	return reply
}

func (t turn) explainTeam(ctx context.Context, id oncall.TeamID) Reply {
	f, err := t.desk.Foretell(ctx, id)
	if err != nil {
		return broken(fmt.Errorf("explain %s: %w", id, err))
	}
	reply := Reply{OK: true, Text: fmt.Sprintf("An alert for %s now would climb by the policy %s:", t.teamName(id), f.Policy)}
	for _, p := range f.Pages {
		who, tier := "the channel", "the fallback"
		if p.Person != "" {
			who = t.name(p.Person)
		}
		if p.Tier > 0 {
			tier = fmt.Sprintf("tier %d", p.Tier)
		}
		reply.Lines = append(reply.Lines, fmt.Sprintf("after %s: %s by %s (%s: %s)", oncall.FormatDuration(p.After), who, p.Via, tier, p.Why))
	}
	if len(f.Pages) == 0 {
		reply.Text = fmt.Sprintf("An alert for %s now would page nobody.", t.teamName(id))
	}
	for _, w := range f.Warnings {
		reply.Lines = append(reply.Lines, "Warning: "+strings.TrimSuffix(w, ".")+".")
	}
	return reply
}
