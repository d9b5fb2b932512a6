package escalation

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var errAway = errors.New("connection refused")

func TestAnAlertPagesShowsAndWakes(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	if in.ID != "PLATFORM-1" || in.State != incident.Triggered {
		t.Fatalf("the alert gave %s, %s; want PLATFORM-1, triggered", in.ID, in.State)
	}
	r.wind(0)
	if got := r.chat.notices(); len(got) != 1 || got[0].To.ID != "ana" {
		t.Errorf("paged by chat: %v, want ana once", got)
	}
	if n := len(r.board.shown()); n == 0 {
		t.Error("no card was posted")
	}
	r.wind(10 * time.Minute)
	if got := r.chat.notices(); len(got) != 2 || got[1].To.ID != "ben" {
		t.Errorf("ten minutes later paged by chat: %v, want ben as well", got)
	}
	if n := len(r.sms.notices()); n != 1 {
		t.Errorf("ana got %d SMS, want 1", n)
	}
	if n := len(r.voice.notices()); n != 2 {
		t.Errorf("ana got %d calls, want 2: after five minutes and every five", n)
	}
}

func TestARivalThatCommitsFirstIsDecidedOn(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	rival := NewDispatcher(r.Options)
	r.store.rival = func() {
		if _, err := rival.Handle(t.Context(), incident.Acked{ID: in.ID, By: incident.By("ben")}); err != nil {
			t.Error(err)
		}
	}
	got := r.handle(incident.Acked{ID: in.ID, By: incident.By("ana")})
	if got.AckedBy.Person != "ben" {
		t.Errorf("acknowledged by %q, want ben, who came first", got.AckedBy.Person)
	}
}

func TestARivalsAckBetweenLoadAndCommitMeansNoPage(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	rival := NewDispatcher(r.Options)
	r.store.rival = func() {
		if _, err := rival.Handle(t.Context(), incident.Acked{ID: in.ID, By: incident.By("ben")}); err != nil {
			t.Error(err)
		}
	}
	if err := r.Perform(t.Context(), pageOf(in)); err != nil {
		t.Fatal(err)
	}
	if n := len(r.chat.notices()); n != 0 {
		t.Errorf("%d pages were sent although it was acknowledged before", n)
	}
	if p := r.page(in.Pages[0].ID); p.Status != incident.PageWithdrawn {
		t.Errorf("the page is %s, want withdrawn", p.Status)
	}
}

func TestAStoreThatIsAwayIsAnErrorAndNothingIsPushed(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	r.queue.refuse(nil)
	tests := []struct {
		name string
		do   func() error
	}{
		{"a new alert", func() error { _, err := r.Handle(t.Context(), alert("other")); return err }},
		{"a known alert", func() error { _, err := r.Handle(t.Context(), alert("k")); return err }},
		{"an acknowledgement", func() error {
			_, err := r.Handle(t.Context(), incident.Acked{ID: in.ID, By: incident.By("ana")})
			return err
		}},
		{"a page", func() error { return r.Perform(t.Context(), pageOf(in)) }},
		{"a card", func() error { return r.Perform(t.Context(), cardOf(in)) }},
		{"a wake", func() error { return r.Perform(t.Context(), incident.Effect{Kind: incident.Wake, Incident: in.ID}) }},
		{"a sweep", func() error { _, err := r.Sweep(t.Context()); return err }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r.store.set(func(m *memory) { m.away = errAway })
			defer r.store.set(func(m *memory) { m.away = nil })
			if err := tt.do(); !errors.Is(err, errAway) {
				t.Errorf("error = %v, want the store's", err)
			}
			if _, ok := r.queue.next(); ok {
				t.Error("something was pushed all the same")
			}
		})
	}
	if n := len(r.chat.notices()) + len(r.board.shown()); n != 0 {
		t.Errorf("%d calls were made to providers", n)
	}
}

// The commit alone fails: the load has shown the incident as it was.
func TestACommitThatFailsPushesNothing(t *testing.T) {
	r := newRig(t, nil)
	r.store.rival = func() { r.store.set(func(m *memory) { m.away = errAway }) }
	if _, err := r.Handle(t.Context(), alert("k")); !errors.Is(err, errAway) {
		t.Errorf("error = %v, want the store's", err)
	}
	if _, ok := r.queue.next(); ok {
		t.Error("effects of what was not saved were pushed")
	}
}

func TestARefusalIsReturnedAndNothingIsSaved(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	_, err := r.Handle(t.Context(), incident.Unacked{ID: in.ID, By: incident.By("ana")})
	if !errors.Is(err, incident.ErrRefused) {
		t.Errorf("error = %v, want a refusal", err)
	}
	if got := r.stored(in.ID); got.Version != in.Version {
		t.Error("the refused event was saved")
	}
	if _, err := r.Handle(t.Context(), incident.Acked{ID: "PLATFORM-9"}); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("error = %v, want %v", err, incident.ErrNotFound)
	}
}

func TestAResolveOfAnUnknownKeyIsAcceptedAndIgnored(t *testing.T) {
	r := newRig(t, nil)
	in := r.handle(incident.AlertResolved{Key: incident.Key{Integration: "prom", Dedup: "nobody"}})
	if in.ID != "" || len(r.store.incidents) != 0 {
		t.Errorf("it left %+v", in)
	}
}

func TestTheSameKeyOpensAnewAfterAResolve(t *testing.T) {
	r := newRig(t, nil)
	first := r.fire("k")
	r.handle(incident.AlertResolved{Key: first.Key})
	second := r.fire("k")
	if second.ID == first.ID || second.State != incident.Triggered || second.Count != 1 {
		t.Errorf("after the resolve the key gave %s, %s with count %d", second.ID, second.State, second.Count)
	}
}

func TestAStormOnOneKeyIsOneIncident(t *testing.T) {
	r := newRig(t, nil)
	second := NewDispatcher(r.Options) // half of the storm meets another instance
	var group sync.WaitGroup
	for i := range 64 {
		group.Go(func() {
			d := r.Dispatcher
			if i%2 == 1 {
				d = second
			}
			if _, err := d.Handle(t.Context(), alert("k")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := len(r.store.incidents); n != 1 {
		t.Fatalf("%d incidents were opened, want 1", n)
	}
	if in := r.stored("PLATFORM-1"); in.Count != 64 || len(in.Pages) != 1 {
		t.Errorf("it counts %d alerts and %d pages, want 64 and 1", in.Count, len(in.Pages))
	}
}

func TestAnAcknowledgementIsMeasured(t *testing.T) {
	r := newRig(t, nil)
	seen := &meter{}
	r.Observer = seen
	in := r.fire("k")
	r.wind(4 * time.Minute)
	r.handle(incident.Acked{ID: in.ID, By: incident.By("ana")})
	if seen.waited != 4*time.Minute {
		t.Errorf("measured a wait of %v, want 4m", seen.waited)
	}
	if seen.pages["sent"] != 2 {
		t.Errorf("measured %v pages, want a direct message and an SMS", seen.pages)
	}
	ways := map[oncall.Method]int{}
	for _, s := range seen.sighted {
		if s.Person != "ana" {
			t.Errorf("%s was sighted, whom nobody paged", s.Person)
		}
		ways[s.Via]++
	}
	if ways[oncall.Chat] != 1 || ways[""] != 1 {
		t.Errorf("ana was sighted by %v, want once by chat and once for the acknowledgement", ways)
	}
}

// A meter is an Observer.
type meter struct {
	blind
	mu      sync.Mutex
	pages   map[string]int
	waited  time.Duration
	sighted []oncall.Sighting
}

func (m *meter) Sighted(s oncall.Sighting) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sighted = append(m.sighted, s)
}

func (m *meter) PageDone(_ oncall.Method, result string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pages == nil {
		m.pages = map[string]int{}
	}
	m.pages[result]++
}

func (m *meter) Acknowledged(_ oncall.TeamID, after time.Duration) { m.waited = after }

// pageOf is the effect of the incident's last page.
func pageOf(in incident.Incident) incident.Effect {
	p := in.Pages[len(in.Pages)-1]
	return incident.Effect{Kind: incident.SendPage, Incident: in.ID, Page: p.ID, Via: p.Via}
}

// cardOf is the effect of the incident's card.
func cardOf(in incident.Incident) incident.Effect {
	return incident.Effect{Kind: incident.ShowCard, Incident: in.ID, Board: "slack", Channel: "C0"}
}
