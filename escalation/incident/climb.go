package incident

import (
	"cmp"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// start begins the escalation at its first tier with the policy as it is now, or
// waits for the end of the maintenance in which the incident opened.
func (in *Incident) start(roster oncall.Roster, now time.Time) {
	in.quiet(now, "")
	in.unown()
	in.State, in.WaitingSince = Triggered, now
	in.Tier, in.RoundNo, in.Over, in.FallbackTold, in.Wrap = -1, 0, false, false, false
	in.RoundAt = now
	in.snapshot(roster)
	in.touch(now)
	if in.Urgency == oncall.None {
		in.note(now, KindOver, Actor{}, "nobody is paged: its urgency is none")
		return
	}
	if m, held := in.maintenance(roster, now); held && !in.Started {
		in.hold(m, now)
		return
	}
	in.Started, in.TierDue = true, now
}

// snapshot takes the policy as the roster has it. A policy that is gone leaves
// the old one in force.
func (in *Incident) snapshot(roster oncall.Roster) {
	if p, ok := roster.Policy(in.Team, in.PolicyName); ok {
		in.Policy = p
	}
	if in.Person != "" {
		only := oncall.Tier{Page: []oncall.Target{{Kind: oncall.ToPerson, Name: string(in.Person)}}}
		in.Policy.Tiers, in.Policy.Repeat, in.Policy.Fallback = []oncall.Tier{only}, 0, nil
	}
}

// unown forgets who acknowledged, and every deadline that hung on it.
func (in *Incident) unown() {
	in.AckedBy, in.AckedAt, in.Partial = Actor{}, time.Time{}, false
	in.AckDue, in.ReackDue, in.SnoozedUntil = time.Time{}, time.Time{}, time.Time{}
	for i := range in.Runs {
		in.Runs[i].Acked = false
	}
}

// minRound is the shortest round: one that takes less, because its waits are
// nothing or its tiers reach nobody, is followed by the next after a minute only,
// so that an endless repeat does not spin.
const minRound = time.Second

// climb pages the next tier that reaches somebody; tiers that reach nobody are
// passed at once. The wait of the tier counts from when it was due, or from now
// when it is late because the program or the store was away.
func (in *Incident) climb(roster oncall.Roster, now time.Time) {
	base := in.TierDue
	if now.Sub(base) > Late {
		base = now
	}
	wrap, told, mark := in.Wrap, in.FallbackTold, len(in.Timeline)
	in.TierDue, in.Wrap = time.Time{}, false
	in.touch(now)
	tiers := in.Policy.Tiers
	for range tiers {
		if in.Tier+1 >= len(tiers) && !wrap {
			if in.Policy.Repeat != oncall.Forever && in.RoundNo >= in.Policy.Repeat {
				in.finish(roster, now)
				return
			}
			if now.Sub(in.RoundAt) < minRound {
				in.TierDue = in.RoundAt.Add(time.Minute)
				return
			}
			in.RoundNo, in.RoundAt = in.RoundNo+1, now
			in.note(now, KindTier, Actor{}, "nobody answered: round %d begins", in.RoundNo+1)
		}
		if in.Tier+1 >= len(tiers) {
			in.Tier = -1
		}
		in.Tier++
		if in.pageTier(roster, now) {
			in.afterTier(base, now)
			return
		}
	}
	if in.Policy.Repeat != oncall.Forever || len(tiers) == 0 {
		in.finish(roster, now)
		return
	}
	in.tellFallback(roster, now)
	in.TierDue = base.Add(max(in.Policy.Round(), time.Minute))
	in.Tier = len(tiers) - 1
	if told {
		in.Timeline = in.Timeline[:mark] // the same news every round is no news
	}
}

// afterTier sets when the next tier is due. After the one tier of an incident
// reassigned to a person nothing follows.
func (in *Incident) afterTier(base, now time.Time) {
	if in.Person != "" {
		in.Over = true
		in.note(now, KindOver, Actor{}, "nobody follows after %s, to whom it was reassigned", in.Person)
		return
	}
	in.TierDue = base.Add(in.Policy.Tiers[in.Tier].Wait)
}

// pageTier starts the personal run of everybody the tier leads to at now, each
// person once, and reports whether there was anybody.
func (in *Incident) pageTier(roster oncall.Roster, now time.Time) bool {
	tier := in.Policy.Tiers[in.Tier]
	paged, reasons := in.pageTargets(roster, tier.Page, in.Tier, now)
	if !paged {
		in.note(now, KindTier, Actor{}, "tier %d reaches nobody and is passed: %s", in.Tier+1, strings.Join(reasons, ", "))
		return false
	}
	in.note(now, KindTier, Actor{}, "tier %d of %d is paged: %s", in.Tier+1, len(in.Policy.Tiers), strings.Join(reasons, ", "))
	return true
}

// pageTargets pages everybody behind the targets and says who and why, or why not.
func (in *Incident) pageTargets(roster oncall.Roster, targets []oncall.Target, tier int, now time.Time) (paged bool, reasons []string) {
	seen := map[oncall.PersonID]bool{}
	for _, t := range targets {
		if t.Kind == oncall.ToChannel {
			team := roster.Teams[in.Team]
			in.queue(Page{
				Via: oncall.Channel, Channel: cmp.Or(team.SlackChannel, team.DiscordChannel),
				Tier: tier, Why: "the channel of " + string(in.Team),
			}, now)
			paged, reasons = true, append(reasons, "the channel")
			continue
		}
		reached := roster.Resolve(t, in.Team, now)
		if len(reached) == 0 {
			reasons = append(reasons, t.String()+" has nobody")
		}
		for _, r := range reached {
			if seen[r.Person] {
				continue
			}
			seen[r.Person] = true
			steps := roster.People[r.Person].Ladder(now, in.Urgency, in.Policy.ForcePrimary)
			if len(steps) == 0 {
				reasons = append(reasons, string(r.Person)+" can't be reached")
				continue
			}
			in.run(r.Person, tier, r.Why, steps, now)
			paged, reasons = true, append(reasons, string(r.Person)+" ("+r.Why+")")
		}
	}
	if len(targets) == 0 {
		reasons = []string{"it names nobody"}
	}
	return paged, reasons
}

// finish ends the rounds: nobody answered.
func (in *Incident) finish(roster oncall.Roster, now time.Time) {
	in.Over = true
	in.tellFallback(roster, now)
}

// tellFallback tells the fallback, once in an escalation.
func (in *Incident) tellFallback(roster oncall.Roster, now time.Time) {
	if in.FallbackTold {
		return
	}
	in.FallbackTold = true
	if len(in.Policy.Fallback) == 0 {
		in.note(now, KindOver, Actor{}, "nobody answered, and the policy names no fallback")
		return
	}
	_, reasons := in.pageTargets(roster, in.Policy.Fallback, FallbackTier, now)
	in.note(now, KindFallback, Actor{}, "nobody answered: the fallback is told: %s", strings.Join(reasons, ", "))
}
