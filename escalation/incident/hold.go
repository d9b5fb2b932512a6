package incident

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maintenance returns the one that holds back at now what comes as this did.
func (in *Incident) maintenance(roster oncall.Roster, now time.Time) (oncall.Maintenance, bool) {
	return roster.Quiet(in.Team, in.Key.Integration, in.Route, now)
}

// hold waits for the end of a maintenance.
func (in *Incident) hold(m oncall.Maintenance, now time.Time) {
	in.HeldUntil, in.HeldBy = m.End, m.ID
	why := ""
	if m.Reason != "" {
		why = ", " + m.Reason
	}
	in.note(now, KindHeld, Actor{}, "maintenance of %s%s: nobody is paged until %s", m.Of(string(in.Team)), why, m.End.UTC().Format(time.RFC3339))
}

// review looks whether what holds the incident still does: somebody may have ended
// it early, or set one that lasts longer.
func (in *Incident) review(roster oncall.Roster, now time.Time) {
	if !in.HeldUntil.IsZero() {
		in.release(roster, now)
	}
}

// release ends the hold of a maintenance, unless it or another one goes on.
func (in *Incident) release(roster oncall.Roster, now time.Time) {
	m, held := in.maintenance(roster, now)
	switch {
	case held && m.ID == in.HeldBy && m.End.Equal(in.HeldUntil):
	case held:
		in.hold(m, now)
		in.touch(now)
	default:
		in.HeldUntil = time.Time{}
		in.note(now, KindRestarted, Actor{}, "the maintenance is over: the escalation starts")
		in.start(roster, now)
	}
}
