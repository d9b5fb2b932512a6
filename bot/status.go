package bot

import (
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// status says who is being paged, or who has it.
func status(in incident.Incident, roster oncall.Roster, now time.Time) []Line {
	switch in.State {
	case incident.Acknowledged:
		return []Line{acknowledged(in, roster)}
	case incident.Snoozed:
		return []Line{say("Snoozed until ").at(in.SnoozedUntil, "")}
	case incident.Resolved:
		line := say("resolved by %s after %s", actorName(roster, in.ResolvedBy), Took(in.ResolvedAt.Sub(in.OpenedAt)))
		if in.AckedAt.IsZero() {
			return []Line{line}
		}
		return []Line{acknowledged(in, roster), line}
	}
	if in.Partial {
		return partial(in, roster)
	}
	if names := paged(in, roster); len(names) > 0 {
		if exhausted(in) {
			return []Line{say("Paged without an answer: %s", list(names, maxNames))}
		}
		return []Line{say("Paging %s", list(names, maxNames))}
	}
	switch {
	case in.Urgency == oncall.None:
		return []Line{say("Posted only: alerts of this kind page nobody")}
	case in.HeldUntil.After(now):
		return []Line{say("Held back by maintenance%s: nobody is paged", reason(in, roster))}
	case in.Over:
		return nil // next says it
	}
	return []Line{say("Nobody is being paged at the moment")}
}

// reason reads " (database upgrade)", or nothing.
func reason(in incident.Incident, roster oncall.Roster) string {
	m, _ := roster.MaintenanceByID(in.HeldBy)
	if m.Reason == "" {
		return ""
	}
	return " (" + Clean(m.Reason, maxName) + ")"
}

// exhausted reports whether nothing is left to be sent.
func exhausted(in incident.Incident) bool {
	if !in.TierDue.IsZero() {
		return false
	}
	for _, run := range in.Runs {
		for _, rung := range run.Rungs {
			if !rung.Due.IsZero() {
				return false
			}
		}
	}
	return !slices.ContainsFunc(in.Pages, incident.Page.Open)
}

// acknowledged reads "acknowledged by Hal Byrne after 38 s".
func acknowledged(in incident.Incident, roster oncall.Roster) Line {
	from := in.WaitingSince
	if from.IsZero() {
		from = in.OpenedAt
	}
	return say("acknowledged by %s after %s", actorName(roster, in.AckedBy), Took(in.AckedAt.Sub(from)))
}

// partial says who has acknowledged where everybody paged has to.
func partial(in incident.Incident, roster oncall.Roster) []Line {
	var have, lack []string
	for _, run := range in.Runs {
		if name := personName(roster, run.Person); run.Acked {
			have = append(have, name)
		} else {
			lack = append(lack, name+by(in, run))
		}
	}
	return []Line{
		say("Acknowledged so far by %s; everybody who was paged has to", list(have, maxNames)),
		say("Still paging %s", list(lack, maxNames)),
	}
}

// paged names the people whose ladders climb, each with the latest way tried.
func paged(in incident.Incident, roster oncall.Roster) []string {
	var names []string
	for _, run := range in.Runs {
		names = append(names, personName(roster, run.Person)+by(in, run))
	}
	for _, p := range in.Pages {
		if p.Via == oncall.Channel && p.Open() {
			names = append(names, "everybody in the channel")
			break
		}
	}
	return names
}

// unreached reports whether all that was tried with a person has failed, and nothing
// more will be.
func unreached(in incident.Incident, run incident.Run) bool {
	if slices.ContainsFunc(run.Rungs, func(g incident.Rung) bool { return !g.Due.IsZero() }) {
		return false
	}
	tried := slices.DeleteFunc(slices.Clone(in.Pages), func(p incident.Page) bool { return p.To != run.Person || p.Run != run.No })
	return len(tried) > 0 && !slices.ContainsFunc(tried, func(p incident.Page) bool { return p.Status != incident.PageLost })
}

// by reads " by SMS", or nothing while the person's first page is still to come.
func by(in incident.Incident, run incident.Run) string {
	if unreached(in, run) {
		return " (not reached)"
	}
	for i := len(in.Pages) - 1; i >= 0; i-- {
		p := in.Pages[i]
		if p.To != run.Person || p.Tier != run.Tier || p.Status == incident.PageWithdrawn {
			continue
		}
		if p.Via == oncall.Voice {
			return " by a call"
		}
		return " by " + methodName(p.Via)
	}
	return ""
}
