package escalation

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var nine = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// A rig is a Dispatcher among parts that a test can see into, with a clock that
// is wound by hand.
type rig struct {
	*Dispatcher
	t     *testing.T
	store *memory
	queue *line
	chat  *pager
	sms   *pager
	voice *phone
	board *board

	mu     sync.Mutex
	now    time.Time
	alarms []string
}

// newRig makes a rig of one team in which ana, who has chat and a phone, is paged
// first and ben, who has chat alone, ten minutes later.
func newRig(t *testing.T, edit func(*oncall.Roster)) *rig {
	t.Helper()
	target := func(who string) []oncall.Target { return []oncall.Target{{Kind: oncall.ToPerson, Name: who}} }
	roster := oncall.Roster{
		People: map[oncall.PersonID]oncall.Person{
			"ana": {ID: "ana", Slack: "U0ANA", Phone: "+16175550101"},
			"ben": {ID: "ben", Slack: "U0BEN"},
		},
		Teams: map[oncall.TeamID]oncall.Team{"platform": {
			ID: "platform", SlackChannel: "C0", Members: []oncall.PersonID{"ana", "ben"},
			Policies: map[string]oncall.Policy{"default": {Name: "default", Tiers: []oncall.Tier{
				{Page: target("ana"), Wait: 10 * time.Minute}, {Page: target("ben"), Wait: 10 * time.Minute},
			}}},
		}},
	}
	if edit != nil {
		edit(&roster)
	}
	r := &rig{
		t: t, now: nine, store: newMemory(roster), queue: &line{},
		chat: &pager{}, sms: &pager{}, voice: &phone{pager: pager{receipt: true}}, board: &board{},
	}
	r.Dispatcher = NewDispatcher(Options{
		Store: r.store, Journal: r.store, Index: r.store, Queue: r.queue,
		Pagers: map[oncall.Method]Pager{oncall.Chat: r.chat, oncall.Channel: r.chat, oncall.SMS: r.sms, oncall.Voice: r.voice},
		Boards: map[string]Board{"slack": r.board},
		Now:    r.clock, Log: slog.New(slog.DiscardHandler), Alarm: r.alarm,
	})
	return r
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) alarm(_ context.Context, what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.alarms = append(r.alarms, what)
}

// wind moves the clock and does what is due by then.
func (r *rig) wind(d time.Duration) {
	r.t.Helper()
	end := r.clock().Add(d)
	for range 1000 {
		at, ok := r.queue.next()
		if !ok || at.After(end) {
			r.mu.Lock()
			r.now = end
			r.mu.Unlock()
			return
		}
		r.mu.Lock()
		r.now = later(r.now, at)
		r.mu.Unlock()
		for _, e := range r.queue.take(r.clock()) {
			if err := r.Perform(r.t.Context(), e); err != nil {
				r.t.Fatalf("perform %+v: %v", e, err)
			}
		}
	}
	r.t.Fatal("the clock does not come to rest")
}

// fire hands in an alert.
func (r *rig) fire(dedup string) incident.Incident {
	r.t.Helper()
	return r.handle(alert(dedup))
}

// handle hands in an event that must be taken.
func (r *rig) handle(ev incident.Event) incident.Incident {
	r.t.Helper()
	in, err := r.Handle(r.t.Context(), ev)
	if err != nil {
		r.t.Fatalf("handle %T: %v", ev, err)
	}
	return in
}

// stored returns an incident as the store has it.
func (r *rig) stored(id incident.ID) incident.Incident {
	r.t.Helper()
	in, _, err := r.store.Load(r.t.Context(), incident.Subject{ID: id})
	if err != nil {
		r.t.Fatal(err)
	}
	return in
}

// page returns a page as the store has it.
func (r *rig) page(id incident.PageID) incident.Page {
	r.t.Helper()
	for _, p := range r.stored(id.Incident()).Pages {
		if p.ID == id {
			return p
		}
	}
	r.t.Fatalf("there is no page %s", id)
	return incident.Page{}
}

func alert(dedup string) incident.AlertFired {
	return incident.AlertFired{
		Key:   incident.Key{Integration: "prom", Dedup: dedup},
		Alert: incident.Alert{Title: "Disk full", Severity: incident.Critical},
		Route: incident.Route{Team: "platform", Because: "integration prom"},
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// A line is a Queue that holds what it is given until the test takes it.
type line struct {
	mu      sync.Mutex
	waiting []incident.Effect
	full    error // what Push is answered with
}

func (l *line) Push(_ context.Context, effects []incident.Effect) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.full != nil {
		return l.full
	}
	l.waiting = append(l.waiting, effects...)
	return nil
}

func (l *line) Busy(incident.Effect) bool { return false }

// next returns when the first effect is due.
func (l *line) next() (at time.Time, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.waiting {
		if !ok || e.At.Before(at) {
			at, ok = e.At, true
		}
	}
	return at, ok
}

// take removes what is due at now.
func (l *line) take(now time.Time) (due []incident.Effect) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = slices.DeleteFunc(l.waiting, func(e incident.Effect) bool {
		if e.At.After(now) {
			return false
		}
		due = append(due, e)
		return true
	})
	return due
}

// refuse makes the queue fail, or with nil work again; what it held is lost.
func (l *line) refuse(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.full, l.waiting = err, nil
}

// A pager keeps what it is told to say, and answers with what it is asked to.
type pager struct {
	mu      sync.Mutex
	sent    []incident.Notice
	receipt bool
	answer  func(incident.Notice) error // nil: every page is taken
}

func (p *pager) Page(_ context.Context, n incident.Notice) (string, bool, error) {
	p.mu.Lock()
	p.sent = append(p.sent, n)
	ref, answer := fmt.Sprintf("ref-%d", len(p.sent)), p.answer
	p.mu.Unlock()
	if answer != nil {
		if err := answer(n); err != nil {
			return "", false, err
		}
	}
	return ref, p.receipt, nil
}

// notices returns what was sent so far.
func (p *pager) notices() []incident.Notice {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sent)
}

// A phone is a pager whose calls can be stopped.
type phone struct {
	pager
	stopped []string
	stuck   error // what Cancel is answered with
}

func (p *phone) Cancel(_ context.Context, ref string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = append(p.stopped, ref)
	return p.stuck
}

// A board keeps the scenes it is shown.
type board struct {
	mu     sync.Mutex
	scenes []incident.Scene
	storms []incident.Summary
	inside int // calls under way
	most   int // the most there were at once
	answer func(incident.Scene) (incident.Showing, error)
	sums   func(incident.Summary) (string, error) // what Summarize answers
}

func (b *board) Summarize(_ context.Context, s incident.Summary) (string, error) {
	b.mu.Lock()
	b.storms = append(b.storms, s)
	answer := b.sums
	b.mu.Unlock()
	if answer != nil {
		return answer(s)
	}
	return "summary-1", nil
}

func (b *board) Show(_ context.Context, s incident.Scene) (incident.Showing, error) {
	b.mu.Lock()
	b.scenes = append(b.scenes, s)
	b.inside++
	b.most = max(b.most, b.inside)
	answer := b.answer
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		b.inside--
		b.mu.Unlock()
	}()
	if answer != nil {
		return answer(s)
	}
	return incident.Showing{Ref: "card-1", Told: len(s.News)}, nil
}

func (b *board) shown() []incident.Scene {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.scenes)
}
