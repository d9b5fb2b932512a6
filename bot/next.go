package bot

import (
	"fmt"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// next says what happens if nobody does anything, and when.
func next(in incident.Incident, roster oncall.Roster, now time.Time) []Line {
	switch in.State {
	case incident.Acknowledged:
		return nextAcknowledged(in)
	case incident.Snoozed:
		return []Line{say("Then paging starts anew")}
	case incident.Resolved:
		return nil
	}
	if in.Urgency == oncall.None {
		return nil
	}
	if in.HeldUntil.After(now) {
		return []Line{say("Paging starts at ").at(in.HeldUntil, " unless it ends before")}
	}
	var lines []Line
	if in.Over {
		lines = append(lines, over(in, roster))
	}
	if step, ok := nextStep(in, roster); ok {
		lines = append(lines, step)
	}
	if !in.TierDue.IsZero() {
		lines = append(lines, nextTier(in, roster))
	}
	return lines
}

func nextAcknowledged(in incident.Incident) []Line {
	var lines []Line
	if !in.ReackDue.IsZero() {
		lines = append(lines, say("It got worse: paging starts anew at ").at(in.ReackDue, " unless somebody acknowledges again"))
	}
	if !in.AckDue.IsZero() {
		lines = append(lines, say("Paging starts anew at ").at(in.AckDue, " unless it is resolved"))
	}
	return lines
}

// over reads "Nobody answered: all rounds are over. Told: Paul Reyes".
func over(in incident.Incident, roster oncall.Roster) Line {
	if in.Person != "" {
		return say("Reassigned to %s alone: nobody follows", personName(roster, in.Person))
	}
	if !in.FallbackTold || len(in.Policy.Fallback) == 0 {
		return say("Nobody answered: all rounds are over")
	}
	return say("Nobody answered: all rounds are over. Told: %s", list(targets(in.Policy.Fallback, in, roster, in.OpenedAt), maxNames))
}

// nextStep is the nearest step of anybody's own policy: "Next: Ana Ortiz by SMS
// at 02:14".
func nextStep(in incident.Incident, roster oncall.Roster) (Line, bool) {
	var (
		due   time.Time
		names []string
	)
	for _, run := range in.Runs {
		if run.Acked {
			continue
		}
		for _, rung := range run.Rungs {
			if rung.Due.IsZero() || !due.IsZero() && rung.Due.After(due) {
				continue
			}
			if due.IsZero() || rung.Due.Before(due) {
				due, names = rung.Due, nil
			}
			names = append(names, fmt.Sprintf("%s by %s", personName(roster, run.Person), methodName(rung.Via)))
		}
	}
	if due.IsZero() {
		return nil, false
	}
	return say("Next: %s at ", list(names, maxNames)).at(due, ""), true
}

// nextTier names whom the next tier pages if nothing changes until then, the
// first that reaches somebody.
func nextTier(in incident.Incident, roster oncall.Roster) Line {
	tiers, round := in.Policy.Tiers, in.RoundNo
	i := in.Tier + 1
	for range 2 * len(tiers) {
		if i >= len(tiers) {
			if in.Policy.Repeat != oncall.Forever && round >= in.Policy.Repeat {
				break
			}
			i, round = 0, round+1
		}
		if names := targets(tiers[i].Page, in, roster, in.TierDue); len(names) > 0 {
			lead := fmt.Sprintf("Tier %d (%s) at ", i+1, list(names, maxNames))
			if round > in.RoundNo {
				lead = fmt.Sprintf("Round %d, tier %d (%s) at ", round+1, i+1, list(names, maxNames))
			}
			return say("%s", lead).at(in.TierDue, "")
		}
		i++
	}
	if names := targets(in.Policy.Fallback, in, roster, in.TierDue); len(names) > 0 && !in.FallbackTold {
		return say("If nobody answers, %s will be told at ", list(names, maxNames)).at(in.TierDue, "")
	}
	if in.Policy.Repeat == oncall.Forever {
		return say("No tier reaches anybody; tried again at ").at(in.TierDue, "")
	}
	return say("If nobody answers, the rounds are over at ").at(in.TierDue, "")
}

// targets names everybody that targets lead to at a moment, each once.
func targets(all []oncall.Target, in incident.Incident, roster oncall.Roster, at time.Time) []string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, t := range all {
		if t.Kind == oncall.ToChannel {
			add("the channel")
		}
		for _, r := range roster.Resolve(t, in.Team, at) {
			add(personName(roster, r.Person))
		}
	}
	return names
}
