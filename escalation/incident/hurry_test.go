package incident

import (
	"slices"
	"testing"
	"time"
)

// shownAt is a card that shows all there is.
func shownAt(t *testing.T, in Incident, now time.Time) Incident {
	t.Helper()
	c := in.Cards[0]
	busy := must(t)(Decide(in, sample(nil), CardShowing{ID: in.ID, Board: c.Board, Channel: c.Channel}, now))
	return must(t)(Decide(busy, sample(nil), CardShown{
		ID: in.ID, Board: c.Board, Channel: c.Channel, Ref: "1", Revision: in.Revision, Told: in.Lines + len(in.Timeline),
	}, now))
}

// asCard returns the card that an incident owes, if it does.
func asCard(owed []Effect) (Effect, bool) {
	i := slices.IndexFunc(owed, func(e Effect) bool { return e.Kind == ShowCard })
	if i < 0 {
		return Effect{}, false
	}
	return owed[i], true
}

func TestWhatAPersonDidIsShownAtOnce(t *testing.T) {
	second := func(n int) time.Time { return nine.Add(time.Duration(n) * time.Second) }
	refused := func(in Incident, at time.Time) CardShown {
		return CardShown{ID: in.ID, Board: "slack", Channel: "C0", Ref: "1", Revision: in.Revision, Err: "waiting", Retry: at.Add(15 * time.Second)}
	}
	showing := CardShowing{ID: "PLATFORM-1", Board: "slack", Channel: "C0"}
	roster := sample(nil)

	in := shownAt(t, opened(t, roster), nine)
	in, owed, err := Decide(in, roster, fired, second(1))
	if e, ok := asCard(owed); err != nil || !ok || in.Cards[0].Hurried || e.At.After(second(1)) {
		t.Fatalf("one alert more: owes %v, hurried %v, %v, want a card in no hurry", owed, in.Cards[0].Hurried, err)
	}
	t.Run("whatever the card waits for", func(t *testing.T) {
		in := must(t)(Decide(in, roster, showing, second(1)))
		in = must(t)(Decide(in, roster, refused(in, second(1)), second(1)))
		again := must(t)(Decide(in, roster, fired, second(2)))
		if e, ok := asCard(again.Owed()); !ok || !e.At.Equal(second(16)) || again.Cards[0].Hurried {
			t.Errorf("another alert: owes %v, want the card when its turn comes", again.Owed())
		}
		taken, owed, err := Decide(again, roster, Acked{ID: in.ID, By: By("ana")}, second(3))
		if e, ok := asCard(owed); err != nil || !ok || e.At.After(second(3)) || !taken.Cards[0].Hurried {
			t.Errorf("taken: owes %v, %v, want the card at once", owed, err)
		}
		if taken = shownAt(t, taken, second(4)); taken.Cards[0].Hurried {
			t.Error("still in a hurry when everything is shown")
		}
	})
	t.Run("while an attempt in no hurry is sent away", func(t *testing.T) {
		in := must(t)(Decide(in, roster, showing, second(1)))
		taken := must(t)(Decide(in, roster, Acked{ID: in.ID, By: By("ana")}, second(2)))
		taken, owed, err := Decide(taken, roster, refused(in, second(2)), second(2))
		if e, ok := asCard(owed); err != nil || !ok || e.At.After(second(2)) {
			t.Errorf("owes %v, %v, want the card at once", owed, err)
		}
		taken = must(t)(Decide(taken, roster, showing, second(2)))
		taken = must(t)(Decide(taken, roster, refused(taken, second(2)), second(2)))
		if e, ok := asCard(taken.Owed()); !ok || !e.At.Equal(second(17)) {
			t.Errorf("owes %v, want the card when its turn comes", taken.Owed())
		}
	})
	t.Run("while an older state is drawn", func(t *testing.T) {
		in := must(t)(Decide(in, roster, showing, second(1)))
		drawn := CardShown{ID: in.ID, Board: "slack", Channel: "C0", Ref: "1", Revision: in.Revision}
		taken := must(t)(Decide(in, roster, Acked{ID: in.ID, By: By("ana")}, second(2)))
		if taken = must(t)(Decide(taken, roster, drawn, second(2))); !taken.Cards[0].Hurried {
			t.Error("in no hurry any more, and the card shows what was before")
		}
	})
}
