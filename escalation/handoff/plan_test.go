package handoff

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

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
	spring := time.Date(2026, time.March, 9, 13, 0, 0, 0, time.UTC)
	golden(t, "week-clock-change", w.story(t,
		spring.Add(-24*time.Hour), spring.Add(-time.Hour), spring.Add(-time.Second), spring))
}

func TestHoursAwayTellOnlyThePresent(t *testing.T) {
	w := newWorld(t)
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
}

func TestWishesOfBeingToldEarly(t *testing.T) {
	w := newWorld(t)
	never, early := time.Duration(0), 36*time.Hour
	w.book.Wishes = map[oncall.PersonID]oncall.Wish{"ben": {Lead: &early}, "hal": {Lead: &never}}
	got := w.story(t, monday.Add(-48*time.Hour), monday.Add(-36*time.Hour), monday.Add(-time.Hour), monday.Add(-time.Minute))
	if strings.Contains(got, "to @hal: You come on call") || strings.Count(got, "to @ben: You come on call for platform/techops") != 1 {
		t.Errorf("wishes are not followed:\n%s", got)
	}
}

func TestGapsAreWarnedOfOnceADay(t *testing.T) {
	w := newWorld(t)
	team := w.roster.Teams["platform"]
	team.Policies["default"] = oncall.Policy{Name: "default", Tiers: []oncall.Tier{
		{Page: []oncall.Target{{Kind: oncall.ToSchedule, Name: "office"}}},
	}}
	thursday := monday.Add(3 * 24 * time.Hour)
	story := w.story(t, thursday, thursday.Add(12*time.Hour))
	w.book.Bookings = []oncall.Booking{{Team: "platform", Schedule: "office", Override: oncall.Override{
		ID: "1", Start: thursday, End: thursday.Add(20 * 24 * time.Hour), OnCall: []oncall.PersonID{"ana"},
	}}}
	golden(t, "gaps", story+w.story(t, thursday.Add(13*time.Hour), thursday.Add(14*time.Hour)))
}

func TestAsksLapse(t *testing.T) {
	w := newWorld(t)
	give := oncall.Span{Start: monday, End: monday.Add(7 * 24 * time.Hour)}
	until := monday.Add(-24 * time.Hour)
	w.book.Asks = []oncall.Ask{
		{ID: "3", Kind: oncall.Swap, Team: "platform", Schedule: "techops", By: "ben", To: "ana", Give: give, Until: until},
		{ID: "4", Kind: oncall.Cover, Team: "platform", Schedule: "techops", By: "ben", Give: give, Until: until},
		{ID: "5", Kind: oncall.Cover, Team: "platform", Schedule: "techops", By: "ben", Give: give, Until: monday},
	}
	golden(t, "lapse", w.story(t, until.Add(-time.Second), until))
	if len(w.book.Asks) != 1 || w.book.Asks[0].ID != "5" || len(w.book.Answers) != 2 || len(w.rows) != 2 {
		t.Errorf("asks %+v, answers %+v, rows %+v", w.book.Asks, w.book.Answers, w.rows)
	}
}

func TestAnOverrideThatWasJustMadeIsToldInTheChannelAlone(t *testing.T) {
	w := newWorld(t)
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
