package incident

import (
	"fmt"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// acknowledge gives the incident an owner and lets everybody else sleep. Under
// ack: all it does so once every person who was paged has said it.
// A sender's acknowledgement settles it for everybody.
func (in *Incident) acknowledge(roster oncall.Roster, e Acked, now time.Time) error {
	in.touch(now)
	if in.State == Acknowledged {
		in.ReackDue = time.Time{}
		in.renew(now)
		in.note(now, KindAcknowledged, e.By, "acknowledged again by %s; %s keeps it", e.By.Key(), in.AckedBy.Key())
		return nil
	}
	if in.AckedBy == (Actor{}) {
		in.AckedBy = e.By
	}
	if missing := in.missing(roster, e.By.Person); missing > 0 {
		in.Partial, in.TierDue = true, time.Time{}
		in.withdrawFrom(e.By.Person, now)
		in.note(now, KindAcknowledged, e.By, "acknowledged by %s; %d more to come, since everybody paged has to", e.By.Key(), missing)
		return nil
	}
	in.quiet(now, e.Page)
	in.State, in.AckedAt = Acknowledged, now
	in.belongs(in.AckedBy)
	in.renew(now)
	in.note(now, KindAcknowledged, e.By, "acknowledged by %s", e.By.Key())
	return nil
}

// takeOver makes somebody else the owner, as a second acknowledgement does not.
func (in *Incident) takeOver(roster oncall.Roster, e Taken, now time.Time) error {
	switch {
	case in.State == Snoozed:
		return fmt.Errorf("%s is snoozed until %s: %w", in.ID, in.SnoozedUntil.UTC().Format(time.RFC3339), ErrRefused)
	case in.State == Triggered:
		return in.acknowledge(roster, Acked{ID: in.ID, By: e.By}, now)
	case in.AckedBy == e.By:
		return fmt.Errorf("%s is with %s already: %w", in.ID, e.By.Key(), ErrRefused)
	}
	in.touch(now)
	in.note(now, KindAcknowledged, e.By, "taken over by %s from %s", e.By.Key(), in.AckedBy.Key())
	in.AckedBy, in.AckedAt, in.ReackDue = e.By, now, time.Time{}
	in.belongs(in.AckedBy)
	in.renew(now)
	return nil
}

// belongs has the Store find the incident by whoever acknowledged it.
func (in *Incident) belongs(by Actor) {
	if by.Person != "" {
		in.Whose = append(in.Whose, by.Person)
	}
}

// With reports whether the incident pages the person or is acknowledged by them.
func (in Incident) With(id oncall.PersonID) bool {
	switch in.State {
	case Acknowledged:
		return in.AckedBy.Person == id
	case Triggered:
		return slices.ContainsFunc(in.Runs, func(r Run) bool { return r.Person == id })
	}
	return false
}

// missing counts the paged people who still have to acknowledge after by has.
func (in *Incident) missing(roster oncall.Roster, by oncall.PersonID) int {
	if in.Policy.Ack != oncall.AckAll || in.State != Triggered {
		return 0
	}
	missing := 0
	for i := range in.Runs {
		r := &in.Runs[i]
		r.Acked = r.Acked || r.Person == by
		if !r.Acked && roster.Active(r.Person) {
			missing++
		}
	}
	return missing
}

// renew starts the ack timeout over.
func (in *Incident) renew(now time.Time) {
	in.AckDue = time.Time{}
	if in.Policy.AckTimeout > 0 {
		in.AckDue = now.Add(in.Policy.AckTimeout)
	}
}

func (in *Incident) unacknowledge(roster oncall.Roster, e Unacked, now time.Time) error {
	if in.State == Triggered && !in.Partial {
		return fmt.Errorf("%s is not acknowledged: %w", in.ID, ErrRefused)
	}
	what := "acknowledgement"
	if in.State == Snoozed {
		what = "snooze"
	}
	in.note(now, KindRestarted, e.By, "%s ended the %s: the escalation starts anew", e.By.Key(), what)
	in.start(roster, now)
	return nil
}

// resolve is final: the same key opens a new incident afterwards.
func (in *Incident) resolve(by Actor, note string, now time.Time) {
	in.quiet(now, "")
	in.State, in.ResolvedAt, in.ResolvedBy = Resolved, now, by
	for i := range in.Members {
		in.Members[i].Resolved = true
	}
	text := "resolved by " + by.Key()
	if note != "" {
		text += ": " + note
	}
	in.note(now, KindResolved, by, "%s", text)
	in.touch(now)
}

// sameEscalate is how long a second press of Escalate counts as the first one.
const sameEscalate = 10 * time.Second

// escalate pages the next tier now, after the last one the first.
func (in *Incident) escalate(roster oncall.Roster, e Escalated, now time.Time) error {
	if !in.EscalatedAt.IsZero() && now.Sub(in.EscalatedAt) < sameEscalate {
		return nil
	}
	in.note(now, KindEscalated, e.By, "escalated by %s", e.By.Key())
	switch {
	case in.Urgency == oncall.None:
		in.Urgency = oncall.High
		in.start(roster, now)
	case in.Person != "":
		in.Person = ""
		in.start(roster, now)
	default:
		in.unown()
		in.State, in.Over, in.Started = Triggered, false, true
		in.HeldUntil = time.Time{}
	}
	in.EscalatedAt, in.Wrap, in.TierDue = now, true, now
	in.HeldUntil, in.Started = time.Time{}, true
	in.touch(now)
	return nil
}

func (in *Incident) snooze(e Slept, now time.Time) error {
	if e.For < time.Second {
		return fmt.Errorf("a snooze needs a time such as 1h: %w", ErrRefused)
	}
	in.quiet(now, "")
	in.unown()
	in.State, in.SnoozedUntil = Snoozed, now.Add(e.For)
	in.note(now, KindSnoozed, e.By, "snoozed by %s for %s", e.By.Key(), oncall.FormatDuration(e.For))
	in.touch(now)
	return nil
}

func (in *Incident) reassign(roster oncall.Roster, e Reassigned, now time.Time) error {
	to := ""
	switch {
	case e.Team != "":
		team, ok := roster.Teams[e.Team]
		if !ok {
			return fmt.Errorf("there is no team %q: %w", e.Team, ErrRefused)
		}
		in.Team, in.PolicyName, in.Person = e.Team, "", ""
		in.post(team)
		to = "team " + string(e.Team)
	case e.Policy != "":
		if _, ok := roster.Teams[in.Team].Policies[e.Policy]; !ok {
			return fmt.Errorf("team %s has no policy %q: %w", in.Team, e.Policy, ErrRefused)
		}
		in.PolicyName, in.Person = e.Policy, ""
		to = "policy " + e.Policy
	default:
		if !roster.Active(e.Person) {
			return fmt.Errorf("there is no person %q: %w", e.Person, ErrRefused)
		}
		in.Person = e.Person
		to = string(e.Person)
	}
	if in.Urgency == oncall.None {
		in.Urgency = oncall.High
	}
	in.note(now, KindReassigned, e.By, "reassigned to %s by %s: the escalation starts anew", to, e.By.Key())
	in.start(roster, now)
	return nil
}

// add pages one more person by that person's own policy.
func (in *Incident) add(roster oncall.Roster, e Added, now time.Time) error {
	if in.State != Triggered {
		return fmt.Errorf("%s is %s, nobody is paged for it: unack or escalate it first: %w", in.ID, in.State, ErrRefused)
	}
	steps := roster.People[e.Person].Ladder(now, oncall.High, in.Policy.ForcePrimary)
	if len(steps) == 0 {
		return fmt.Errorf("%s can't be reached: no chat account and no phone: %w", e.Person, ErrRefused)
	}
	why := "added by " + e.By.Key()
	in.run(e.Person, AddedTier, why, steps, now)
	in.note(now, KindTier, e.By, "%s %s", e.Person, why)
	in.touch(now)
	return nil
}
