package escalation

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// card returns the incident's only card.
func (r *rig) card(id incident.ID) incident.Card {
	r.t.Helper()
	in := r.stored(id)
	if len(in.Cards) != 1 {
		r.t.Fatalf("%s has %d cards, want 1", id, len(in.Cards))
	}
	return in.Cards[0]
}

func TestTwoCardsAreNeverInFlightAndRevisionsCoalesce(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	held := make(chan struct{})
	drawing := make(chan struct{}, 64)
	r.board.answer = func(s incident.Scene) (incident.Showing, error) {
		drawing <- struct{}{}
		<-held
		return incident.Showing{Ref: "card-1", Told: len(s.News)}, nil
	}
	var group sync.WaitGroup
	group.Go(func() {
		if err := r.Perform(t.Context(), cardOf(in)); err != nil {
			t.Error(err)
		}
	})
	<-drawing
	for range 20 { // each makes the card older, none may draw it meanwhile
		newer := r.fire("k")
		if err := r.Perform(t.Context(), cardOf(newer)); err != nil {
			t.Fatal(err)
		}
	}
	close(held)
	group.Wait()
	r.wind(0)
	if r.board.most != 1 {
		t.Errorf("%d updates of one card were in flight at once", r.board.most)
	}
	scenes := r.board.shown()
	if last := scenes[len(scenes)-1].Incident; last.Count != 21 {
		t.Errorf("the card shows a count of %d, want 21", last.Count)
	}
	if n := len(scenes); n > 4 {
		t.Errorf("21 revisions took %d updates, want them coalesced", n)
	}
}

func TestAMessageThatIsGoneIsPostedAnew(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	r.wind(0)
	r.board.answer = func(s incident.Scene) (incident.Showing, error) {
		if s.Card.Ref == "card-1" {
			return incident.Showing{}, &incident.Fault{Reason: "message_not_found", Gone: true, Retry: time.Second}
		}
		return incident.Showing{Ref: "card-2", Told: len(s.News)}, nil
	}
	r.handle(incident.Acked{ID: in.ID, By: incident.By("ana")})
	r.wind(5 * time.Second)
	if c := r.card(in.ID); c.Ref != "card-2" || c.Doubtful {
		t.Errorf("the card is %q, doubtful %v; want card-2, certain", c.Ref, c.Doubtful)
	}
}

func TestAPostThatMayHaveArrivedIsDoubtful(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	tries := 0
	r.board.answer = func(s incident.Scene) (incident.Showing, error) {
		if tries++; tries == 1 {
			return incident.Showing{}, &incident.Fault{Reason: "timeout", Unknown: true, Retry: time.Second}
		}
		if !s.Card.Doubtful {
			t.Error("the board is not told to look for the first post")
		}
		return incident.Showing{Ref: "card-1", Told: len(s.News)}, nil
	}
	r.wind(0)
	if c := r.card(in.ID); !c.Doubtful || c.Ref != "" {
		t.Errorf("after a timeout the card is %q, doubtful %v", c.Ref, c.Doubtful)
	}
	r.wind(5 * time.Second)
	if c := r.card(in.ID); c.Doubtful || c.Ref != "card-1" {
		t.Errorf("after the second try the card is %q, doubtful %v", c.Ref, c.Doubtful)
	}
}

func TestAnEditThatMayHaveArrivedIsSimplyMadeAgain(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	r.wind(0)
	r.board.answer = func(incident.Scene) (incident.Showing, error) {
		return incident.Showing{}, &incident.Fault{Reason: "timeout", Unknown: true}
	}
	r.handle(incident.Acked{ID: in.ID, By: incident.By("ana")})
	r.wind(0)
	if c := r.card(in.ID); c.Doubtful || !c.NotBefore.Equal(nine.Add(cardRetry)) {
		t.Errorf("doubtful %v, again at %v; want certain, in %v", c.Doubtful, c.NotBefore, cardRetry)
	}
}

func TestABoardThatIsNotConfiguredHasNothingToShow(t *testing.T) {
	r := newRig(t, nil)
	delete(r.Boards, "slack")
	in := r.fire("k")
	r.wind(time.Second)
	got := r.stored(in.ID)
	if slices.ContainsFunc(got.Owed(), func(e incident.Effect) bool { return e.Kind == incident.ShowCard }) {
		t.Errorf("the card is owed for ever: %+v", got.Cards)
	}
}

func TestAFaultThatAnAdminHasToMendIsTold(t *testing.T) {
	r := newRig(t, nil)
	r.fire("k")
	r.board.answer = func(incident.Scene) (incident.Showing, error) {
		return incident.Showing{}, &incident.Fault{Reason: "not_in_channel", Admin: "invite the bot to C0"}
	}
	r.wind(0)
	if !slices.Equal(r.alarms, []string{"invite the bot to C0"}) {
		t.Errorf("the admins were told %q", r.alarms)
	}
	r.board.answer = nil
	r.wind(cardRetry)
	if c := r.card("PLATFORM-1"); c.Ref != "card-1" {
		t.Error("the card did not come once it was mended")
	}
}

func TestTheThreadTellsEachLineOnce(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	r.wind(3 * time.Minute)
	r.handle(incident.Acked{ID: in.ID, By: incident.By("ana")})
	r.wind(time.Second)
	var told []incident.Entry
	for _, s := range r.board.shown() {
		told = append(told, s.News...)
	}
	if !slices.Equal(told, r.store.timelines[in.ID]) {
		t.Errorf("the thread holds %d lines, the timeline %d", len(told), len(r.store.timelines[in.ID]))
	}
}

func TestATimelineThatCantBeReadPutsTheCardOff(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	r.store.set(func(m *memory) { m.unread = errAway })
	if err := r.Perform(t.Context(), cardOf(in)); err == nil {
		t.Error("nobody hears of it")
	}
	if n := len(r.board.shown()); n != 0 {
		t.Errorf("the board was asked %d times without its lines", n)
	}
	r.store.set(func(m *memory) { m.unread = nil })
	r.wind(2 * time.Second)
	if c := r.card(in.ID); c.Ref != "card-1" {
		t.Error("the card did not come afterwards")
	}
}

// The direct messages of an incident that moved on are brought up to date with its
// card, until each shows the present state.
func TestDirectMessagesFollowTheCard(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	r.wind(0)
	r.board.answer = func(s incident.Scene) (incident.Showing, error) {
		showing := incident.Showing{Ref: "card-1", Told: len(s.News)}
		for _, p := range s.Copies {
			showing.Drawn = append(showing.Drawn, p.ID)
		}
		return showing, nil
	}
	r.handle(incident.Acked{ID: in.ID, By: incident.By("ben")})
	r.wind(0)
	if p := r.page("PLATFORM-1/p1"); p.Drawn != incident.Acknowledged {
		t.Errorf("the direct message shows %q, want acknowledged", p.Drawn)
	}
}

// What is owed after an update must not carry the name of the effect that made
// it: the queue still runs that one, and would take the new one for it.
func TestWhatIsOwedAfterAnUpdateHasANameOfItsOwn(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	first := r.queue.take(nine)
	card := first[slices.IndexFunc(first, func(e incident.Effect) bool { return e.Kind == incident.ShowCard })]
	r.board.answer = func(s incident.Scene) (incident.Showing, error) {
		r.handle(incident.Noted{ID: in.ID, By: incident.By("ben"), Text: "looking"})
		return incident.Showing{Ref: "card-1", Told: len(s.News)}, nil
	}
	if err := r.Perform(t.Context(), card); err != nil {
		t.Fatal(err)
	}
	again := r.queue.take(nine)
	if len(again) != 1 || again[0].Kind != incident.ShowCard {
		t.Fatalf("after the update %v is owed, want the card for the new line", again)
	}
	if again[0] == card {
		t.Error("it is the very effect that is being performed")
	}
}
