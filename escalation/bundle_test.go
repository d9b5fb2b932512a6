package escalation

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(t.Context())
}

func bundled(r *oncall.Roster) { r.Bundling = time.Minute }

func TestASecondPageIsHeldAndTheRestGoTogether(t *testing.T) {
	r := newRig(t, bundled)
	r.fire("one")
	r.wind(10 * time.Second)
	worst := alert("two")
	worst.Alert.Severity = incident.Warning
	r.handle(worst)
	r.fire("three")
	r.wind(40 * time.Second)
	if n := len(r.chat.notices()); n != 1 {
		t.Fatalf("ana got %d messages within the minute, want 1", n)
	}
	if p := r.page("PLATFORM-2/p1"); p.Status != incident.PageQueued || !p.NotBefore.Equal(nine.Add(time.Minute)) {
		t.Errorf("the second page is %s until %v, want held until the minute is over", p.Status, p.NotBefore)
	}
	r.wind(11 * time.Second)
	got := r.chat.notices()
	if len(got) != 2 || len(got[1].Incidents) != 2 {
		t.Fatalf("after the minute ana has %d messages, want 2, the second of both incidents", len(got))
	}
	if worst := got[1].Incidents[0]; worst.ID != "PLATFORM-3" {
		t.Errorf("the message begins with %s, want the worst", worst.ID)
	}
	for _, id := range []incident.PageID{"PLATFORM-2/p1", "PLATFORM-3/p1"} {
		if p := r.page(id); p.Status != incident.PageArrived {
			t.Errorf("%s is %s, want delivered", id, p.Status)
		}
	}
}

func TestAHeldPageThatIsNotWantedAnyMoreIsLeftOut(t *testing.T) {
	r := newRig(t, bundled)
	r.fire("one")
	r.wind(time.Second)
	r.fire("two")
	r.fire("three")
	r.wind(time.Second)
	r.handle(incident.Acked{ID: "PLATFORM-2", By: incident.By("ben")})
	r.wind(time.Minute)
	got := r.chat.notices()
	if len(got) != 2 || len(got[1].Incidents) != 1 || got[1].Incidents[0].ID != "PLATFORM-3" {
		t.Errorf("after the minute ana has %d messages, want 2, the second of PLATFORM-3 alone", len(got))
	}
}

func TestTheLimitIsThatOfAPersonAndAMethod(t *testing.T) {
	r := newRig(t, bundled)
	in := r.fire("one")
	r.wind(time.Second)
	r.handle(incident.Escalated{ID: in.ID, By: incident.By("ana")}) // ben, by chat
	r.wind(time.Second)
	if n := len(r.chat.notices()); n != 2 {
		t.Errorf("%d messages were sent, want one to each", n)
	}
}

// Whoever was let through may have died before it sent anything.
func TestThePageThatWasLetThroughMayAskAgain(t *testing.T) {
	r := newRig(t, bundled)
	in := r.fire("one")
	r.store.bundles[bundleKey{"ana", oncall.Chat}] = incident.Bundle{
		Person: "ana", Via: oncall.Chat, Version: 1, Last: nine, Leader: in.Pages[0].ID,
	}
	r.wind(time.Second)
	if n := len(r.chat.notices()); n != 1 {
		t.Errorf("%d messages were sent, want the one that its first sender still owed", n)
	}
}

// The leave is taken, then nobody wants the page any more: the next one need not
// wait for the minute to be over.
func TestALeaveThatIsNotUsedIsGivenBack(t *testing.T) {
	r := newRig(t, bundled)
	in := r.fire("one")
	rival := NewDispatcher(r.Options)
	r.store.rival = func() {
		if _, err := rival.Handle(t.Context(), incident.Acked{ID: in.ID, By: incident.By("ben")}); err != nil {
			t.Error(err)
		}
	}
	if err := r.Perform(t.Context(), pageOf(in)); err != nil {
		t.Fatal(err)
	}
	if b := r.store.bundles[bundleKey{"ana", oncall.Chat}]; b.Leader != "" || !b.Last.IsZero() {
		t.Errorf("the limit still stands: %+v", b)
	}
	r.fire("two")
	r.wind(time.Second)
	if n := len(r.chat.notices()); n != 1 {
		t.Errorf("%d messages were sent, want the second incident's at once", n)
	}
}

// A final no fails every page of the bundle, each in its own incident, and the
// admins hear of it once.
func TestABundleThatFailsFailsForAll(t *testing.T) {
	r := newRig(t, bundled)
	r.fire("one")
	r.wind(time.Second)
	r.fire("two")
	r.fire("three")
	r.wind(time.Second)
	r.chat.answer = func(incident.Notice) error {
		return &incident.Fault{Reason: "invalid_auth", Admin: "the token is wrong"}
	}
	r.wind(59 * time.Second)
	for _, id := range []incident.PageID{"PLATFORM-2/p1", "PLATFORM-3/p1"} {
		if p := r.page(id); p.Status != incident.PageLost {
			t.Errorf("%s is %s, want failed", id, p.Status)
		}
	}
	if len(r.alarms) != 1 {
		t.Errorf("the admins were told %q, want it once", r.alarms)
	}
}

func TestAPageLimitThatCantBeReadIsAnErrorAndNothingIsSent(t *testing.T) {
	r := newRig(t, bundled)
	in := r.fire("one")
	d := NewDispatcher(r.Options)
	d.Journal = lost{r.store}
	if err := d.Perform(t.Context(), pageOf(in)); !errors.Is(err, errAway) {
		t.Errorf("error = %v, want the store's", err)
	}
	if n := len(r.chat.notices()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

// lost is a Journal whose page limits are away.
type lost struct{ *memory }

func (lost) LoadBundle(context.Context, oncall.PersonID, oncall.Method) (incident.Bundle, error) {
	return incident.Bundle{}, errAway
}

func TestTwoAttemptsAtOnePageAreOneMessage(t *testing.T) {
	r := newRig(t, bundled)
	r.fire("one")
	r.wind(time.Second)
	r.fire("two")
	r.fire("three")
	r.wind(time.Second)
	r.mu.Lock()
	r.now = nine.Add(time.Minute)
	r.mu.Unlock()
	rival := NewDispatcher(r.Options) // the sweep's attempt, a moment faster
	r.store.rival = func() {
		if _, err := rival.Handle(t.Context(), incident.PageSending{Page: "PLATFORM-2/p1"}); err != nil {
			t.Error(err)
		}
	}
	if err := r.Perform(t.Context(), incident.Effect{Kind: incident.SendPage, Incident: "PLATFORM-2", Page: "PLATFORM-2/p1", Via: oncall.Chat}); err != nil {
		t.Fatal(err)
	}
	if n := len(r.chat.notices()); n != 1 {
		t.Errorf("%d messages, want the first alone: the other attempt takes the rest along", n)
	}
	if p := r.page("PLATFORM-3/p1"); p.Status != incident.PageQueued {
		t.Errorf("the third page is %s, want it waiting", p.Status)
	}
}
