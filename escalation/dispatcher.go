package escalation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Store remembers incidents for the Dispatcher.
type Store interface {
	// Load returns the incident an event is about, and the roster as of now. A key
	// that has no incident yet gives the zero Incident; an unknown id gives
	// incident.ErrNotFound.
	Load(context.Context, incident.Subject) (incident.Incident, oncall.Roster, error)
	// Recent returns the open incident of a key as it was saved here last, if that is
	// known without asking, and the roster as it was known last. Only a Commit tells
	// whether it is still so.
	Recent(incident.Key) (incident.Incident, oncall.Roster, bool)
	// Claim names the incident that a key opens next, unless the key has moved on
	// from the old one, or its group has one already; then it returns the id that is
	// there.
	Claim(context.Context, incident.Claim) (incident.ID, error)
	// Holding returns the incidents that members of an integration's groups stand in,
	// as far as they are known.
	Holding(ctx context.Context, integration string, fingerprints []string) ([]incident.ID, error)
	// Commit saves an incident and returns it as stored, or returns
	// incident.ErrConflict if it changed since Load.
	Commit(context.Context, incident.Incident) (incident.Incident, error)
}

// A Journal reads timelines and keeps the page limits.
type Journal interface {
	// TimelineFrom returns the lines of an incident's timeline from that one on.
	TimelineFrom(ctx context.Context, id incident.ID, from int) ([]incident.Entry, error)
	// Gather empties the pool of pages that wait for a person and method, and returns
	// them with their incidents, in the same order.
	Gather(context.Context, oncall.PersonID, oncall.Method) ([]incident.PageID, []incident.Incident, error)
	LoadBundle(context.Context, oncall.PersonID, oncall.Method) (incident.Bundle, error)
	// CommitBundle saves a bundle, or returns incident.ErrConflict.
	CommitBundle(context.Context, incident.Bundle) error
}

// A Sky keeps the storms of channels.
type Sky interface {
	// Roster returns the roster as of the last time that anything was loaded.
	Roster() oncall.Roster
	// LoadStorm returns the storm of a channel, calm where none is remembered.
	LoadStorm(context.Context, incident.Place) (incident.Storm, error)
	// CommitStorm saves a storm and returns it as stored, or returns
	// incident.ErrConflict.
	CommitStorm(context.Context, incident.Storm) (incident.Storm, error)
	// Storms returns those that are not dissolved.
	Storms(context.Context) ([]incident.Storm, error)
	// Grown returns how many incidents have joined, and a number that is another
	// whenever one of them has changed.
	Grown(context.Context, incident.Storm) (size int, change int64, err error)
	// Glimpses returns all that joined, exact as they are or as they were seen last.
	Glimpses(ctx context.Context, s incident.Storm, exact bool) ([]incident.Glimpse, error)
}

// An Index knows when incidents are due.
type Index interface {
	// Overdue returns incidents that were due before that time and keeps them from
	// other sweeps for the length of claim.
	Overdue(ctx context.Context, before time.Time, claim time.Duration, limit int) ([]incident.ID, error)
	// Upcoming returns a wake for each incident that is due after from and not after to.
	Upcoming(ctx context.Context, from, to time.Time) ([]incident.Effect, error)
}

// A Queue brings effects to Perform, each at its time.
type Queue interface {
	Push(context.Context, []incident.Effect) error
	// Busy reports whether an effect pushed now would wait for others of its kind.
	Busy(incident.Effect) bool
}

// A Pager reaches one person in one way.
type Pager interface {
	// Page sends a notice. Ref is the provider's name for it; receipt says whether
	// the provider will report what became of it. Errors are *incident.Fault.
	Page(context.Context, incident.Notice) (ref string, receipt bool, err error)
}

// A Stopper is a Pager whose pages can be stopped while they are on their way.
type Stopper interface {
	Cancel(ctx context.Context, ref string) error
}

// A Board shows incidents where a team looks.
type Board interface {
	// Show brings a card, its thread and its copies up to date. What it got done
	// counts even with an error, which is an *incident.Fault.
	Show(context.Context, incident.Scene) (incident.Showing, error)
	// Summarize brings the message up to date that stands for the cards of a storm,
	// and returns its name.
	Summarize(context.Context, incident.Summary) (ref string, err error)
}

// Options are what a Dispatcher needs. Only Sky (there are no storms then), Observer,
// Alarm and Point may be left out.
type Options struct {
	Store    Store
	Journal  Journal
	Index    Index
	Sky      Sky
	Queue    Queue
	Pagers   map[oncall.Method]Pager
	Boards   map[string]Board
	Now      func() time.Time
	Log      *slog.Logger
	Observer Observer
	PoolAt   int                                    // how many pages have to wait for a person before the next are pooled; 0: crowdedAt
	Alarm    func(ctx context.Context, what string) // tells the admins what they have to mend
	Point    func(name string)                      // named places where tests crash the program
}

// An Observer measures.
type Observer interface {
	PageDone(via oncall.Method, result string)
	Lateness(time.Duration) // of a page: from due to the provider's request
	Acknowledged(team oncall.TeamID, after time.Duration)
	Sighted(oncall.Sighting) // somebody was reached, or acknowledged; it may not wait for anything
}

// A Dispatcher runs incidents. Its methods may be called from many goroutines and
// many processes at once.
type Dispatcher struct {
	Options
	lanes lanes
	crowd crowd
	swept atomic.Int64  // when the last sweep ended, in ms
	gust  chan struct{} // a storm has just begun
}

// NewDispatcher returns a Dispatcher.
func NewDispatcher(o Options) *Dispatcher {
	if o.Observer == nil {
		o.Observer = blind{}
	}
	if o.Alarm == nil {
		o.Alarm = func(context.Context, string) {}
	}
	if o.PoolAt == 0 {
		o.PoolAt = crowdedAt
	}
	if o.Point == nil {
		o.Point = func(string) {}
	}
	return &Dispatcher{Options: o, lanes: newLanes(), gust: make(chan struct{}, 1)}
}

// maxTries is how often an event is decided anew because somebody else moved first.
const maxTries = 40

// Handle is the one door in: every event comes here. The incident is returned as
// it was saved; an error that wraps none of the store's is a refusal in words for
// whoever asked.
func (d *Dispatcher) Handle(ctx context.Context, ev incident.Event) (incident.Incident, error) {
	in, _, err := d.handle(ctx, ev, nil)
	if cleared, ok := ev.(incident.AlertResolved); ok && err == nil && len(cleared.Members) > 0 && cleared.ID == "" {
		err = d.clearElsewhere(ctx, cleared, in.ID)
	}
	return in, err
}

// known is an incident as it was read or saved a moment ago.
type known struct {
	incident incident.Incident
	roster   oncall.Roster
}

// handle decides on what is known, which saves a read; without that, or when it
// turns out to be old, on what the store has.
func (d *Dispatcher) handle(ctx context.Context, ev incident.Event, k *known) (incident.Incident, oncall.Roster, error) {
	subject := ev.Subject()
	leave, err := d.lanes.enter(ctx, subject)
	if err != nil {
		return incident.Incident{}, oncall.Roster{}, err
	}
	defer leave()
	repeated := false
	if fired, ok := ev.(incident.AlertFired); ok && k == nil {
		k = d.recent(fired)
		repeated = k != nil
	}
	for range maxTries {
		fresh := k == nil
		if fresh {
			in, roster, err := d.load(ctx, ev)
			if err != nil {
				return in, roster, err
			}
			k = &known{in, roster}
		}
		in, roster := k.incident, k.roster
		k = nil
		now := d.Now()
		next, effects, err := incident.Decide(in, roster, d.crowd.around(ev, now), now)
		changed := err == nil && next.ID != "" && !reflect.DeepEqual(in, next)
		if !changed && !fresh {
			continue // only a commit proves that what was known still holds
		}
		if repeated && (next.Pager != in.Pager || next.State != in.State) {
			repeated = false
			continue // whoever is paged is found by the roster as it is now
		}
		repeated = false
		if err != nil {
			return in, roster, err // a refusal, already worded for whoever asked
		}
		if !changed {
			return next, roster, nil
		}
		d.Point("before-commit")
		saved, err := d.Store.Commit(ctx, next)
		if errors.Is(err, incident.ErrConflict) {
			continue // somebody moved first: decide again on what they left
		}
		if err != nil {
			return in, roster, fmt.Errorf("commit incident %s: %w", next.ID, err)
		}
		d.Point("after-commit")
		d.moved(ctx, in, saved, ev)
		d.sighted(ev, saved, roster, now)
		if err := d.Queue.Push(ctx, effects); err != nil {
			// Not lost: the sweep finds what the incident still owes.
			d.Log.WarnContext(ctx, "effects left to the sweep", "incident", saved, "err", err)
		}
		d.Point("after-push")
		return saved, roster, nil
	}
	return incident.Incident{}, oncall.Roster{}, fmt.Errorf("handle %v: %w, %d times", subject, incident.ErrConflict, maxTries)
}

// recent is what is known of the incident that an alert joins: most alerts repeat one
// that was handled a moment ago, and are counted without reading it again.
func (d *Dispatcher) recent(fired incident.AlertFired) *known {
	in, roster, ok := d.Store.Recent(fired.Key)
	if !ok {
		return nil
	}
	return &known{in, roster}
}

func (d *Dispatcher) moved(ctx context.Context, before, after incident.Incident, ev incident.Event) {
	d.Log.DebugContext(ctx, "event handled", "incident", after, "event", fmt.Sprintf("%T", ev))
	if before.State == after.State {
		return
	}
	d.Log.InfoContext(ctx, "incident moved", "incident", after, "team", string(after.Team), "event", fmt.Sprintf("%T", ev))
	if after.State == incident.Acknowledged {
		d.Observer.Acknowledged(after.Team, after.AckedAt.Sub(after.WaitingSince))
	}
}

// blind is the Observer of whoever measures nothing.
type blind struct{}

func (blind) PageDone(oncall.Method, string)            {}
func (blind) Lateness(time.Duration)                    {}
func (blind) Acknowledged(oncall.TeamID, time.Duration) {}
func (blind) Sighted(oncall.Sighting)                   {}
