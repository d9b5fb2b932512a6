// Package simulate runs the code that pages in virtual time: the real core and
// the real Dispatcher on a store in memory, with a clock wound by hand and
// providers that write down what they were asked.
//
//	events --at their times--> Dispatcher --> pages written down
//	clock  --to the next deadline--^
//
// It is what `earshot test` and `earshot explain` stand on.
package simulate

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/queue/queuefake"
)

// A Paged is one page that went out, or a fallback that was told.
type Paged struct {
	At        time.Time
	Person    oncall.PersonID // empty: the channel, or a fallback
	Via       oncall.Method
	Incidents []incident.ID
	Tier      int
	Why       string // what led to the person: "schedule techops"
	Because   Why    // every reason
	Fallback  string // "channel", "person:paul": a fallback was told
	ForBackup bool   // a page of somebody who is the fallback
}

// A World is one installation in virtual time. It is for one goroutine.
type World struct {
	Paged []Paged

	now        time.Time
	down       bool
	rang       []incident.PageID // sent just now: the carrier says so at once
	roster     oncall.Roster
	store      *memory
	queue      queuefake.Queue
	dispatcher *escalation.Dispatcher
	causes     map[runKey]cause
	whys       map[incident.PageID]Why
}

// NewWorld returns a World with that roster, at that time.
func NewWorld(roster oncall.Roster, now time.Time) *World {
	w := &World{now: now, roster: roster, causes: map[runKey]cause{}, whys: map[incident.PageID]Why{}}
	w.store = newMemory(func() oncall.Roster { return w.roster }, w.committed)
	pager := notebook{w}
	w.dispatcher = escalation.NewDispatcher(escalation.Options{
		Store: w.store, Journal: w.store, Index: w.store, Queue: &w.queue,
		Pagers: map[oncall.Method]escalation.Pager{
			oncall.Chat: pager, oncall.SMS: pager, oncall.Voice: pager, oncall.Channel: pager,
		},
		PoolAt: math.MaxInt, // nothing sweeps, so that each page has to come for itself
		Now:    func() time.Time { return w.now },
		Log:    slog.New(slog.DiscardHandler),
	})
	return w
}

// Now returns the virtual time.
func (w *World) Now() time.Time { return w.now }

// Apply hands in an event at the present moment. A refusal changes nothing and is
// returned; while the program is down the event waits for nothing, but timers and
// pages stand still.
func (w *World) Apply(ctx context.Context, ev incident.Event) (incident.Incident, error) {
	if w.down {
		ev = incident.Unattended{Event: ev}
	}
	in, err := w.dispatcher.Handle(ctx, ev)
	if err != nil {
		return in, err
	}
	return in, w.drain(ctx, func(e incident.Effect) bool { return e.Kind != incident.Wake })
}

// Wind moves the clock to that time and runs everything that is due before it, and
// at it too where inclusive is set. Everything happens at its own moment.
func (w *World) Wind(ctx context.Context, to time.Time, inclusive bool) error {
	for !w.down {
		at, ok := w.queue.Next(queuefake.Any)
		if !ok || at.After(to) || at.Equal(to) && !inclusive {
			break
		}
		if at.After(w.now) {
			w.now = at
		}
		if err := w.drain(ctx, queuefake.Any); err != nil {
			return err
		}
	}
	if to.After(w.now) {
		w.now = to
	}
	return nil
}

// Down kills the program; Up starts it again.
func (w *World) Down() { w.down = true }

// Up starts the program again: whatever is overdue runs with the next Wind.
func (w *World) Up() { w.down = false }

// drain performs what is due now.
func (w *World) drain(ctx context.Context, pick func(incident.Effect) bool) error {
	for !w.down {
		e, ok := w.queue.Take(w.now, pick)
		if !ok {
			return nil
		}
		if err := w.dispatcher.Perform(ctx, e); err != nil {
			return err
		}
		for _, id := range w.rang {
			if _, err := w.dispatcher.Handle(ctx, incident.PageRinging{Page: id}); err != nil {
				return err
			}
		}
		w.rang = nil
	}
	return nil
}

// committed notices why pages are queued, and that a fallback has been told.
func (w *World) committed(before, after incident.Incident) {
	w.reason(before, after)
	if !after.FallbackTold || before.FallbackTold && before.WaitingSince.Equal(after.WaitingSince) {
		return
	}
	for _, t := range after.Policy.Fallback {
		w.Paged = append(w.Paged, Paged{At: w.now, Fallback: t.String(), Incidents: []incident.ID{after.ID}, Tier: incident.FallbackTier,
			Because: Why{Tier: tierText(after, incident.FallbackTier)}})
	}
}

// Incidents returns all incidents, the oldest first.
func (w *World) Incidents() []incident.Incident {
	return slices.SortedFunc(maps.Values(w.store.incidents), func(a, b incident.Incident) int {
		return cmp.Or(a.OpenedAt.Compare(b.OpenedAt), strings.Compare(string(a.ID), string(b.ID)))
	})
}

// Timeline returns an incident's timeline.
func (w *World) Timeline(id incident.ID) []incident.Entry { return w.store.timelines[id] }

// SetRoster puts another roster in force from now on.
func (w *World) SetRoster(r oncall.Roster) { w.roster = r }

// Undelivered says of the last page to that person by that method that it reached
// nobody.
func (w *World) Undelivered(ctx context.Context, person oncall.PersonID, via oncall.Method) error {
	for _, in := range w.Incidents() {
		for _, p := range slices.Backward(in.Pages) {
			if p.To != person || p.Via != via || p.Status != incident.PageOut {
				continue
			}
			_, err := w.Apply(ctx, incident.PageFailed{Page: p.ID, Reason: "undelivered"})
			if err != nil && !errors.Is(err, incident.ErrWithdrawn) {
				return err
			}
			break
		}
	}
	return nil
}

// notebook is a pager that writes down what it was asked; everything arrives.
type notebook struct{ w *World }

func (n notebook) Page(_ context.Context, notice incident.Notice) (string, bool, error) {
	if notice.Via == oncall.Channel && notice.Fallback {
		return "noted", false, nil // written down when it was decided
	}
	paged := Paged{At: n.w.now, Person: notice.To.ID, Via: notice.Via, ForBackup: notice.Fallback}
	for _, in := range notice.Incidents {
		paged.Incidents = append(paged.Incidents, in.ID)
		for _, p := range in.Pages {
			if p.ID == notice.Page {
				paged.Tier, paged.Why, paged.Because = p.Tier, p.Why, n.w.whys[p.ID]
				paged.Because.Held = n.w.heldText(p, notice.Incidents)
			}
			if p.Status == incident.PageOnWire && p.To == notice.To.ID && p.Via == notice.Via {
				n.w.rang = append(n.w.rang, p.ID)
			}
		}
	}
	n.w.Paged = append(n.w.Paged, paged)
	return "noted", true, nil
}
