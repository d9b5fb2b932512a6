package incident

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A deadline is something that is due at a time, and what to do then.
type deadline struct {
	at    time.Time
	run   func(roster oncall.Roster, now time.Time)
	lease bool // it mostly comes to nothing: no wake, the due index alone watches it
}

// settle runs everything that is due, the longest overdue first. At the same
// moment the team's ladder climbs before a person's: who is paged anew loses what
// was left of the old run. Whoever has left since they were paged is let go first.
func (in *Incident) settle(roster oncall.Roster, now time.Time) {
	in.part(roster, now)
	for {
		var first deadline
		in.deadlines(func(d deadline) {
			if first.at.IsZero() || d.at.Before(first.at) {
				first = d
			}
		})
		if first.at.IsZero() || first.at.After(now) {
			return
		}
		first.run(roster, now)
	}
}

// deadlines visits all that the incident waits for, in the order in which things
// due at the same moment are done.
func (in *Incident) deadlines(visit func(deadline)) {
	see := func(at time.Time, run func(oncall.Roster, time.Time)) {
		if !at.IsZero() {
			visit(deadline{at: at, run: run})
		}
	}
	see(in.HeldUntil, in.release)
	see(in.SnoozedUntil, in.restart("the snooze is over"))
	see(in.AckDue, in.restart("acknowledged, but not resolved in time"))
	see(in.ReackDue, in.restart("it got worse and nobody acknowledged again"))
	if in.State == Triggered {
		see(in.TierDue, in.climb)
		for i := range in.Runs {
			for _, g := range in.Runs[i].Rungs {
				see(g.Due, func(_ oncall.Roster, now time.Time) { in.fire(&in.Runs[i], now) })
			}
		}
	}
	if in.Open() && in.Watched && !in.Silent && !in.Heard.IsZero() {
		visit(deadline{lease: true, at: in.Heard.Add(SilentAfter), run: in.miss})
	}
	for i := range in.Pages {
		p := &in.Pages[i]
		switch {
		case p.Status == PageOnWire:
			visit(deadline{lease: true, at: p.Since.Add(Lease), run: func(_ oncall.Roster, now time.Time) {
				in.doubt(PageUnknown{Page: p.ID, Reason: "the sender died on the way"}, now)
			}})
		case p.Status == PageQueued && p.Pooled:
			visit(deadline{lease: true, at: p.NotBefore.Add(poolGrace), run: func(oncall.Roster, time.Time) { p.unpool() }})
		case p.Status == PageOut && !p.Heard:
			see(p.Since.Add(Unconfirmed), func(_ oncall.Roster, now time.Time) { in.unheard(p, now) })
		}
	}
	for i := range in.Cards {
		if c := &in.Cards[i]; !c.Busy.IsZero() {
			visit(deadline{lease: true, at: c.Busy.Add(Lease), run: func(_ oncall.Roster, now time.Time) { c.abandon(now) }})
		}
	}
}

func (in *Incident) restart(why string) func(oncall.Roster, time.Time) {
	return func(roster oncall.Roster, now time.Time) {
		in.note(now, KindRestarted, Actor{}, "%s: the escalation starts anew", why)
		in.start(roster, now)
	}
}
