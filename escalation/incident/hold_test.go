package incident

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"pgregory.net/rapid"
)

// drawMaintenance draws up to three around nine: of the team, of an integration, of a
// route, of others.
func drawMaintenance(t *rapid.T) []oncall.Maintenance {
	one := rapid.Custom(func(t *rapid.T) oncall.Maintenance {
		start := nine.Add(time.Duration(rapid.IntRange(-60, 30).Draw(t, "start")) * time.Minute)
		return oncall.Maintenance{
			Team: rapid.SampledFrom([]oncall.TeamID{"platform", "platform", "platform", "ghosts"}).Draw(t, "team"), Start: start,
			End:         start.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "length")) * time.Minute),
			Integration: rapid.SampledFrom([]string{"", "", fired.Key.Integration, "other"}).Draw(t, "integration"),
			Route:       rapid.SampledFrom([]string{"", "", fired.Route.Matched, "other"}).Draw(t, "route"),
		}
	})
	all := rapid.SliceOfN(one, 0, 3).Draw(t, "maintenance")
	for i := range all {
		all[i].ID = strconv.Itoa(i + 1)
	}
	return all
}

// endEarly has somebody end a maintenance now; the pass then wakes what it held.
func (h *history) endEarly() {
	if len(h.roster.Maintenance) == 0 {
		return
	}
	all := slices.Clone(h.roster.Maintenance)
	if m := &all[rapid.IntRange(0, len(all)-1).Draw(h.t, "ended")]; m.Start.Before(h.now) && m.End.After(h.now) {
		m.End = h.now
	}
	h.roster.Maintenance = all
	h.apply(Tick{ID: h.in.ID})
}

// checkHold holds a decision against what maintenance is for: it holds back what opens
// inside it, until the last that covers it ends, and mutes nothing that was paging.
func (h *history) checkHold(before, after Incident, ev Event) {
	m, covered := after.maintenance(h.roster, h.now)
	held := !after.HeldUntil.IsZero()
	opens := before.State == "" && after.State == Triggered && after.Urgency != oncall.None
	switch {
	case before.Started && held:
		h.t.Fatalf("%T: what was paging is held back until %s", ev, after.HeldUntil)
	case before.Started && !after.Started:
		h.t.Fatalf("%T forgot that it was paging", ev)
	case opens && covered == after.Started, opens && covered != held:
		h.t.Fatalf("it opened, in maintenance %t: held until %s, started %t", covered, after.HeldUntil, after.Started)
	case held && (after.Started || after.State != Triggered || !after.HeldUntil.After(h.now)):
		h.t.Fatalf("%T: held until %s, but %s at %s, started %t", ev, after.HeldUntil, after.State, h.now, after.Started)
	}
	if _, tick := ev.(Tick); tick && held && (!covered || !after.HeldUntil.Equal(m.End) || after.HeldBy != m.ID) {
		h.t.Fatalf("held by %s until %s, while %+v is in force: %t", after.HeldBy, after.HeldUntil, m, covered)
	}
	for _, p := range after.Pages {
		if held && p.Status == PageQueued && p.Tier != AddedTier {
			h.t.Fatalf("%T: page %s is queued in a maintenance", ev, p.ID)
		}
	}
}

func TestAMaintenanceHoldsWhatItIsOf(t *testing.T) {
	end := nine.Add(time.Hour)
	routed, unrouted := fired, fired
	routed.Route.Matched, unrouted.Route.Matched = `severity="info"`, ""
	tests := []struct {
		name  string
		m     oncall.Maintenance
		alert AlertFired
		held  bool
	}{
		{"the whole team", oncall.Maintenance{Team: "platform"}, fired, true},
		{"another team", oncall.Maintenance{Team: "web"}, fired, false},
		{"its integration", oncall.Maintenance{Team: "platform", Integration: "prom"}, fired, true},
		{"another integration", oncall.Maintenance{Team: "platform", Integration: "graf"}, fired, false},
		{"its route", oncall.Maintenance{Team: "platform", Route: `severity="info"`}, routed, true},
		{"another route", oncall.Maintenance{Team: "platform", Route: `severity="error"`}, routed, false},
		{"a route, and it came by none", oncall.Maintenance{Team: "platform", Route: `severity="info"`}, unrouted, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.m.ID, tt.m.Start, tt.m.End, tt.m.Reason = "7", nine, end, "new disks"
			r := sample(nil)
			r.Maintenance = []oncall.Maintenance{tt.m}
			in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, tt.alert, nine))
			if held := in.HeldUntil.Equal(end) && in.HeldBy == "7"; held != tt.held || in.Started == tt.held {
				t.Fatalf("held by %q until %s, started %t", in.HeldBy, in.HeldUntil, in.Started)
			}
			in = must(t)(Decide(in, r, Tick{ID: in.ID}, end))
			if !in.Started || !in.HeldUntil.IsZero() || len(in.Runs) == 0 {
				t.Errorf("after its end: held until %s, started %t, %d runs", in.HeldUntil, in.Started, len(in.Runs))
			}
		})
	}
}

// TestWhatBecomesOfTheHeld ends, prolongs and joins maintenances while one holds, and
// has people act meanwhile.
func TestWhatBecomesOfTheHeld(t *testing.T) {
	minutes := func(n int) time.Time { return nine.Add(time.Duration(n) * time.Minute) }
	of := func(id string, from, to int) oncall.Maintenance {
		return oncall.Maintenance{ID: id, Team: "platform", Start: minutes(from), End: minutes(to)}
	}
	tick, by := Tick{ID: "PLATFORM-1"}, By("ana")
	tests := []struct {
		name  string
		later []oncall.Maintenance // in place of 7, which ends after an hour
		ev    Event                // ten minutes after it opened
		held  int                  // until when, in minutes; 0: not held
		by    string
		state State
	}{
		{"nothing happens", []oncall.Maintenance{of("7", 0, 60)}, tick, 60, "7", Triggered},
		{"ended early", []oncall.Maintenance{of("7", 0, 10)}, tick, 0, "7", Triggered},
		{"struck off", nil, tick, 0, "7", Triggered},
		{"ended early in another that is shorter", []oncall.Maintenance{of("7", 0, 10), of("8", 5, 30)}, tick, 30, "8", Triggered},
		{"one more that lasts longer", []oncall.Maintenance{of("7", 0, 60), of("8", 5, 90)}, tick, 90, "8", Triggered},
		{"one more that begins at its end does not hold it yet", []oncall.Maintenance{of("7", 0, 60), of("8", 60, 90)}, tick, 60, "7", Triggered},
		{"escalated by hand", []oncall.Maintenance{of("7", 0, 60)}, Escalated{ID: "PLATFORM-1", By: by}, 0, "7", Triggered},
		{"acknowledged", []oncall.Maintenance{of("7", 0, 60)}, Acked{ID: "PLATFORM-1", By: by}, 0, "7", Acknowledged},
		{"reassigned within the team", []oncall.Maintenance{of("7", 0, 60)}, Reassigned{ID: "PLATFORM-1", By: by, Person: "ben"}, 60, "7", Triggered},
		{"a plain duplicate", []oncall.Maintenance{of("7", 0, 60)}, fired, 60, "7", Triggered},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sample(nil)
			r.Maintenance = []oncall.Maintenance{of("7", 0, 60)}
			in := opened(t, r)
			r.Maintenance = tt.later
			in = must(t)(Decide(in, r, tt.ev, minutes(10)))
			want := time.Time{}
			if tt.held > 0 {
				want = minutes(tt.held)
			}
			if !in.HeldUntil.Equal(want) || in.HeldBy != tt.by || in.State != tt.state {
				t.Errorf("held by %q until %s, %s; want by %q until %s, %s", in.HeldBy, in.HeldUntil, in.State, tt.by, want, tt.state)
			}
			if paging := len(in.Runs) > 0; paging != (tt.held == 0 && tt.state == Triggered) {
				t.Errorf("%d runs", len(in.Runs))
			}
		})
	}
}

func TestATickOfWhatIsHeldChangesNothing(t *testing.T) {
	r := sample(nil)
	r.Maintenance = []oncall.Maintenance{{ID: "7", Team: "platform", Start: nine, End: nine.Add(time.Hour)}}
	in := opened(t, r)
	in.Timeline = nil
	if next, owed, err := Decide(in, r, Tick{ID: in.ID}, nine.Add(time.Minute)); err != nil || !same(in, next) || len(owed) > 0 {
		t.Errorf("owes %+v, %v, and is now %+v", owed, err, next)
	}
}

func TestTheTimelineSaysWhatHoldsIt(t *testing.T) {
	r := sample(nil)
	r.Maintenance = []oncall.Maintenance{{ID: "7", Team: "platform", Integration: "prom", Start: nine, End: nine.Add(time.Hour), Reason: "new disks"}}
	var lines []string
	for _, e := range opened(t, r).Timeline {
		lines = append(lines, e.Text)
	}
	want := "maintenance of platform (integration prom), new disks: nobody is paged until " + nine.Add(time.Hour).Format(time.RFC3339)
	if got := strings.Join(lines, "\n"); !strings.Contains(got, want) {
		t.Errorf("timeline:\n%s\nwant %s in it", got, want)
	}
}
