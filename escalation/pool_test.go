package escalation

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// newCrowd makes a rig in which the fourth page of a minute is pooled, and fires that
// many warnings: the first is sent, two wait, all others are in the pool.
func newCrowd(t *testing.T, n int) *rig {
	t.Helper()
	r := newRig(t, bundled)
	r.PoolAt = 2
	for i := 1; i <= n; i++ {
		a := alert(fmt.Sprint("k", i))
		a.Alert.Severity = incident.Warning
		r.handle(a)
		r.wind(0)
	}
	return r
}

// arrived counts ana's first messages that have arrived.
func (r *rig) arrived(n int) (arrived int) {
	r.t.Helper()
	for i := 1; i <= n; i++ {
		if r.page(firstPage(i)).Status == incident.PageArrived {
			arrived++
		}
	}
	return arrived
}

func firstPage(n int) incident.PageID {
	return incident.PageID(fmt.Sprintf("PLATFORM-%d/p1", n))
}

// TestAPoolIsTakenAlong holds thirty pages back: what leads the next message takes all
// of them along, and names the worst.
func TestAPoolIsTakenAlong(t *testing.T) {
	r := newCrowd(t, 29)
	r.handle(alert("worst"))
	if p := r.page(firstPage(30)); !p.Pooled || !p.NotBefore.Equal(nine.Add(time.Minute)) {
		t.Fatalf("the last page is %+v, want it in the pool", p)
	}
	r.handle(incident.Acked{ID: "PLATFORM-20", By: incident.By("ben")})
	r.handle(incident.Closed{ID: "PLATFORM-2", By: incident.By("ben")})
	r.wind(time.Minute)
	all := r.chat.notices()
	if len(all) != 2 {
		t.Fatalf("%d messages, want the first and one for the rest", len(all))
	}
	second := all[1]
	if got := len(second.Incidents) + second.More; got != 27 || second.Incidents[0].ID != "PLATFORM-30" {
		t.Errorf("the message is of %d incidents, the worst %s; want 27 and PLATFORM-30", got, second.Incidents[0].ID)
	}
	if named := 1 + poolNamed; len(second.Incidents) != named {
		t.Errorf("%d incidents are named, want %d", len(second.Incidents), named)
	}
	if lead := r.page(second.Page); len(lead.With) != poolNamed || lead.Along != second.More {
		t.Errorf("the page that led is %+v", lead)
	}
	if n := r.arrived(30); n != 28 {
		t.Errorf("%d pages have arrived, want all but two", n)
	}
	for _, id := range []incident.PageID{firstPage(2), firstPage(20)} {
		if p := r.page(id); p.Status != incident.PageWithdrawn {
			t.Errorf("%s is %s, want withdrawn", id, p.Status)
		}
	}
}

func TestAPoolThatFailsFailsOnceForAll(t *testing.T) {
	r := newCrowd(t, 30)
	r.chat.answer = func(incident.Notice) error {
		return &incident.Fault{Reason: "invalid_auth", Admin: "the token is wrong"}
	}
	r.wind(time.Minute)
	if n := len(r.chat.notices()); n != 2 || len(r.alarms) != 1 {
		t.Errorf("%d messages and %d alarms, want two and one", n, len(r.alarms))
	}
	for i := 2; i <= 30; i++ {
		if p := r.page(firstPage(i)); p.Status != incident.PageLost || p.Reason != "invalid_auth" {
			t.Fatalf("%s is %+v, want failed", p.ID, p)
		}
	}
	r.wind(time.Second)
	if sms := r.sms.notices(); len(sms) == 0 {
		t.Error("ana's next step does not run at once")
	}
}

// Whoever gathered the pool died with it, or the provider put the message off: each
// page is looked at a little later, and they go together again.
func TestACompanyThatWasLostGoesLater(t *testing.T) {
	tests := []struct {
		name string
		lose func(*rig)
	}{
		{"its sender died", func(r *rig) {
			r.store.set(func(m *memory) { clear(m.pools) })
		}},
		{"the provider put it off", func(r *rig) {
			r.chat.answer = func(incident.Notice) error {
				r.chat.answer = nil
				return &incident.Fault{Reason: "slow down", Retry: 5 * time.Second}
			}
		}},
		{"nobody knows", func(r *rig) {
			r.chat.answer = func(incident.Notice) error {
				r.chat.answer = nil
				return &incident.Fault{Reason: "timeout", Unknown: true}
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newCrowd(t, 30)
			tt.lose(r)
			for range 150 {
				r.wind(time.Second)
				r.sweep(0)
			}
			if n := r.arrived(30); n != 30 {
				t.Errorf("%d pages have arrived, want all", n)
			}
			if n := len(r.chat.notices()); n > 5 {
				t.Errorf("ana got %d messages in two and a half minutes", n)
			}
		})
	}
}

// Thousands that were queued before the limit was known to be spent do not make the
// list of those that wait any longer.
func TestWhoeverComesToAFullListIsPooled(t *testing.T) {
	r := newRig(t, bundled)
	r.PoolAt = 2
	for i := 1; i <= 30; i++ {
		r.fire(fmt.Sprint("k", i))
	}
	r.wind(0)
	b := r.store.bundles[bundleKey{"ana", oncall.Chat}]
	if p := r.page(firstPage(30)); len(b.Waiting) != 2 || !p.Pooled {
		t.Errorf("%d wait, the last page is %+v", len(b.Waiting), p)
	}
	r.wind(time.Minute)
	if all := r.chat.notices(); len(all) != 2 || len(all[1].Incidents)+all[1].More != 29 {
		t.Errorf("%d messages, want two, the second of 29", len(all))
	}
	if n := r.arrived(30); n != 30 {
		t.Errorf("%d pages have arrived, want all", n)
	}
}

// tells are the messages to the channel so far.
func (r *rig) tells() (all []incident.Notice) {
	for _, n := range r.chat.notices() {
		if n.Via == oncall.Channel {
			all = append(all, n)
		}
	}
	return all
}

// fallsBack has the team's channel told when the rounds are over, after two tiers of
// ten minutes.
func fallsBack(r *oncall.Roster) {
	r.Bundling = time.Minute
	team := r.Teams["platform"]
	policy := team.Policies["default"]
	policy.Fallback = []oncall.Target{{Kind: oncall.ToChannel}}
	team.Policies["default"] = policy
}

func TestInAStormAChannelHearsOfFallbacksTogether(t *testing.T) {
	const n = 40
	g := newGale(t, fallsBack)
	for i := range n {
		g.fire(fmt.Sprint("k", i))
	}
	g.wind(0)
	g.calm()
	if s := g.storm(); s.Since.IsZero() || !s.Over() {
		t.Fatalf("%+v, want it over and not dissolved", s)
	}
	g.wind(20*time.Minute - g.clock().Sub(nine))
	first := g.tells()
	if len(first) != 1 || len(first[0].Incidents)+first[0].More != 1 || !first[0].Fallback {
		t.Fatalf("%d messages to the channel, want one of the first incident", len(first))
	}
	g.wind(time.Minute)
	all := g.tells()
	if len(all) != 2 || len(all[1].Incidents)+all[1].More != n-1 || !all[1].Fallback {
		t.Fatalf("%d messages to the channel, the last of %d incidents, want one more for all others", len(all), len(all[len(all)-1].Incidents)+all[len(all)-1].More)
	}
	for i := 1; i <= n; i++ {
		for _, p := range g.stored(incident.NewID("platform", int64(i))).Pages {
			if p.Via == oncall.Channel && (p.Status != incident.PageArrived || p.Channel != "C0") {
				t.Errorf("%s is %+v", p.ID, p)
			}
		}
	}
	if b := g.store.bundles[bundleKey{"", oncall.Channel}]; b.Version != 0 {
		t.Errorf("the limit is that of nobody: %+v", b)
	}
}

func TestFallbacksOutsideOfStormsGoByThemselves(t *testing.T) {
	tests := []struct {
		name string
		edit func(*gale)
	}{
		{"calm", func(*gale) {}},
		{"a storm in another channel", func(g *gale) {
			at := incident.Place{Board: "slack", Channel: "C1"}
			g.sky.storms[at] = incident.Storm{Board: at.Board, Channel: at.Channel, Since: nine}
		}},
		{"the store can't say", func(g *gale) {
			g.sky.storms[here] = incident.Storm{Board: here.Board, Channel: here.Channel, Since: nine, Ended: nine, Ref: "r"}
			g.sky.unseen = errAway
		}},
		{"there are no storms", func(g *gale) { g.Sky = nil }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGale(t, fallsBack)
			for i := range 4 {
				g.fire(fmt.Sprint("k", i))
			}
			g.wind(time.Minute)
			tt.edit(g)
			g.wind(19 * time.Minute)
			if all := g.tells(); len(all) != 4 {
				t.Errorf("%d messages to the channel at the end of the rounds, want one each", len(all))
			}
		})
	}
}

// Nobody wants the message any more when its turn comes: the next need not wait.
func TestAChannelsLeaveIsGivenBack(t *testing.T) {
	g := newGale(t, fallsBack)
	g.sky.storms[here] = incident.Storm{Board: here.Board, Channel: here.Channel, Since: nine}
	id := g.fire("k").ID
	g.wind(20*time.Minute - time.Second)
	g.mu.Lock()
	g.now = nine.Add(20 * time.Minute)
	g.mu.Unlock()
	in := g.handle(incident.Tick{ID: id})
	i := slices.IndexFunc(in.Pages, func(p incident.Page) bool { return p.Via == oncall.Channel })
	if i < 0 || in.Pages[i].Status != incident.PageQueued {
		t.Fatalf("pages %+v, want one queued for the channel", in.Pages)
	}
	rival := g.another()
	g.store.rival = func() {
		if _, err := rival.Handle(t.Context(), incident.Acked{ID: id, By: incident.By("ben")}); err != nil {
			t.Error(err)
		}
	}
	if err := g.Perform(t.Context(), incident.Effect{Kind: incident.SendPage, Incident: id, Page: in.Pages[i].ID, Via: oncall.Channel}); err != nil {
		t.Fatal(err)
	}
	b := g.store.bundles[bundleKey{"#C0", oncall.Channel}]
	if b.Version != 2 || b.Leader != "" || !b.Last.IsZero() || len(g.tells()) != 0 {
		t.Errorf("the limit still stands: %+v; %d messages", b, len(g.tells()))
	}
}
