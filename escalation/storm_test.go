package escalation

import (
	"errors"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestTheSixthCardJoinsAStorm(t *testing.T) {
	g := newGale(t, nil)
	g.blows(1, 5)
	if n := len(g.board.shown()); n != 5 || g.storm().Raging() {
		t.Fatalf("%d cards, %+v, want five and calm", n, g.storm())
	}
	g.blows(6, 8)
	if n := len(g.board.shown()); n != 5 {
		t.Errorf("%d cards were drawn, want none for those of the storm", n)
	}
	for _, id := range []incident.ID{"PLATFORM-6", "PLATFORM-8"} {
		in := g.stored(id)
		if in.Cards[0].Storm != 1 {
			t.Errorf("%s has the card %+v, want it in storm 1", id, in.Cards[0])
		}
		for _, e := range in.Owed() {
			if e.Kind == incident.ShowCard {
				t.Errorf("%s owes %+v", id, e)
			}
		}
	}
	t.Run("whoever knows of it need not ask", func(t *testing.T) {
		g.sky.unseen = errAway
		if in := g.fire("late"); in.Cards[0].Storm != 1 {
			t.Errorf("card %+v", in.Cards[0])
		}
	})
}

// The card of one incident may be asked for twice at once, by the queue and the sweep.
func TestACardAsksForRoomAsOftenAsItLikes(t *testing.T) {
	g := newGale(t, nil)
	first := g.fire("first")
	for range 10 {
		if _, joins, err := g.enter(t.Context(), here, first, g.sky.Roster().Storm); joins || err != nil {
			t.Fatalf("joins %v, %v", joins, err)
		}
	}
	if v := g.storm().Version; v != 1 {
		t.Errorf("saved %d times, want once", v)
	}
	g.wind(0)
	g.blows(1, 7)
	if n := len(g.board.shown()); n != 5 {
		t.Errorf("%d cards, want five", n)
	}
	if _, joins, err := g.enter(t.Context(), here, first, g.sky.Roster().Storm); joins || err != nil {
		t.Errorf("in the storm it joins: %v, %v", joins, err)
	}
}

func TestAChannelThatBearsEverythingHasNoStorm(t *testing.T) {
	g := newGale(t, func(r *oncall.Roster) { r.Storm = oncall.StormRate{} })
	g.blows(1, 30)
	if n := len(g.board.shown()); n != 30 || g.storm().Raging() {
		t.Errorf("%d cards, %+v, want all thirty", n, g.storm())
	}
}

func TestCardsOfABoardThatIsMissingMakeNoStorm(t *testing.T) {
	g := newGale(t, nil)
	delete(g.Boards, "slack")
	g.blows(1, 30)
	if storm := g.storm(); storm.Raging() {
		t.Errorf("%+v, which nobody could ever show", storm)
	}
}

func TestASummaryIsDrawnWhenItChangedAndNotTooOften(t *testing.T) {
	g := newGale(t, nil)
	g.blows(1, 8)
	steps := []struct {
		name  string
		first func()
		later time.Duration
		want  int // summaries in all
	}{
		{"at once", nil, 0, 1},
		{"not again where nothing changed", nil, 10 * time.Second, 1},
		{"one more joined", func() { g.blows(9, 9) }, 0, 2},
		{"too soon after that", func() { g.blows(10, 10) }, time.Second, 2},
		{"later", nil, time.Second, 3},
		{"one is acknowledged", func() { g.handle(incident.Acked{ID: "PLATFORM-7", By: incident.By("ben")}) }, 2 * time.Second, 4},
		{"a card of its own changes nothing here", func() { g.handle(incident.Acked{ID: "PLATFORM-1", By: incident.By("ben")}) }, 5 * time.Second, 4},
	}
	for _, s := range steps {
		if s.first != nil {
			s.first()
		}
		g.looks(g.Dispatcher, s.later)
		if n := len(g.drawn()); n != s.want {
			t.Fatalf("%s: drawn %d times, want %d", s.name, n, s.want)
		}
	}
	last := g.drawn()[3]
	if len(last.Glimpses) != 5 || last.Storm.Ref != "summary-1" || last.Storm.Team != "platform" {
		t.Errorf("the last one is of %d incidents in %q of %s", len(last.Glimpses), last.Storm.Ref, last.Storm.Team)
	}
}

// Who begins a storm may die before its incident joins.
func TestAStormThatNobodyHasJoinedIsNotShown(t *testing.T) {
	g := newGale(t, nil)
	g.blows(1, 5)
	if _, joins, err := g.enter(t.Context(), here, incident.Incident{ID: "PLATFORM-99", Team: "platform"}, g.sky.Roster().Storm); !joins || err != nil {
		t.Fatalf("joins %v, %v", joins, err)
	}
	for range 10 {
		g.looks(g.Dispatcher, time.Second)
	}
	if n := len(g.drawn()); n != 0 {
		t.Errorf("drawn %d times with nothing in it", n)
	}
	g.blows(6, 6)
	if g.looks(g.Dispatcher, 0); len(g.drawn()) != 1 {
		t.Errorf("drawn %d times with one in it, want once", len(g.drawn()))
	}
}

func TestALargeStormIsDrawnLessOften(t *testing.T) {
	g := newGale(t, nil)
	g.blows(1, 8)
	storm := g.storm()
	storm.Size = 40_000
	g.sky.storms[here] = storm
	g.looks(g.Dispatcher, 0)
	for _, at := range []time.Duration{2, 2, 1} {
		g.fire("more" + string(rune('a'+len(g.drawn())))) // it changed
		if n := len(g.drawn()); n != 1 {
			t.Errorf("drawn %d times within six seconds", n)
		}
		g.looks(g.Dispatcher, at*time.Second)
	}
	if g.looks(g.Dispatcher, time.Second); len(g.drawn()) != 2 {
		t.Errorf("drawn %d times, want again after six seconds", len(g.drawn()))
	}
}

// Whoever claimed the summary has died; it may have been posted.
func TestADrawerThatDiedIsFollowed(t *testing.T) {
	g := newGale(t, nil)
	g.blows(1, 8)
	storm := g.storm()
	storm.Busy = g.clock()
	g.sky.storms[here] = storm
	g.looks(g.Dispatcher, incident.Lease-time.Millisecond)
	if n := len(g.drawn()); n != 0 {
		t.Fatalf("drawn %d times while another one may be at it", n)
	}
	g.looks(g.Dispatcher, time.Millisecond)
	all := g.drawn()
	if len(all) != 1 || !all[0].Storm.Doubtful {
		t.Fatalf("%d summaries, want one that is looked up first", len(all))
	}
	if storm := g.storm(); storm.Doubtful || storm.Ref != "summary-1" || !storm.Busy.IsZero() {
		t.Errorf("stored as %+v", storm)
	}
}

func TestTwoDispatchersDrawOnce(t *testing.T) {
	g := newGale(t, nil)
	other := g.another()
	g.blows(1, 8)
	g.looks(g.Dispatcher, 0)
	g.looks(other, 0)
	if n := len(g.drawn()); n != 1 {
		t.Errorf("drawn %d times, one after the other, want once", n)
	}
	g.blows(9, 9)
	g.wind(2 * time.Second)
	g.sky.rival = func() { g.looks(other, 0) }
	g.looks(g.Dispatcher, 0)
	if n := len(g.drawn()); n != 2 {
		t.Errorf("drawn %d times, at the same moment, want once more", n)
	}
}

func TestWhatBecomesOfASummaryThatIsNotShown(t *testing.T) {
	tests := []struct {
		name     string
		ref      string // what was shown all the same
		fault    incident.Fault
		stored   string
		doubtful bool
		alarms   int
	}{
		{"a plain no", "", incident.Fault{Reason: "busy"}, "", false, 0},
		{"nobody knows", "", incident.Fault{Reason: "timeout", Unknown: true}, "", true, 0},
		{"the edit failed", "summary-1", incident.Fault{Reason: "busy", Unknown: true}, "summary-1", false, 0},
		{"the message is gone", "summary-1", incident.Fault{Reason: "message_not_found", Gone: true}, "", false, 0},
		{"an admin has to mend it", "", incident.Fault{Reason: "invalid_auth", Admin: "the token is wrong"}, "", false, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGale(t, nil)
			g.blows(1, 8)
			g.board.sums = func(incident.Summary) (string, error) { return tt.ref, &tt.fault }
			g.looks(g.Dispatcher, 0)
			if s := g.storm(); s.Ref != tt.stored || s.Doubtful != tt.doubtful || !s.Busy.IsZero() || len(g.alarms) != tt.alarms {
				t.Errorf("stored as %+v, %d alarms", s, len(g.alarms))
			}
			g.board.sums = nil
			if g.looks(g.Dispatcher, summaryEvery); len(g.drawn()) != 2 || g.storm().Ref != "summary-1" {
				t.Errorf("drawn %d times, then %+v, want it tried again", len(g.drawn()), g.storm())
			}
		})
	}
}

// calm lets the storm be over: nothing has joined for a minute.
func (g *gale) calm() {
	g.t.Helper()
	for range 31 {
		g.looks(g.Dispatcher, 2*time.Second)
	}
}

func TestAStormThatIsOverIsDissolvedOnceFewAreOpen(t *testing.T) {
	g := newGale(t, nil)
	g.blows(1, 15) // ten of them in the storm
	g.calm()
	digest := g.drawn()[len(g.drawn())-1]
	if !digest.Storm.Over() || len(digest.Glimpses) != 10 {
		t.Fatalf("the digest is %+v of %d", digest.Storm, len(digest.Glimpses))
	}
	g.looks(g.Dispatcher, 10*time.Second)
	if s := g.storm(); s.Since.IsZero() {
		t.Error("dissolved with ten incidents open and without a card")
	}
	for i := 6; i <= 10; i++ {
		g.handle(incident.Closed{ID: incident.NewID("platform", int64(i)), By: incident.By("ben")})
	}
	before := len(g.board.shown())
	g.looks(g.Dispatcher, 2*time.Second)
	g.wind(0)
	if s := g.storm(); !s.Since.IsZero() || s.No != 1 {
		t.Fatalf("not dissolved: %+v", s)
	}
	shown := map[incident.ID]bool{}
	for _, s := range g.board.shown()[before:] {
		shown[s.Incident.ID] = true
	}
	if len(shown) != 5 || !shown["PLATFORM-11"] || !shown["PLATFORM-15"] {
		t.Errorf("cards are drawn of %v, want of the five that are open", shown)
	}
	t.Run("the next one has a number of its own", func(t *testing.T) {
		g.blows(21, 29)
		if s := g.storm(); !s.Raging() || s.No != 2 {
			t.Errorf("%+v", s)
		}
	})
}

// Another instance may believe for a moment that it still rages: what joins then gets
// its card, too.
func TestAnIncidentThatJoinsAStormThatIsOverIsNotLost(t *testing.T) {
	g := newGale(t, nil)
	late := g.another()
	g.blows(1, 7)
	g.looks(g.Dispatcher, 0)
	g.wind(59 * time.Second)
	g.looks(late, 0) // it rages, as far as this one will know for three seconds
	g.looks(g.Dispatcher, time.Second)
	if !g.storm().Over() {
		t.Fatal("not over")
	}
	g.wind(time.Second)
	if in, err := late.Handle(t.Context(), alert("late")); err != nil || in.Cards[0].Storm != 1 {
		t.Fatalf("%+v, %v, want it to join", in.Cards, err)
	}
	for range 4 {
		g.looks(g.Dispatcher, 2*time.Second)
	}
	g.wind(0)
	if s := g.storm(); !s.Since.IsZero() {
		t.Fatalf("not dissolved: %+v", s)
	}
	last := g.board.shown()[len(g.board.shown())-3:]
	seen := map[incident.ID]bool{}
	for _, s := range last {
		seen[s.Incident.ID] = true
	}
	if !seen["PLATFORM-8"] {
		t.Errorf("cards of %v, want one of the late one", seen)
	}
}

func TestAStormThatCantBeDissolvedIsTriedAgain(t *testing.T) {
	g := newGale(t, nil)
	g.blows(1, 8)
	g.calm()
	g.board.sums = func(incident.Summary) (string, error) {
		g.board.sums = nil
		g.store.set(func(m *memory) { m.away = errAway })
		return "summary-1", nil
	}
	g.wind(10 * time.Second)
	if err := g.Storms(t.Context()); !errors.Is(err, errAway) {
		t.Fatalf("error = %v, want the store's", err)
	}
	g.store.set(func(m *memory) { m.away = nil })
	g.looks(g.Dispatcher, incident.Lease)
	if s := g.storm(); !s.Since.IsZero() {
		t.Errorf("not dissolved: %+v", s)
	}
}
