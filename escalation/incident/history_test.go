package incident

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"pgregory.net/rapid"
)

// history draws the life of one incident: a roster, and events at random times,
// some of them doubled or out of order. It keeps a little world around the core:
// what is owed is done at random moments, or never.
type history struct {
	t      *rapid.T
	roster oncall.Roster
	in     Incident
	now    time.Time
	acked  time.Time // since when no page may start; zero: pages may
	opened int       // incidents so far
	steps  int
}

var people = []oncall.PersonID{"ana", "ben", "hal", "cleo"}

func drawRoster(t *rapid.T) oncall.Roster {
	r := sample(nil)
	r.People["cleo"] = oncall.Person{ID: "cleo"}
	targets := rapid.SampledFrom([]oncall.Target{
		{Kind: oncall.ToPerson, Name: "ana"}, {Kind: oncall.ToPerson, Name: "ben"}, {Kind: oncall.ToPerson, Name: "hal"},
		{Kind: oncall.ToPerson, Name: "cleo"}, {Kind: oncall.ToTeam, Team: "platform"}, {Kind: oncall.ToTeam, Team: "ghosts"},
		{Kind: oncall.ToChannel},
	})
	wait := rapid.Map(rapid.IntRange(0, 900), func(s int) time.Duration { return time.Duration(s) * time.Second })
	tier := rapid.Custom(func(t *rapid.T) oncall.Tier {
		return oncall.Tier{Page: rapid.SliceOfN(targets, 0, 3).Draw(t, "page"), Wait: wait.Draw(t, "wait")}
	})
	p := oncall.Policy{
		Name:       "default",
		Tiers:      rapid.SliceOfN(tier, 0, 4).Draw(t, "tiers"),
		Ack:        rapid.SampledFrom([]oncall.AckMode{oncall.AckAny, oncall.AckAll}).Draw(t, "ack"),
		Repeat:     rapid.SampledFrom([]int{0, 0, 1, 2, oncall.Forever}).Draw(t, "repeat"),
		Fallback:   rapid.SliceOfN(targets, 0, 2).Draw(t, "fallback"),
		AckTimeout: rapid.SampledFrom([]time.Duration{0, 0, 10 * time.Minute}).Draw(t, "timeout"),
	}
	team := r.Teams["platform"]
	team.Policies = map[string]oncall.Policy{"default": p, "other": p}
	r.Teams["platform"] = team
	r.Teams["ghosts"] = oncall.Team{ID: "ghosts", Policies: map[string]oncall.Policy{"default": p}}
	r.Maintenance = drawMaintenance(t)
	return r
}

// drawEvent draws something that could happen to the incident.
func (h *history) drawEvent() Event {
	by := By(rapid.SampledFrom(people).Draw(h.t, "by"))
	id := h.in.ID
	page := PageID(fmt.Sprintf("%s/p%d", id, rapid.IntRange(1, h.in.Pager+1).Draw(h.t, "page")))
	card := Card{Board: "slack", Channel: "C0"}
	events := []Event{
		AlertFired{Key: fired.Key, Alert: Alert{Title: "Disk full", Severity: rapid.SampledFrom([]Severity{Critical, Warning}).Draw(h.t, "severity")}, Route: fired.Route},
		AlertFired{Key: fired.Key, Alert: Alert{Title: "Disk full", Severity: Critical, Repeats: true, Members: []Member{
			{Fingerprint: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(h.t, "member")},
		}}, Route: fired.Route},
		AlertResolved{Key: fired.Key, Members: []string{rapid.SampledFrom([]string{"a", "b", "c"}).Draw(h.t, "over")}, More: rapid.Bool().Draw(h.t, "more")},
		AlertUnacknowledged{Key: fired.Key}, AlertSnoozed{Key: fired.Key, For: 3 * time.Minute}, AlertReworded{Key: fired.Key, Title: "Disk"},
		AlertResolved{Key: fired.Key}, AlertAcknowledged{Key: fired.Key, By: Actor{Name: "prom"}},
		Acked{ID: id, By: by}, Unacked{ID: id, By: by}, Closed{ID: id, By: by}, Escalated{ID: id, By: by}, Taken{ID: id, By: by},
		Slept{ID: id, By: by, For: 7 * time.Minute}, Reassigned{ID: id, By: by, Team: "ghosts"},
		Reassigned{ID: id, By: by, Person: by.Person}, Added{ID: id, By: by, Person: "hal"}, Noted{ID: id, By: by, Text: "hm"},
		Tick{ID: id}, Tick{ID: id}, Tick{ID: id},
		PageSending{Page: page}, PageSending{Page: page}, PageSent{Page: page, Ref: "r", Receipt: true}, PageSent{Page: page, Ref: "r"},
		PageHeld{Page: page, Until: h.now.Add(time.Minute)}, PageUnknown{Page: page}, PageDelivered{Page: page},
		PageRinging{Page: page}, PageFailed{Page: page, Reason: "busy"}, PageCancelled{Page: page},
		CardShowing{ID: id, Board: card.Board, Channel: card.Channel},
		CardShown{ID: id, Board: card.Board, Channel: card.Channel, Ref: "1", Revision: h.in.Revision, Told: h.in.Lines + len(h.in.Timeline)},
	}
	return events[rapid.IntRange(0, len(events)-1).Draw(h.t, "event")]
}

// apply hands an event to the core and holds the result against the invariants.
func (h *history) apply(ev Event) {
	if _, ok := ev.(AlertFired); ok && !h.in.Open() {
		h.opened++
		h.in, h.acked = Incident{ID: NewID("platform", int64(h.opened))}, time.Time{}
	}
	if h.steps++; h.steps%16 == 0 {
		h.purity(ev)
	}
	next, _, err := Decide(h.in, h.roster, ev, h.now)
	if err != nil {
		if !same(next, h.in) {
			h.t.Fatalf("%T was refused (%v) and changed the incident all the same", ev, err)
		}
		return
	}
	h.check(h.in, next, ev)
	h.checkHold(h.in, next, ev)
	next.Lines, next.Timeline = next.Lines+len(next.Timeline), nil // as a store does
	h.in = next
}

// purity decides the same event twice: the answers are equal to the byte, and the
// value that was given is as it was.
func (h *history) purity(ev Event) {
	before, _ := json.Marshal(h.in)
	once, _, _ := Decide(h.in, h.roster, ev, h.now)
	twice, _, _ := Decide(h.in, h.roster, ev, h.now)
	if after, _ := json.Marshal(h.in); !bytes.Equal(before, after) {
		h.t.Fatalf("%T changed the value it was given", ev)
	}
	if !same(once, twice) {
		h.t.Fatalf("%T decided twice gives two answers", ev)
	}
}

func same(a, b Incident) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y) && slices.Equal(a.Timeline, b.Timeline)
}

func (h *history) check(before, after Incident, ev Event) {
	if before.State == Resolved && (after.State != Resolved || !after.ResolvedAt.Equal(before.ResolvedAt) || len(after.Runs) > 0) {
		h.t.Fatalf("%T changed what was resolved for good", ev)
	}
	// 2. A triggered incident owes something, or its rounds are over.
	if after.State == Triggered && !after.Over && !after.Partial && after.Urgency != oncall.None && after.Due().IsZero() {
		h.t.Fatalf("after %T nothing is owed any more: %+v", ev, after)
	}
	// 3. After an acknowledgement, a snooze or a resolve no page starts.
	if after.State != Triggered {
		for _, p := range after.Pages {
			if p.Status == PageQueued {
				h.t.Fatalf("after %T a page is queued although it is %s", ev, after.State)
			}
		}
		if sending, ok := ev.(PageSending); ok && before.State != Triggered {
			h.t.Fatalf("page %s starts although it is %s", sending.Page, before.State)
		}
	}
	// Deadlines that have passed have been run.
	for _, e := range after.Owed() {
		if e.Kind == Wake && !e.At.After(h.now) {
			h.t.Fatalf("after %T at %v a deadline of %v is left", ev, h.now, e.At)
		}
	}
	for _, p := range after.Pages {
		if p.To == "cleo" {
			h.t.Fatalf("cleo can't be reached and was paged")
		}
	}
}

// TestMain draws thousands of histories; rapid prints the seed of one that fails.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		_ = f.Value.Set("2000")
	}
	os.Exit(m.Run())
}

// TestHistories draws lives of incidents and checks what must always hold: the
// invariants 1 to 4 and 7 of the design.
func TestHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{t: t, roster: drawRoster(t), now: nine}
		h.apply(fired)
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			if rapid.Bool().Draw(t, "time passes") {
				h.now = h.now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "seconds")) * time.Second)
			}
			h.apply(h.drawEvent())
			if rapid.IntRange(0, 9).Draw(t, "maintenance ends early") == 0 {
				h.endEarly()
			}
		}
		h.rest()
	})
}

// rest winds the clock, with a world that does what is owed, until nothing more is
// due: every history must come to rest, or go round by its policy's own wish.
func (h *history) rest() {
	forever := h.in.Policy.Repeat == oncall.Forever || h.in.Policy.AckTimeout > 0
	for range 400 {
		if forever && h.now.After(nine.Add(24*time.Hour)) {
			return
		}
		var next time.Time
		for _, e := range h.in.Owed() {
			next = earlier(next, e.At)
		}
		next = earlier(next, h.in.nearest())
		if next.IsZero() {
			return
		}
		h.now = later(h.now, next)
		h.apply(Tick{ID: h.in.ID}) // as the sweep does
		for _, e := range h.in.Owed() {
			if e.At.After(h.now) {
				continue
			}
			switch e.Kind {
			case Wake:
				h.apply(Tick{ID: e.Incident})
			case SendPage:
				h.apply(PageSending{Page: e.Page})
				h.apply(PageSent{Page: e.Page, Ref: "r"})
			case StopCall:
				h.apply(PageCancelled{Page: e.Page})
			case ShowCard:
				h.apply(CardShowing{ID: h.in.ID, Board: e.Board, Channel: e.Channel})
				h.apply(CardShown{ID: h.in.ID, Board: e.Board, Channel: e.Channel, Ref: "1", Revision: h.in.Revision, Told: h.in.Lines})
			}
		}
	}
	if !forever {
		h.t.Fatalf("the clock was wound 400 times and the incident has not come to rest: it owes %+v", h.in.Owed())
	}
}

// TestReceiptsInAnyOrderComeToTheSame permutes what a carrier says about one page,
// some of it doubled: a page's status only moves forward.
func TestReceiptsInAnyOrderComeToTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := Incident{ID: "PLATFORM-1"}
		roster := sample(nil)
		for _, ev := range []Event{fired, PageSending{Page: "PLATFORM-1/p1"}, PageSent{Page: "PLATFORM-1/p1", Ref: "r", Receipt: true}} {
			in, _, _ = Decide(in, roster, ev, nine)
		}
		says := []Event{PageRinging{Page: "PLATFORM-1/p1"}, PageDelivered{Page: "PLATFORM-1/p1"}, PageRinging{Page: "PLATFORM-1/p1"},
			PageDelivered{Page: "PLATFORM-1/p1"}, PageFailed{Page: "PLATFORM-9/p9"}, PageSent{Page: "PLATFORM-1/p1", Ref: "late"}}
		for _, ev := range rapid.Permutation(says).Draw(t, "order") {
			in, _, _ = Decide(in, roster, ev, nine.Add(time.Second))
		}
		if p := in.Pages[0]; p.Status != PageArrived || p.Ref != "r" {
			t.Fatalf("the page is %s with ref %q, want delivered with its own", p.Status, p.Ref)
		}
	})
}
