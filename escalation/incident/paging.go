package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// run starts a person's own steps at now. A run of the same person that is still
// under way is replaced; pages it queued already still go out.
func (in *Incident) run(person oncall.PersonID, tier int, why string, steps []oncall.Step, now time.Time) {
	in.Climbers++
	in.Whose = append(in.Whose, person)
	r := Run{No: in.Climbers, Person: person, Tier: tier, Why: why, Start: now}
	for _, s := range steps {
		r.Rungs = append(r.Rungs, Rung{Step: s, Due: now.Add(s.After)})
	}
	for i := range in.Runs {
		if in.Runs[i].Person == person {
			r.Acked = in.Runs[i].Acked
			in.Runs[i] = r
			return
		}
	}
	in.Runs = append(in.Runs, r)
}

// fire queues a page for each step of the run that is due: one page for each
// method, however much of the run was slept through. A repeat that fires late
// counts its next one from now.
func (in *Incident) fire(r *Run, now time.Time) {
	for i := range r.Rungs {
		g := &r.Rungs[i]
		if g.Due.IsZero() || g.Due.After(now) {
			continue
		}
		due := g.Due
		g.Due = time.Time{}
		if in.waiting(r.No, g.Via) {
			// The page limit holds an earlier one back: this repeat goes with it.
			g.Due = g.next(due, now)
			continue
		}
		g.Sent++
		g.Failed = false
		if g.Sent < g.Sends() {
			g.Due = g.next(due, now)
		}
		in.queue(Page{To: r.Person, Via: g.Via, Tier: r.Tier, Run: r.No, Rung: i, Due: due, Why: r.Why}, now)
	}
	in.touch(now)
}

// next returns when a repeating step is sent again.
func (g Rung) next(due, now time.Time) time.Time {
	if g.Every <= 0 {
		return time.Time{}
	}
	if now.Sub(due) > Late {
		return now.Add(g.Every)
	}
	return due.Add(g.Every)
}

// waiting reports whether a page of that run and method is queued.
func (in *Incident) waiting(run int, via oncall.Method) bool {
	for _, p := range in.Pages {
		if p.Run == run && p.Via == via && p.Status == PageQueued {
			return true
		}
	}
	return false
}

// queue adds a page to be sent.
func (in *Incident) queue(p Page, now time.Time) {
	in.Pager++
	p.ID = PageID(fmt.Sprintf("%s/p%d", in.ID, in.Pager))
	p.Status, p.Since = PageQueued, now
	if p.Due.IsZero() {
		p.Due = now
	}
	if until := in.crowd.Held[p.Way()]; until.After(now) {
		in.pool(&p, until)
	}
	in.Pages = append(in.Pages, p)
}

// pool leaves a page to whichever of its receiver's is let through first after until.
func (in *Incident) pool(p *Page, until time.Time) {
	p.NotBefore, p.Pooled = until, true
	in.Pooled = append(in.Pooled, p.ID)
}

// unpool lets a page that was left in a pool for too long go by itself: whoever was
// to take it along has died, or had nothing to send.
func (p *Page) unpool() { p.Pooled = false }

// quiet stops both ladders and withdraws every page that has not been sent. A
// call that may still ring is to be stopped, except the one it was said in.
func (in *Incident) quiet(now time.Time, said PageID) {
	in.TierDue, in.HeldUntil = time.Time{}, time.Time{}
	in.SnoozedUntil, in.AckDue, in.ReackDue = time.Time{}, time.Time{}, time.Time{}
	in.Runs = nil
	for i := range in.Pages {
		in.Pages[i].withdraw(now, said)
	}
}

// withdrawFrom stops one person's steps and pages.
func (in *Incident) withdrawFrom(person oncall.PersonID, now time.Time) {
	for i := range in.Runs {
		if in.Runs[i].Person != person {
			continue
		}
		for j := range in.Runs[i].Rungs {
			in.Runs[i].Rungs[j].Due = time.Time{}
		}
	}
	for i := range in.Pages {
		if in.Pages[i].To == person {
			in.Pages[i].withdraw(now, "")
		}
	}
}

func (p *Page) withdraw(now time.Time, said PageID) {
	switch {
	case p.Status == PageQueued:
		p.Status, p.Since = PageWithdrawn, now
	case p.Status == PageOut && p.Via == oncall.Voice && p.ID != said:
		p.Status, p.Since = PageCancelling, now
	}
}

// advance runs the next step of a person's run now, because a page of it failed
// or nothing was heard of it.
func (in *Incident) advance(run int, now time.Time) {
	for i := range in.Runs {
		r := &in.Runs[i]
		if r.No != run {
			continue
		}
		var next *Rung
		for j := range r.Rungs {
			g := &r.Rungs[j]
			if g.Sent == 0 && !g.Due.IsZero() && (next == nil || g.Due.Before(next.Due)) {
				next = g
			}
		}
		if next != nil && next.Due.After(now) {
			next.Due = now
			in.touch(now)
		}
	}
}

// lost marks the step that failed. Once every step of everybody in the present
// tier has failed, the next tier is due now. A new round is not begun early, or
// an outage of the providers would use up all rounds at once.
func (in *Incident) lost(p Page, now time.Time) {
	for i := range in.Runs {
		if r := &in.Runs[i]; r.No == p.Run && p.Rung < len(r.Rungs) {
			r.Rungs[p.Rung].Failed = true
		}
	}
	in.advance(p.Run, now)
	if in.TierDue.IsZero() || !in.TierDue.After(now) || p.Tier != in.Tier {
		return
	}
	last := in.Tier+1 >= len(in.Policy.Tiers)
	if last && (in.Policy.Repeat == oncall.Forever || in.RoundNo < in.Policy.Repeat) || !in.spent() {
		return
	}
	in.TierDue = now
	in.note(now, KindTier, Actor{}, "tier %d can't be reached by any way: the next is due now", in.Tier+1)
}

// spent reports whether nothing that the present tier was paged by can reach anybody
// any more.
func (in *Incident) spent() bool {
	for _, r := range in.Runs {
		if r.Tier == in.Tier && !r.allFailed() {
			return false
		}
	}
	return !slices.ContainsFunc(in.Pages, func(q Page) bool { // the channel has been told, or will be
		return q.Tier == in.Tier && q.Run == 0 && q.Status != PageLost && q.Status != PageWithdrawn
	})
}

// allFailed reports whether the last send of every step has failed.
func (r Run) allFailed() bool {
	for _, g := range r.Rungs {
		if g.Sent == 0 || !g.Failed {
			return false
		}
	}
	return true
}

// whom names the receiver of a page for the timeline.
func (p Page) whom() string {
	if p.Via == oncall.Channel {
		return "the channel"
	}
	return string(p.To)
}

// how names the method of a page for the timeline.
func (p Page) how() string {
	switch p.Via {
	case oncall.SMS:
		return "SMS"
	case oncall.Voice:
		return "call"
	case oncall.Channel:
		return "message"
	}
	return strings.ToLower(string(p.Via)) + " message"
}
