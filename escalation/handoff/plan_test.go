package handoff

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// spring is a handoff of techops on the day after the clocks jumped in New York.
var spring = time.Date(2026, time.March, 9, 13, 0, 0, 0, time.UTC)

// twins runs a test about a handoff in winter, and again about one just after a clock
// change.
func twins(t *testing.T, test func(t *testing.T, w *world, monday time.Time)) {
	t.Helper()
	t.Run("in winter", func(t *testing.T) { test(t, newWorld(t), monday) })
	t.Run("across a clock change", func(t *testing.T) { test(t, newWorld(t), spring) })
}

func acked(by oncall.PersonID) incident.Incident {
	return incident.Incident{ID: "PLATFORM-42", Team: "platform", Title: "Disk full", State: incident.Acknowledged, AckedBy: incident.By(by)}
}

// story winds through moments and writes down what is told at each.
func (w *world) story(t *testing.T, moments ...time.Time) string {
	t.Helper()
	var b strings.Builder
	d := w.desk()
	for _, at := range moments {
		w.pass(t, d, at)
		b.WriteString("-- " + at.UTC().Format(time.RFC3339) + "\n" + w.text())
	}
	return b.String()
}

func TestTheWeekOfAHandoff(t *testing.T) {
	w := newWorld(t)
	w.open = []incident.Incident{acked("ana"), {ID: "PLATFORM-43", Team: "platform", Title: "Slow", State: incident.Triggered}}
	golden(t, "week", w.story(t,
		monday.Add(-48*time.Hour), monday.Add(-61*time.Minute), monday.Add(-time.Hour), monday.Add(-time.Second),
		monday, monday.Add(time.Second), monday.Add(time.Hour)))
}

// TestTheWeekOfAHandoffAcrossAClockChange is its twin: the clocks jumped the day
// before.
func TestTheWeekOfAHandoffAcrossAClockChange(t *testing.T) {
	w := newWorld(t)
	golden(t, "week-clock-change", w.story(t,
		spring.Add(-24*time.Hour), spring.Add(-time.Hour), spring.Add(-time.Second), spring))
}

func TestHoursAwayTellOnlyThePresent(t *testing.T) {
	twins(t, func(t *testing.T, w *world, monday time.Time) {
		w.pass(t, w.desk(), monday.Add(-48*time.Hour))
		w.text()
		w.pass(t, w.desk(), monday.Add(15*24*time.Hour)) // two handoffs later Ben has it again
		got := w.text()
		if n := strings.Count(got, "Handoff of Platform"); n != 1 {
			t.Errorf("told %d times:\n%s", n, got)
		}
		if !strings.Contains(got, "platform/techops: Ben Li, Hal Byrne come on after Ana Ortiz") {
			t.Errorf("not the present state:\n%s", got)
		}
	})
}

func TestWishesOfBeingToldEarly(t *testing.T) {
	twins(t, func(t *testing.T, w *world, monday time.Time) {
		never, early := time.Duration(0), 36*time.Hour
		w.book.Wishes = map[oncall.PersonID]oncall.Wish{"ben": {Lead: &early}, "hal": {Lead: &never}}
		got := w.story(t, monday.Add(-48*time.Hour), monday.Add(-36*time.Hour), monday.Add(-time.Hour), monday.Add(-time.Minute))
		if strings.Contains(got, "to @hal: You come on call") || strings.Count(got, "to @ben: You come on call for platform/techops") != 1 {
			t.Errorf("wishes are not followed:\n%s", got)
		}
	})
}

func TestAsksLapse(t *testing.T) {
	twins(t, func(t *testing.T, w *world, monday time.Time) {
		name := "lapse"
		if monday.Equal(spring) {
			name += "-clock-change"
		}
		give := oncall.Span{Start: monday, End: monday.Add(7 * 24 * time.Hour)}
		until := monday.Add(-24 * time.Hour)
		w.book.Asks = []oncall.Ask{
			{ID: "3", Kind: oncall.Swap, Team: "platform", Schedule: "techops", By: "ben", To: "ana", Give: give, Until: until},
			{ID: "4", Kind: oncall.Cover, Team: "platform", Schedule: "techops", By: "ben", Give: give, Until: until},
			{ID: "5", Kind: oncall.Cover, Team: "platform", Schedule: "techops", By: "ben", Give: give, Until: monday},
		}
		golden(t, name, w.story(t, until.Add(-time.Second), until))
		if len(w.book.Asks) != 1 || w.book.Asks[0].ID != "5" || len(w.book.Answers) != 2 || len(w.rows) != 2 {
			t.Errorf("asks %+v, answers %+v, rows %+v", w.book.Asks, w.book.Answers, w.rows)
		}
	})
}

func TestAnOverrideThatWasJustMadeIsToldInTheChannelAlone(t *testing.T) {
	twins(t, func(t *testing.T, w *world, monday time.Time) {
		d := w.desk()
		at := monday.Add(-48 * time.Hour)
		w.pass(t, d, at)
		w.text()
		w.book.Bookings = []oncall.Booking{{Team: "platform", Schedule: "techops", Made: at, Override: oncall.Override{
			ID: "1", Start: at, End: at.Add(time.Hour), OnCall: []oncall.PersonID{"ben"},
		}}}
		w.pass(t, d, at.Add(time.Second))
		got := w.text()
		if strings.Contains(got, "call now") || !strings.Contains(got, "Ben Li comes on after Ana Ortiz") {
			t.Errorf("told:\n%s", got)
		}
	})
}

func TestAScheduleThatIsGoneBeginsSilently(t *testing.T) {
	w := newWorld(t)
	d := w.desk()
	w.pass(t, d, monday.Add(-48*time.Hour))
	schedules := w.roster.Teams["platform"].Schedules
	techops := schedules["techops"]
	delete(schedules, "techops")
	w.pass(t, d, monday.Add(-47*time.Hour))
	schedules["techops"] = techops
	w.text()
	w.pass(t, d, monday.Add(time.Minute))
	if got := w.text(); strings.Contains(got, "techops: ") {
		t.Errorf("told:\n%s", got)
	}
}

func TestAMutedTeamIsToldInPrivateAlone(t *testing.T) {
	w := newWorld(t)
	team := w.roster.Teams["platform"]
	team.Announce = oncall.Announcement{Mute: true}
	w.roster.Teams["platform"] = team
	got := w.story(t, monday.Add(-time.Minute), monday)
	if strings.Contains(got, "to #platform") || !strings.Contains(got, "to @ben: You are on call now") {
		t.Errorf("told:\n%s", got)
	}
}

func TestALongListOfOpenIncidentsIsCut(t *testing.T) {
	w := newWorld(t)
	for i := range 12 {
		in := acked("ana")
		in.ID, in.State = incident.ID(fmt.Sprintf("PLATFORM-%d", i+1)), []incident.State{incident.Triggered, incident.Acknowledged, incident.Snoozed}[i%3]
		w.open = append(w.open, in)
	}
	w.pass(t, w.desk(), monday.Add(-time.Minute))
	w.text()
	golden(t, "open", w.story(t, monday))
}
