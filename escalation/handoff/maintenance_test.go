package handoff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// plans puts a maintenance of platform in the book, as the word does.
func (w *world) plans(id string, start, end time.Time) {
	m := oncall.Maintenance{ID: id, Team: "platform", Start: start, End: end, By: "ana", Reason: "new disks", Made: w.now}
	w.book.Maintenance = append(w.book.Maintenance, m)
}

// ends ends it early, as the word does.
func (w *world) ends(id string, by oncall.PersonID, at time.Time) {
	for i := range w.book.Maintenance {
		if m := &w.book.Maintenance[i]; m.ID == id && m.End.After(at) {
			m.End, m.EndedBy = at, by
			w.book.Version++
		}
	}
}

// fires opens one more incident.
func (w *world) fires(t testing.TB, at time.Time) {
	t.Helper()
	w.now = at
	n := len(w.open) + 1
	err := w.decide(incident.AlertFired{
		Key: incident.Key{Integration: "prom", Dedup: fmt.Sprint(n)}, Alert: incident.Alert{Title: fmt.Sprint("Disk ", n, " full"), Severity: incident.Critical},
		Route: incident.Route{Team: "platform"},
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
}

func TestAMaintenanceIsToldAtItsStartAndItsEnd(t *testing.T) {
	twins(t, func(t *testing.T, w *world, monday time.Time) {
		name := "maintenance"
		if monday.Equal(spring) {
			name += "-clock-change"
		}
		start := monday.Add(-31 * time.Hour) // an hour before the clocks jump, in spring
		end := start.Add(2 * time.Hour)
		w.plans("7", start, end)
		story := w.story(t, start.Add(-time.Hour), start.Add(-time.Second), start, start.Add(time.Second))
		w.fires(t, start.Add(time.Minute))
		w.fires(t, start.Add(2*time.Minute))
		if got := w.open[0]; got.Started || !got.HeldUntil.Equal(end) {
			t.Errorf("it is not held back: %+v", got)
		}
		w.open[1].State = incident.Acknowledged
		story += w.story(t, end.Add(-time.Second), end, end.Add(time.Second), end.Add(lingering))
		golden(t, name, story)
		if len(w.book.Maintenance) != 0 || len(w.rows) != 2 {
			t.Errorf("left in the book: %+v; rows %+v", w.book.Maintenance, w.rows)
		}
	})
}

func TestAMaintenanceThatIsEndedEarlyLetsGoAtOnce(t *testing.T) {
	w := newWorld(t)
	w.plans("7", monday.Add(-48*time.Hour), monday)
	d := w.desk()
	w.pass(t, d, monday.Add(-48*time.Hour))
	w.fires(t, monday.Add(-47*time.Hour))
	w.text()
	w.ends("7", "ben", monday.Add(-46*time.Hour))
	got := w.story(t, monday.Add(-46*time.Hour), monday.Add(-46*time.Hour).Add(time.Second), monday.Add(-45*time.Hour))
	golden(t, "maintenance-early", got)
	if in := w.open[0]; !in.Started || !in.HeldUntil.IsZero() {
		t.Errorf("it is still held back: %+v", in)
	}
	if len(w.book.Maintenance) != 0 {
		t.Errorf("left in the book: %+v", w.book.Maintenance)
	}
}

// TestWhatComesLateIntoAMaintenanceIsLetGoToo has an alert on its way, by a roster of
// before, while somebody ends the maintenance.
func TestWhatComesLateIntoAMaintenanceIsLetGoToo(t *testing.T) {
	w := newWorld(t)
	start, over := monday.Add(-48*time.Hour), monday.Add(-46*time.Hour)
	w.plans("7", start, monday)
	w.pass(t, w.desk(), start)
	w.fires(t, over)
	late := w.open
	w.open = nil
	w.ends("7", "ben", over)
	w.pass(t, w.desk(), over)
	w.open = late
	w.pass(t, w.desk(), over.Add(lingering))
	if in := w.open[0]; !in.Started || len(w.book.Maintenance) != 0 {
		t.Errorf("it waits for a maintenance that is over: %+v, book %+v", in, w.book.Maintenance)
	}
}

func TestAnotherMaintenanceHoldsOn(t *testing.T) {
	w := newWorld(t)
	start, over := monday.Add(-48*time.Hour), monday.Add(-46*time.Hour)
	w.plans("7", start, monday)
	w.plans("9", start, over.Add(time.Hour))
	w.pass(t, w.desk(), start)
	w.fires(t, start.Add(time.Minute))
	w.text()
	w.ends("7", "ben", over)
	w.pass(t, w.desk(), over)
	if got := w.text(); !strings.Contains(got, "Ben Li ended the maintenance of Platform early") || strings.Contains(got, "Paging starts") {
		t.Errorf("told:\n%s", got)
	}
	if in := w.open[0]; in.Started || in.HeldBy != "9" {
		t.Errorf("held by %q, started %t; want by 9", in.HeldBy, in.Started)
	}
}

func TestAMaintenanceThatNobodyCouldLookAtIsToldLater(t *testing.T) {
	w := newWorld(t)
	start, over := monday.Add(-48*time.Hour), monday.Add(-46*time.Hour)
	w.plans("7", start, over)
	d := w.desk()
	w.pass(t, d, start)
	w.text()
	away := errors.New("shard is away")
	d.Open = func(context.Context, oncall.TeamID) ([]incident.Incident, error) { return nil, away }
	w.now = over
	if err := d.Pass(t.Context()); !errors.Is(err, away) {
		t.Errorf("error = %v, want %v", err, away)
	}
	if got := w.text(); strings.Contains(got, "is over") {
		t.Errorf("told of what nobody could see:\n%s", got)
	}
	w.pass(t, w.desk(), over.Add(time.Hour))
	if got := w.text(); strings.Count(got, "The maintenance of Platform is over") != 1 {
		t.Errorf("told:\n%s", got)
	}
}

func TestATeamWithoutAChannelIsToldNothing(t *testing.T) {
	w := newWorld(t)
	team := w.roster.Teams["platform"]
	team.SlackChannel, team.Announce = "", oncall.Announcement{}
	w.roster.Teams["platform"] = team
	start, over := monday.Add(-48*time.Hour), monday.Add(-46*time.Hour)
	w.plans("7", start, over)
	if got := w.story(t, start, over, over.Add(lingering)); strings.Contains(got, "aintenance") || len(w.book.Maintenance) != 0 {
		t.Errorf("told:\n%s\nleft %+v", got, w.book.Maintenance)
	}
}

// TestEveryMaintenanceIsToldOnce lets desks whose clocks differ pass into each other
// over random maintenances, some ended early, each desk dying now and then. Each
// beginning and each end is told once, and in the end nothing waits.
func TestEveryMaintenanceIsToldOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		begin := monday.Add(-60 * time.Hour)
		var desks []*Desk
		for _, ahead := range []time.Duration{0, 700 * time.Millisecond, 2 * time.Second} {
			desks = append(desks, w.fast(ahead))
		}
		minute := func(most int) time.Duration {
			return time.Duration(rapid.IntRange(1, most).Draw(rt, "minutes")) * time.Minute
		}
		w.pass(rt, desks[0], begin)
		w.dies = deaths(rapid.Uint64().Draw(rt, "deaths"))
		planned := rapid.IntRange(1, 3).Draw(rt, "planned")
		for i := range planned {
			start := begin.Add(minute(120))
			w.plans(fmt.Sprint(i+1), start, start.Add(minute(120)))
		}
		for at := begin; at.Before(begin.Add(5 * time.Hour)); {
			at = at.Add(minute(20))
			if rapid.Bool().Draw(rt, "alert") {
				w.fires(t, at)
			}
			if id := fmt.Sprint(rapid.IntRange(1, 9).Draw(rt, "early")); slices.ContainsFunc(w.book.Maintenance, func(m oncall.Maintenance) bool {
				return m.ID == id && m.Start.Before(at)
			}) {
				w.ends(id, "ben", at)
			}
			rival := desks[rapid.IntRange(0, len(desks)-1).Draw(rt, "rival")]
			w.rival = func() { _ = rival.Pass(t.Context()) }
			w.pass(rt, desks[rapid.IntRange(0, len(desks)-1).Draw(rt, "desk")], at)
			w.rival = nil
		}
		w.dies = nil
		w.pass(rt, desks[0], begin.Add(6*time.Hour))
		ended, begun := 0, 0
		for _, s := range w.got {
			switch {
			case strings.HasPrefix(s.Letter.Text, "The maintenance of"), strings.HasPrefix(s.Letter.Text, "Ben Li ended"):
				ended++
			case strings.Contains(s.Letter.Text, "alerts are stored"):
				begun++
			}
		}
		if ended != planned || begun > planned || len(w.book.Maintenance) > 0 {
			rt.Fatalf("of %d told %d beginnings and %d ends, left %+v", planned, begun, ended, w.book.Maintenance)
		}
		for _, in := range w.open {
			if in.HeldUntil.After(w.now) {
				rt.Fatalf("%s is held until %s", in.ID, in.HeldUntil)
			}
		}
	})
}
