package incident

import (
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// part lets go of those who were paged and have left since: they count as nobody.
// Their steps end, what was not sent to them is withdrawn, and a tier in which nobody
// else is left is passed at once.
func (in *Incident) part(roster oncall.Roster, now time.Time) {
	if in.State != Triggered {
		return
	}
	var left []oncall.PersonID
	for _, r := range in.Runs {
		if !roster.Active(r.Person) && !slices.Contains(left, r.Person) {
			left = append(left, r.Person)
		}
	}
	if len(left) == 0 {
		return
	}
	in.touch(now)
	for _, person := range left {
		in.withdrawFrom(person, now)
		in.note(now, KindFailed, Actor{}, "%s has left and counts as nobody: not paged any more", person)
	}
	in.Runs = slices.DeleteFunc(in.Runs, func(r Run) bool { return slices.Contains(left, r.Person) })
	alone := in.Partial && in.missing(roster, "") == 0
	switch {
	case slices.Contains(left, in.Person), alone && slices.Contains(left, in.AckedBy.Person):
		in.Person = ""
		in.note(now, KindRestarted, Actor{}, "nobody else has it: the escalation starts anew with the policy of team %s", in.Team)
		in.start(roster, now)
	case alone:
		in.quiet(now, "")
		in.State, in.AckedAt = Acknowledged, now
		in.belongs(in.AckedBy)
		in.renew(now)
		in.note(now, KindAcknowledged, in.AckedBy, "acknowledged by %s: nobody else is left to", in.AckedBy.Key())
	case in.TierDue.After(now) && in.spent():
		in.TierDue = now
		in.note(now, KindTier, Actor{}, "nobody is left in tier %d: the next is due now", in.Tier+1)
	}
}
