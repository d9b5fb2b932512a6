package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

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
	if id, isNumber := t.slot(first); isNumber && id != "" {
		return t.explainIncident(ctx, id)
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

// Of a long story its beginning and its end are told.
const (
	storyHead = 10
	storyTail = 25
)

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
	for i, e := range entries {
		if i >= storyHead && i < len(entries)-storyTail {
			if i == storyHead {
				reply.Lines = append(reply.Lines, fmt.Sprintf("… and %d more", len(entries)-storyHead-storyTail))
			}
			continue
		}
		reply.Lines = append(reply.Lines, fmt.Sprintf("%s %s", t.clock(e.At), tidy(e.Text, 300)))
	}
	for _, s := range t.ahead(in) {
		reply.Lines = append(reply.Lines, fmt.Sprintf("%s, next: %s", t.clock(s.at), s.what))
	}
	if in.State == incident.Triggered && in.Over {
		reply.Lines = append(reply.Lines, "No tier follows: the rounds are over.")
	}
	return reply
}

// A coming is what happens if nobody does anything.
type coming struct {
	at   time.Time
	what string
}

// ahead is what comes next of an open incident, in order.
func (t turn) ahead(in incident.Incident) []coming {
	var all []coming
	add := func(at time.Time, format string, args ...any) {
		if !at.IsZero() {
			all = append(all, coming{at, fmt.Sprintf(format, args...)})
		}
	}
	switch in.State {
	case incident.Acknowledged:
		add(in.ReackDue, "it got worse, and the escalation starts anew unless somebody acknowledges again")
		add(in.AckDue, "the escalation starts anew unless it is resolved")
	case incident.Snoozed:
		add(in.SnoozedUntil, "the snooze ends, and the escalation starts anew")
	case incident.Triggered:
		if in.HeldUntil.After(t.now) {
			add(in.HeldUntil, "the maintenance ends, and the escalation starts")
			return all
		}
		for _, run := range in.Runs {
			for _, rung := range run.Rungs {
				if !run.Acked {
					add(rung.Due, "%s by %s, a step of their own policy", t.name(run.Person), methodName(rung.Via))
				}
			}
		}
		add(in.TierDue, "%s", t.nextTier(in))
	}
	slices.SortStableFunc(all, func(a, b coming) int { return a.at.Compare(b.at) })
	return all
}

// nextTier says whom the tier leads to that is due next, if nothing changes until
// then; tiers that lead to nobody are passed.
func (t turn) nextTier(in incident.Incident) string {
	tiers, round := in.Policy.Tiers, in.RoundNo
	i := in.Tier + 1
	for range 2 * len(tiers) {
		if i >= len(tiers) {
			if in.Policy.Repeat != oncall.Forever && round >= in.Policy.Repeat {
				break
			}
			i, round = 0, round+1
		}
		if who := t.reached(in, tiers[i].Page); who != "" {
			which := fmt.Sprintf("tier %d of %d", i+1, len(tiers))
			if round > in.RoundNo {
				which = fmt.Sprintf("round %d, %s", round+1, which)
			}
			return fmt.Sprintf("%s is paged: %s", which, who)
		}
		i++
	}
	if who := t.reached(in, in.Policy.Fallback); who != "" && !in.FallbackTold {
		return "nobody answered, and the fallback is told: " + who
	}
	return "nobody answered, and the rounds are over"
}

// reached names everybody that targets lead to when the next tier is due, each with
// the reason.
func (t turn) reached(in incident.Incident, targets []oncall.Target) string {
	var all []string
	for _, target := range targets {
		if target.Kind == oncall.ToChannel {
			all = append(all, "the channel")
		}
		for _, r := range t.roster.Resolve(target, in.Team, in.TierDue) {
			all = append(all, fmt.Sprintf("%s (%s)", t.name(r.Person), r.Why))
		}
	}
	return strings.Join(all, ", ")
}

func methodName(m oncall.Method) string {
	return cmp.Or(map[oncall.Method]string{oncall.SMS: "SMS", oncall.Voice: "call"}[m], string(m))
}

func (t turn) explainTeam(ctx context.Context, id oncall.TeamID) Reply {
	f, err := t.desk.Foretell(ctx, id, "")
	if err != nil {
		return broken(fmt.Errorf("explain %s: %w", id, err))
	}
	reply := Reply{OK: true, Text: fmt.Sprintf("An alert for %s now would climb by the policy %s:", t.teamName(id), f.Policy)}
	reply.Lines = t.inForce(id)
	for _, p := range f.Pages {
		who, why := t.foretold(p), p.Why
		if p.Tier > 0 {
			why = fmt.Sprintf("tier %d, %s", p.Tier, p.Why)
		}
		reply.Lines = append(reply.Lines, fmt.Sprintf("after %s: %s (%s)", oncall.FormatDuration(p.After), who, why))
	}
	if len(f.Pages) == 0 {
		reply.Text = fmt.Sprintf("An alert for %s now would page nobody.", t.teamName(id))
	}
	for _, w := range f.Warnings {
		reply.Lines = append(reply.Lines, "Warning: "+strings.TrimSuffix(w, ".")+".")
	}
	return reply
}
