package incident

import (
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxTries is how often a provider may put a page off, or leave its outcome in
// doubt, before the page counts as failed. The channel is tried for ever.
const maxTries = 3

// applyPage applies what becomes of a page. Statuses only move forward, so late,
// doubled and unknown reports change nothing.
func (in *Incident) applyPage(ev Event, now time.Time) error {
	switch e := ev.(type) {
	case PageSending:
		p := in.page(e.Page)
		if p == nil || p.Status != PageQueued || in.State == Resolved {
			return ErrWithdrawn
		}
		p.set(PageOnWire, now)
	case PageSent:
		in.sent(e, now)
	case PageHeld:
		in.held(e, now)
	case PageUnknown:
		in.doubt(e, now)
	case PageDelivered:
		in.delivered(e, now)
	case PageRinging:
		if p := in.page(e.Page); p != nil {
			p.Heard = true
		}
	case PageFailed:
		in.failed(e, now)
	case PageCancelled:
		if p := in.page(e.Page); p != nil && p.Status == PageCancelling {
			p.set(PageWithdrawn, now)
		}
	}
	return nil
}

func (in *Incident) page(id PageID) *Page {
	for i := range in.Pages {
		if in.Pages[i].ID == id {
			return &in.Pages[i]
		}
	}
	return nil
}

func (p *Page) set(s PageStatus, now time.Time) { p.Status, p.Since, p.Pooled = s, now, false }

// sent records a page that its provider took, even when the answer came so late
// that the page had been queued again. A receipt may have come first.
func (in *Incident) sent(e PageSent, now time.Time) {
	p := in.page(e.Page)
	if p == nil || p.Status == PageLost {
		return
	}
	if p.Ref == "" && p.To != "" && !e.Bundled {
		in.count(p.To)
	}
	if p.Ref == "" || p.Status == PageOnWire {
		p.Ref, p.With, p.Along = e.Ref, e.With, e.Along
	}
	if p.Status != PageOnWire && p.Status != PageQueued {
		return
	}
	p.Doubtful, p.NotBefore, p.Drawn = false, time.Time{}, in.State
	if e.Mute != "" && !slices.ContainsFunc(in.Pages, func(o Page) bool { return o.Via == p.Via && o.Mute == e.Mute }) {
		in.touch(now) // the card says so
	}
	p.Mute = e.Mute
	p.set(PageArrived, now)
	if e.Receipt {
		p.set(PageOut, now)
		if in.State != Triggered {
			p.withdraw(now, "") // acknowledged while it was on the wire
		}
	}
	if in.PagedAt.IsZero() {
		in.PagedAt = now
	}
	words := p.Why
	if p.Mute != "" {
		words += "; it can't be answered: " + p.Mute
	}
	in.note(now, KindPage, Actor{}, "%s to %s: %s", p.how(), p.whom(), words)
	in.repeated(*p, func(o Page) bool { return o.Ref != "" && o.Status != PageLost })
}

// count remembers how many messages a person got, also when their pages are forgotten.
func (in *Incident) count(person oncall.PersonID) {
	if in.Paged == nil {
		in.Paged = map[oncall.PersonID]int{}
	}
	in.Paged[person]++
}

// held puts a page back: one that waits, by the page limit, or one on the wire, for
// the reason that its provider gave. The limit never takes back what another
// page's message has already taken along.
func (in *Incident) held(e PageHeld, now time.Time) {
	from := PageQueued
	if e.Why != "" {
		from = PageOnWire
	}
	p := in.page(e.Page)
	if p == nil || p.Status != from {
		return
	}
	if in.State != Triggered {
		p.set(PageWithdrawn, now)
		return
	}
	if e.Why != "" && in.exhausted(p, e.Why, now) {
		return
	}
	p.set(PageQueued, now)
	p.NotBefore = e.Until
	if e.Pool {
		in.pool(p, e.Until)
	}
}

// doubt queues a page again that may have arrived: whoever sends it looks first.
func (in *Incident) doubt(e PageUnknown, now time.Time) {
	p := in.page(e.Page)
	if p == nil || p.Status != PageOnWire {
		return
	}
	if in.State != Triggered {
		p.set(PageWithdrawn, now)
		return
	}
	if in.exhausted(p, e.Reason, now) {
		return
	}
	p.set(PageQueued, now)
	p.Doubtful, p.NotBefore = true, now.Add(time.Second)
}

// exhausted counts a try, and fails the page when it was the last.
func (in *Incident) exhausted(p *Page, why string, now time.Time) bool {
	p.Tries++
	if p.Tries < maxTries || p.Via == oncall.Channel {
		return false
	}
	in.failed(PageFailed{Page: p.ID, Reason: why}, now)
	return true
}

func (in *Incident) delivered(e PageDelivered, now time.Time) {
	p := in.page(e.Page)
	expected := p != nil && (p.Status == PageOut || p.Status == PageOnWire || p.Status == PageQueued && p.Doubtful)
	if !expected {
		return
	}
	p.Heard = true
	p.set(PageArrived, now)
	in.note(now, KindDelivered, Actor{}, "%s to %s delivered", p.how(), p.whom())
}

func (in *Incident) failed(e PageFailed, now time.Time) {
	p := in.page(e.Page)
	if p == nil {
		return
	}
	if p.Status == PageCancelling {
		p.set(PageWithdrawn, now)
		return
	}
	if !p.Open() && (!e.Astray || p.Status != PageArrived) {
		return
	}
	p.set(PageLost, now)
	p.Reason, p.Missed = e.Reason, e.Missed
	if e.Missed {
		in.note(now, KindFailed, Actor{}, "%s to %s: %s", p.how(), p.whom(), e.Reason)
	} else {
		in.note(now, KindFailed, Actor{}, "%s to %s %s", p.how(), p.whom(), p.Failure())
	}
	in.repeated(*p, func(o Page) bool { return o.Status == PageLost && o.Reason == p.Reason })
	in.touch(now)
	if in.State == Triggered {
		in.lost(*p, now)
	}
}

// unheard are the pages of which no receipt has come for too long: each pulls
// its person's next step forward, never a tier.
func (in *Incident) unheard(p *Page, now time.Time) {
	p.Heard = true
	in.note(now, KindFailed, Actor{}, "%s to %s: no receipt within %s", p.how(), p.whom(), oncall.FormatDuration(Unconfirmed))
	if in.State == Triggered {
		in.advance(p.Run, now)
	}
}

// keptPages is how many finished pages an incident remembers.
const keptPages = 40

// prune forgets the oldest pages of which nothing more is expected.
func (in *Incident) prune() {
	finished := 0
	for _, p := range in.Pages {
		if p.finished() {
			finished++
		}
	}
	if finished <= keptPages {
		return
	}
	in.Pages = slices.DeleteFunc(in.Pages, func(p Page) bool {
		forget := finished > keptPages && p.finished()
		if forget {
			finished--
		}
		return forget
	})
}

// finished reports whether the incident waits for nothing more of the page.
func (p Page) finished() bool {
	switch p.Status {
	case PageArrived, PageLost, PageWithdrawn:
		return true
	case PageOut:
		return p.Heard
	}
	return false
}
