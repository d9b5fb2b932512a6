package incident

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var bears = oncall.StormRate{Cards: 3, Per: 10 * time.Second}

// enter lets incidents ask for room at these moments and says which of them joined.
func enter(s Storm, at ...time.Duration) (Storm, string) {
	joined := ""
	for i, d := range at {
		var joins bool
		if s, joins = s.Enter(NewID("platform", int64(i)+nine.Add(d).Unix()), "platform", bears, nine.Add(d)); joins {
			joined += "j"
		} else {
			joined += "."
		}
	}
	return s, joined
}

func TestWhenAStormBegins(t *testing.T) {
	s := time.Second
	tests := []struct {
		name string
		at   []time.Duration
		want string
	}{
		{"no more than the channel bears", []time.Duration{0, s, 2 * s}, "..."},
		{"one more than that", []time.Duration{0, s, 2 * s, 3 * s}, "...j"},
		{"all at once", []time.Duration{0, 0, 0, 0, 0}, "...jj"},
		{"slowly", []time.Duration{0, 4 * s, 8 * s, 12 * s, 16 * s}, "....."},
		{"the span is half open", []time.Duration{0, s, 2 * s, 10 * s}, "...."},
		{"whoever comes later joins, however slowly", []time.Duration{0, 0, 0, 0, 50 * s}, "...jj"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, got := enter(Storm{}, tt.at...); got != tt.want {
				t.Errorf("joined %q, want %q", got, tt.want)
			}
		})
	}
	if storm, joins := (Storm{}).Enter("PLATFORM-1", "platform", oncall.StormRate{}, nine); joins || storm.Raging() {
		t.Error("a channel that bears everything has a storm")
	}
}

func TestAStormEndsAndGoesOn(t *testing.T) {
	raging, _ := enter(Storm{Board: "slack", Channel: "C0"}, 0, 0, 0, 0)
	raging.Ref = "C0:1.1"
	if grown := raging.Grow(7, bears, nine.Add(30*time.Second)); grown.Over() || grown.Size != 7 || !grown.Grown.Equal(nine.Add(30*time.Second)) {
		t.Errorf("grown to %+v", grown)
	}
	over := raging.Grow(0, bears, nine.Add(time.Minute))
	if !over.Over() || over.Raging() {
		t.Fatalf("a minute without a new one: %+v, want it to be over", over)
	}
	again, joined := enter(over, 70*time.Second, 70*time.Second, 70*time.Second, 70*time.Second)
	if joined != "...j" || !again.Raging() || again.No != over.No || again.Ref != "" {
		t.Errorf("joined %q, then %+v; want the same storm with a summary further down", joined, again)
	}
	calm := over.Dissolve()
	if next, joined := enter(calm, 2*time.Minute, 2*time.Minute, 2*time.Minute, 2*time.Minute); joined != "...j" || next.No != over.No+1 {
		t.Errorf("joined %q in storm %d after number %d", joined, next.No, over.No)
	}
}

func TestInAStormACardOwesNothing(t *testing.T) {
	r := sample(nil)
	place := Place{"slack", r.Teams["platform"].SlackChannel}
	in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, Crowded{Event: fired, Crowd: Crowd{Storms: map[Place]int{place: 4}}}, nine))
	if in.Cards[0].Storm != 4 {
		t.Fatalf("card %+v, want it in storm 4", in.Cards[0])
	}
	for _, e := range in.Owed() {
		if e.Kind == ShowCard {
			t.Errorf("it owes %+v", e)
		}
	}
	if _, _, err := Decide(in, r, CardFreed{ID: in.ID, Board: "slack", Channel: place.Channel, Storm: 3}, nine); err == nil {
		t.Error("the end of another storm freed it")
	}
	in = must(t)(Decide(in, r, CardFreed{ID: in.ID, Board: "slack", Channel: place.Channel, Storm: 4}, nine.Add(time.Hour)))
	owes := false
	for _, e := range in.Owed() {
		owes = owes || e.Kind == ShowCard && !e.At.After(nine.Add(time.Hour))
	}
	if !owes {
		t.Error("freed, and yet no card is owed")
	}
}

func TestASpentPageLimitPoolsTheNextPages(t *testing.T) {
	r := sample(nil)
	until := nine.Add(40 * time.Second)
	held := Crowd{Held: map[Way]time.Time{{"ana", oncall.Chat}: until}}
	in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, Crowded{Event: fired, Crowd: held}, nine))
	if len(in.Pages) != 1 || !in.Pages[0].Pooled || !in.Pages[0].NotBefore.Equal(until) || len(in.Pooled) != 1 {
		t.Fatalf("pages %+v, want one in the pool until %s", in.Pages, until)
	}
	for _, e := range in.Owed() {
		if e.Kind == SendPage {
			t.Errorf("it owes %+v", e)
		}
	}
	t.Run("whoever takes it along claims or marks it", func(t *testing.T) {
		sent := must(t)(Decide(in, r, PageSent{Page: in.Pages[0].ID, Ref: "r"}, until))
		claimed := must(t)(Decide(in, r, PageSending{Page: in.Pages[0].ID}, until))
		if sent.Pages[0].Status != PageArrived || claimed.Pages[0].Status != PageOnWire || claimed.Pages[0].Pooled {
			t.Errorf("%+v, %+v", sent.Pages[0], claimed.Pages[0])
		}
	})
	t.Run("an acknowledgement withdraws it", func(t *testing.T) {
		acked := must(t)(Decide(in, r, Acked{ID: in.ID, By: By("ben")}, nine.Add(time.Second)))
		after := must(t)(Decide(acked, r, PageSent{Page: in.Pages[0].ID, Ref: "r"}, until))
		if after.Pages[0].Status != PageWithdrawn {
			t.Errorf("%+v", after.Pages[0])
		}
	})
	t.Run("left behind it goes by itself", func(t *testing.T) {
		late := until.Add(poolGrace)
		if due := in.Due(); due.After(late) {
			t.Errorf("looked at %s, want %s at the latest", due, late)
		}
		alone := must(t)(Decide(in, r, Tick{ID: in.ID}, late))
		owes := false
		for _, e := range alone.Owed() {
			owes = owes || e.Kind == SendPage && !e.At.After(late)
		}
		if !owes {
			t.Errorf("nothing is owed for %+v", alone.Pages[0])
		}
	})
}

func TestAPageIsHeldInThePoolWhereManyWait(t *testing.T) {
	r := sample(nil)
	in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, fired, nine))
	id, until := in.Pages[0].ID, nine.Add(time.Minute)
	alone := must(t)(Decide(in, r, PageHeld{Page: id, Until: until}, nine))
	pooled := must(t)(Decide(in, r, PageHeld{Page: id, Until: until, Pool: true}, nine))
	if alone.Pages[0].Pooled || len(alone.Pooled) != 0 {
		t.Errorf("%+v, want it to come for itself", alone.Pages[0])
	}
	if p := pooled.Pages[0]; !p.Pooled || !p.NotBefore.Equal(until) || len(pooled.Pooled) != 1 || pooled.Pooled[0] != id {
		t.Errorf("%+v, want it in the pool", p)
	}
	acked := must(t)(Decide(in, r, Acked{ID: in.ID, By: By("ben")}, nine))
	if late := must(t)(Decide(acked, r, PageHeld{Page: id, Until: until, Pool: true}, nine)); late.Pages[0].Pooled || len(late.Pooled) != 0 {
		t.Errorf("%+v, want what is withdrawn to stay so", late.Pages[0])
	}
}

func TestEveryReceiverHasALimitOfTheirOwn(t *testing.T) {
	ways := map[Way]bool{}
	for _, p := range []Page{
		{To: "ana", Via: oncall.Chat}, {To: "ana", Via: oncall.SMS}, {To: "ben", Via: oncall.Chat},
		{Via: oncall.Channel, Channel: "C0"}, {Via: oncall.Channel, Channel: "C1"}, {To: "C0", Via: oncall.Chat},
	} {
		if ways[p.Way()] {
			t.Errorf("%+v has the limit of another", p)
		}
		ways[p.Way()] = true
	}
}

// A storm that has just been over may still be taken for raging elsewhere.
func TestAStormSettles(t *testing.T) {
	raging, _ := enter(Storm{}, 0, 0, 0, 0)
	over := raging.Grow(1, bears, nine.Add(time.Second)).Grow(1, bears, nine.Add(2*time.Minute))
	if !over.Over() || raging.Settled(nine.Add(time.Hour)) {
		t.Fatalf("%+v, then %+v", raging, over)
	}
	if over.Settled(nine.Add(2*time.Minute+Believed)) || !over.Settled(nine.Add(2*time.Minute+2*Believed)) {
		t.Errorf("over since %s", over.Ended)
	}
	if again := over.Grow(9, bears, nine.Add(3*time.Minute)); !again.Ended.Equal(over.Ended) {
		t.Errorf("who joins late moves its end to %s", again.Ended)
	}
}

func TestAGlimpseIsBounded(t *testing.T) {
	in := Incident{ID: "PLATFORM-1", Title: strings.Repeat("ü", 500), Labels: map[string]string{"alertname": "Disk"}}
	g := in.Glimpse()
	if g.Name != "Disk" || len(g.Title) > maxGlimpse || !utf8.ValidString(g.Title) {
		t.Errorf("%+v", g)
	}
}
