package escalation

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// callTime bounds one call to a provider; it is shorter than incident.Lease.
const callTime = 10 * time.Second

// resultTime bounds the commit of what a call came to. It is granted even when the
// caller has gone.
const resultTime = 3 * time.Second

// Perform is the one door out: it does one effect, if the incident still owes it.
// An error means that it should be brought again.
func (d *Dispatcher) Perform(ctx context.Context, e incident.Effect) error {
	switch e.Kind {
	case incident.Wake:
		_, err := d.Handle(ctx, incident.Tick{ID: e.Incident})
		if errors.Is(err, incident.ErrNotFound) {
			return nil
		}
		return err
	case incident.SendPage:
		return d.page(ctx, e.Page)
	case incident.StopCall:
		return d.stop(ctx, e)
	case incident.ShowCard:
		return d.show(ctx, e)
	}
	return nil
}

// page sends a page, together with those that the page limit held back for the
// same person and method.
func (d *Dispatcher) page(ctx context.Context, id incident.PageID) error {
	in, roster, err := d.Store.Load(ctx, incident.Subject{ID: id.Incident()})
	if errors.Is(err, incident.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	i := slices.IndexFunc(in.Pages, func(p incident.Page) bool { return p.ID == id })
	now := d.Now()
	if i < 0 || in.Pages[i].Status != incident.PageQueued || in.Pages[i].NotBefore.After(now) {
		return nil
	}
	p := in.Pages[i]
	together, window := []incident.PageID{id}, d.limit(ctx, p, in, roster)
	if window > 0 {
		var wait incident.PageHeld
		together, wait, err = d.take(ctx, p, now, window)
		if err != nil {
			return err
		}
		if together == nil {
			return d.report(ctx, wait)
		}
	}
	claimed, err := d.claim(ctx, together[:1], &known{in, roster})
	if err != nil {
		return errors.Join(err, d.giveBack(ctx, p, window))
	}
	if len(claimed.pages) == 0 {
		// Another attempt at this page may have the same leave: then it takes the others.
		if out, err := d.outgoing(ctx, id); out || err != nil {
			return err
		}
	}
	err = d.joinIn(ctx, p, &claimed, together[1:])
	if len(claimed.pages) == 0 {
		return errors.Join(err, d.giveBack(ctx, p, window))
	}
	claimed.window = window
	d.Point("after-claim-page")
	return d.send(ctx, p, claimed, roster)
}

// outgoing reports whether a page is on its way, or has been.
func (d *Dispatcher) outgoing(ctx context.Context, id incident.PageID) (bool, error) {
	in, _, err := d.Store.Load(ctx, incident.Subject{ID: id.Incident()})
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(in.Pages, func(p incident.Page) bool {
		return p.ID == id && (p.Status == incident.PageOnWire || p.Status == incident.PageOut || p.Status == incident.PageArrived)
	}), nil
}

// joinIn adds the others that wait for the same person and method, and their pool. What
// can't be added stays queued and comes by itself.
func (d *Dispatcher) joinIn(ctx context.Context, p incident.Page, c *claimed, others []incident.PageID) error {
	company, err := d.company(ctx, p)
	if err != nil {
		d.Log.WarnContext(ctx, "pool not taken along", "page", string(p.ID), "err", err)
	}
	named := min(len(company), poolNamed)
	for _, one := range company[:named] {
		others = append(others, one.page)
	}
	more, err := d.claim(ctx, others, nil)
	c.pages, c.incidents = append(c.pages, more.pages...), append(c.incidents, more.incidents...)
	c.lateness, c.company = max(c.lateness, more.lateness), company[named:]
	return err
}

// claimed is what one message will say: the pages that are still wanted and their
// incidents, in the same order.
type claimed struct {
	pages     []incident.PageID
	incidents []incident.Incident
	company   []pooled      // those that the message counts, and does not name
	window    time.Duration // of the page limit that let the first through
	lateness  time.Duration
}

// claim moves the pages to sending, each by a commit of its own. Those not wanted
// any more drop out. The first is a page of the incident that is known, if one is.
func (d *Dispatcher) claim(ctx context.Context, pages []incident.PageID, first *known) (claimed, error) {
	var c claimed
	for _, id := range pages {
		in, _, err := d.handle(ctx, incident.PageSending{Page: id}, first)
		first = nil
		switch {
		case errors.Is(err, incident.ErrWithdrawn), errors.Is(err, incident.ErrNotFound):
			continue
		case err != nil:
			if len(c.pages) > 0 {
				return c, nil // the others stay queued, and their due entries bring them back
			}
			return c, err
		}
		c.pages, c.incidents = append(c.pages, id), append(c.incidents, in)
		for _, p := range in.Pages {
			if p.ID == id && p.NotBefore.IsZero() {
				c.lateness = max(c.lateness, d.Now().Sub(p.Due))
			}
		}
	}
	return c, nil
}

// send calls the provider once and reports what came of it for every page.
func (d *Dispatcher) send(ctx context.Context, p incident.Page, c claimed, roster oncall.Roster) error {
	notice := incident.Notice{
		Page: c.pages[0], Via: p.Via, To: roster.People[p.To], Roster: roster,
		Incidents: slices.Clone(c.incidents), More: len(c.company), Doubtful: p.Doubtful, Fallback: p.Tier == incident.FallbackTier,
	}
	slices.SortStableFunc(notice.Incidents, worseFirst)
	mute := ""
	notice.Tell = func(why string) { mute = why }
	d.Observer.Lateness(c.lateness)
	ref, receipt, err := d.call(ctx, notice, c)
	if errors.Is(err, incident.ErrWithdrawn) {
		return d.unsent(ctx, p, c)
	}
	d.Point("after-call")
	result, event := "sent", func(i int) incident.Event {
		return incident.PageSent{Page: c.pages[i], Ref: ref, Receipt: receipt, With: others(c.pages, i), Along: len(c.company), Mute: mute, Bundled: i > 0}
	}
	along := func(id incident.PageID) incident.Event { return incident.PageSent{Page: id, Ref: ref, Bundled: true} }
	if err != nil {
		no, refused := d.outcome(ctx, p.Via, c.pages[0], err)
		result, event = no, func(i int) incident.Event { return refused(c.pages[i]) }
		along = refused
	}
	var first error
	for i := range c.pages {
		if err := d.reportOf(ctx, event(i), &known{c.incidents[i], roster}); err != nil && first == nil {
			first = err
		}
	}
	d.tellPool(ctx, c.company, roster, along)
	d.Observer.PageDone(p.Via, result)
	return first
}

// unsent puts claimed pages back that were not wanted any more right before they
// would have gone out: the core withdraws them.
func (d *Dispatcher) unsent(ctx context.Context, p incident.Page, c claimed) error {
	errs := []error{d.giveBack(ctx, p, c.window)}
	for _, id := range c.pages {
		errs = append(errs, d.report(ctx, incident.PageHeld{Page: id, Until: d.Now(), Why: incident.ErrWithdrawn.Error()}))
	}
	return errors.Join(errs...)
}

// call asks the pager of the method, if there is one.
func (d *Dispatcher) call(ctx context.Context, n incident.Notice, c claimed) (string, bool, error) {
	pager, ok := d.Pagers[n.Via]
	if !ok {
		return "", false, &incident.Fault{Reason: "no provider for " + string(n.Via) + " is configured"}
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	out := &leave{dispatcher: d, claimed: c}
	defer out.end()
	n.Ask = func() error { return out.ask(ctx) }
	return pager.Page(out.trace(ctx), n)
}

// channelRetry is how long a message to the channel waits before another try.
const channelRetry = 15 * time.Second

// outcome turns a provider's no into the event that says so of a page, and a word
// for it. Whoever has to know is told once, however many pages went together.
func (d *Dispatcher) outcome(
	ctx context.Context, via oncall.Method, id incident.PageID, err error,
) (result string, event func(incident.PageID) incident.Event) {
	fault := asFault(err)
	if fault.Admin != "" {
		d.Alarm(ctx, fault.Admin)
	}
	d.Log.WarnContext(ctx, "page not sent", "page", string(id), "via", string(via), "err", fault.Reason)
	retry := fault.Retry
	if via == oncall.Channel && retry == 0 && fault.Admin == "" {
		retry = channelRetry
	}
	switch {
	case fault.Unknown:
		return "unknown", func(id incident.PageID) incident.Event {
			return incident.PageUnknown{Page: id, Reason: fault.Reason}
		}
	case retry > 0:
		until := d.Now().Add(retry)
		return "retry", func(id incident.PageID) incident.Event {
			return incident.PageHeld{Page: id, Until: until, Why: fault.Reason}
		}
	}
	return "failed", func(id incident.PageID) incident.Event {
		return incident.PageFailed{Page: id, Reason: fault.Reason}
	}
}

// stop cancels a call that may still ring for an incident that is looked after.
func (d *Dispatcher) stop(ctx context.Context, e incident.Effect) error {
	in, _, err := d.Store.Load(ctx, incident.Subject{ID: e.Incident})
	if errors.Is(err, incident.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, p := range in.Pages {
		if p.ID != e.Page || p.Status != incident.PageCancelling {
			continue
		}
		if err := d.cancel(ctx, p); err != nil {
			// It rings out, or somebody is talking: no key acknowledges twice.
			d.Log.WarnContext(ctx, "call not stopped", "page", string(p.ID), "err", err)
		}
		return d.report(ctx, incident.PageCancelled{Page: p.ID})
	}
	return nil
}

// cancel asks the pager of the method, if it can.
func (d *Dispatcher) cancel(ctx context.Context, p incident.Page) error {
	stopper, ok := d.Pagers[p.Via].(Stopper)
	if !ok || p.Ref == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	return stopper.Cancel(ctx, p.Ref)
}

// report hands in what an effect came to, even if whoever waited has gone.
func (d *Dispatcher) report(ctx context.Context, ev incident.Event) error {
	return d.reportOf(ctx, ev, nil)
}

// reportOf is report about an incident that is known.
func (d *Dispatcher) reportOf(ctx context.Context, ev incident.Event, k *known) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), resultTime)
	defer cancel()
	_, _, err := d.handle(ctx, ev, k)
	if errors.Is(err, incident.ErrNotFound) || errors.Is(err, incident.ErrWithdrawn) {
		return nil
	}
	return err
}

func asFault(err error) *incident.Fault {
	if fault, ok := errors.AsType[*incident.Fault](err); ok {
		return fault
	}
	return &incident.Fault{Reason: err.Error()}
}

func others(pages []incident.PageID, i int) []incident.PageID {
	if i > 0 || len(pages) == 1 {
		return nil
	}
	return pages[1:]
}
