package incident

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestDueIsTheNearestOfAllThatIsOwed(t *testing.T) {
	posted := Card{Board: "slack", Channel: "C0", Ref: "1", Shown: 3}
	tests := []struct {
		name string
		in   Incident
		due  time.Duration // after nine; negative: never
	}{
		{"nothing is owed", Incident{State: Resolved}, -1},
		{"a tier", Incident{State: Triggered, TierDue: nine.Add(time.Minute)}, time.Minute},
		{"a tier of what somebody has is none", Incident{State: Acknowledged, TierDue: nine.Add(time.Minute)}, -1},
		{"the end of a snooze", Incident{State: Snoozed, SnoozedUntil: nine.Add(time.Hour)}, time.Hour},
		{"a page", Incident{State: Triggered, Pages: []Page{{Status: PageQueued, Since: nine}}}, 0},
		{"a page that is held", Incident{State: Triggered, Pages: []Page{{Status: PageQueued, Since: nine, NotBefore: nine.Add(time.Minute)}}}, time.Minute},
		{"a page on the wire, after its lease", Incident{State: Triggered, Pages: []Page{{Status: PageOnWire, Since: nine}}}, Lease},
		{"a page nobody confirms", Incident{State: Triggered, Pages: []Page{{Status: PageOut, Since: nine}}}, Unconfirmed},
		{"a call to stop", Incident{State: Acknowledged, Pages: []Page{{Status: PageCancelling, Since: nine}}}, 0},
		{"a card, after its channel's budget", Incident{State: Acknowledged, Revision: 4, Changed: nine, Cards: []Card{posted}}, cardGrace},
		{"a card that is up to date", Incident{State: Acknowledged, Revision: 3, Changed: nine, Cards: []Card{posted}}, -1},
		{"lines that its thread lacks", Incident{State: Acknowledged, Revision: 3, Changed: nine, Lines: 1, Cards: []Card{posted}}, cardGrace},
		{
			"a card that has to wait", Incident{State: Acknowledged, Revision: 4, Changed: nine, Cards: []Card{{NotBefore: nine.Add(time.Minute)}}},
			time.Minute + cardGrace,
		},
		{
			"a card on its way, after its lease", Incident{State: Acknowledged, Revision: 4, Changed: nine, Cards: []Card{{Busy: nine}}},
			Lease,
		},
		{
			"the first of several", Incident{State: Triggered, TierDue: nine.Add(time.Hour), Revision: 4, Changed: nine, Cards: []Card{posted}},
			cardGrace,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := time.Time{}
			if tt.due >= 0 {
				want = nine.Add(tt.due)
			}
			if got := tt.in.Due(); !got.Equal(want) {
				t.Errorf("Due() = %v, want %v", got, want)
			}
		})
	}
}

func TestNobodyIsWokenForALease(t *testing.T) {
	in := Incident{State: Triggered, TierDue: nine.Add(time.Hour), Pages: []Page{{Status: PageOnWire, Since: nine}}}
	owed := in.Owed()
	if len(owed) != 1 || !owed[0].At.Equal(nine.Add(time.Hour)) {
		t.Errorf("owes %v, want a wake for the tier alone", owed)
	}
	if in.Overdue(nine.Add(Lease - time.Second)) {
		t.Error("overdue while the lease runs")
	}
	if !in.Overdue(nine.Add(Lease)) {
		t.Error("not overdue although the lease is over")
	}
}

func TestACardOwesSomethingNewAfterEachUpdate(t *testing.T) {
	in := Incident{ID: "PLATFORM-1", State: Acknowledged, Revision: 4, Changed: nine, Lines: 2, Cards: []Card{{Board: "slack", Channel: "C0"}}}
	before := in.Owed()
	in.Lines++ // a line more while the card is drawn
	if err := in.shown(CardShown{Board: "slack", Channel: "C0", Ref: "1", Revision: 4, Told: 2}, nine); err != nil {
		t.Fatal(err)
	}
	after := in.Owed()
	if len(before) != 1 || len(after) != 1 || before[0] == after[0] {
		t.Errorf("before %v, after %v: want two effects that differ", before, after)
	}
}

// TestACardIsDrawnOnceWhileDirectMessagesWait comes back for the messages, and not for
// the card: drawing it again and again would leave no room for them.
func TestACardIsDrawnOnceWhileDirectMessagesWait(t *testing.T) {
	in := Incident{ID: "PLATFORM-1", State: Acknowledged, Revision: 4, Changed: nine, Cards: []Card{{Board: "slack", Channel: "C0", Ref: "1", Shown: 3}}}
	waiting := CardShown{Board: "slack", Channel: "C0", Ref: "1", Revision: 4, Err: "waiting", Retry: nine.Add(time.Second)}
	if err := in.shown(waiting, nine); err != nil {
		t.Fatal(err)
	}
	if c := in.Cards[0]; c.Drawn != 4 || c.Shown != 3 || len(in.Owed()) != 1 {
		t.Errorf("card = %+v, owes %v; want it drawn and something owed", c, in.Owed())
	}
	gone := waiting
	gone.Gone = true
	if err := in.shown(gone, nine); err != nil || in.Cards[0].Drawn != 0 {
		t.Errorf("a card that is gone counts as drawn: %+v, %v", in.Cards[0], err)
	}
}

func TestPruneForgetsTheOldestFinishedPages(t *testing.T) {
	in := Incident{}
	for i := range keptPages + 10 {
		in.Pages = append(in.Pages, Page{ID: PageID(fmt.Sprintf("A-1/p%d", i)), Status: PageArrived})
	}
	in.Pages[0].Status = PageQueued // still owed
	in.Pages[1].Status = PageOut    // still to be heard of
	in.prune()
	if n := len(in.Pages); n != keptPages+2 {
		t.Fatalf("%d pages are kept, want %d and the two that are not finished", n, keptPages)
	}
	ids := func(p Page) PageID { return p.ID }
	if ids(in.Pages[0]) != "A-1/p0" || ids(in.Pages[1]) != "A-1/p1" || ids(in.Pages[2]) != "A-1/p10" {
		t.Errorf("kept: %s, %s, %s ..., want p0, p1, p10 ...", in.Pages[0].ID, in.Pages[1].ID, in.Pages[2].ID)
	}
	before := slices.Clone(in.Pages)
	in.prune()
	if !slices.EqualFunc(in.Pages, before, func(a, b Page) bool { return a.ID == b.ID }) {
		t.Error("pruning twice forgets more")
	}
}

func TestTheTimelineIsInOrderAndNamesItsReasons(t *testing.T) {
	r := sample(nil)
	in := opened(t, r)
	for i, ev := range []Event{
		PageSending{Page: "PLATFORM-1/p1"},
		PageFailed{Page: "PLATFORM-1/p1", Reason: "account_inactive"},
		Escalated{ID: in.ID, By: By("ana")},
		Acked{ID: in.ID, By: By("ben")},
		Closed{ID: in.ID, By: By("ben"), Note: "disk swapped"},
	} {
		in = must(t)(Decide(in, r, ev, nine.Add(time.Duration(i+1)*time.Second)))
	}
	want := []struct{ kind, text string }{
		{KindOpened, "opened: Disk full"},
		{KindRouted, "goes to team platform: integration prom"},
		{KindTier, "tier 1 of 3 is paged: ana (named by the policy)"},
		{KindFailed, "chat message to ana failed: account_inactive"},
		{KindEscalated, "escalated by ana"},
		{KindTier, "tier 2 of 3 is paged: ben (named by the policy)"},
		{KindAcknowledged, "acknowledged by ben"},
		{KindResolved, "resolved by ben: disk swapped"},
	}
	if len(in.Timeline) != len(want) {
		t.Fatalf("%d lines, want %d: %+v", len(in.Timeline), len(want), in.Timeline)
	}
	for i, line := range in.Timeline {
		if line.Kind != want[i].kind || line.Text != want[i].text {
			t.Errorf("line %d is %s %q, want %s %q", i+1, line.Kind, line.Text, want[i].kind, want[i].text)
		}
		if i > 0 && line.At.Before(in.Timeline[i-1].At) {
			t.Errorf("line %d is older than the one before", i+1)
		}
	}
}
