package handoff

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestADigestIsToldOnceAWeek(t *testing.T) {
	r := newRoster(t)
	r.Digest = oncall.Digest{Slack: "C0BOSS", Teams: []oncall.TeamID{"platform"}, Day: time.Monday, At: 9 * 60}
	none := func(oncall.TeamID) ([]incident.Incident, error) { return nil, nil }
	book := oncall.Book{}
	due := func(now time.Time) (weeks []oncall.Span) {
		t.Helper()
		change, _, err := Plan(book, r, none, nil, now)
		if err != nil {
			t.Fatal(err)
		}
		book = change.Book
		for _, l := range change.Letters {
			if !l.Week.Start.IsZero() {
				weeks = append(weeks, l.Week)
			}
		}
		return weeks
	}
	nine := time.Date(2026, time.January, 12, 9, 0, 0, 0, r.Location())
	for _, step := range []struct {
		name string
		now  time.Time
		want int
	}{
		{"at the first start of the week before nothing is told", nine.Add(-time.Hour), 0},
		{"at nine the week is told", nine, 1},
		{"and not again", nine.Add(time.Minute), 0},
		{"after a day away of the next week it is too late", nine.AddDate(0, 0, 8).Add(time.Second), 0},
		{"the one after that is told, though late", nine.AddDate(0, 0, 14).Add(5 * time.Hour), 1},
	} {
		weeks := due(step.now)
		if len(weeks) != step.want {
			t.Errorf("%s: told of %v", step.name, weeks)
		}
		for _, w := range weeks {
			if w.End.After(step.now) || step.now.Sub(w.End) > 24*time.Hour {
				t.Errorf("%s: a week that ends %v", step.name, w.End)
			}
		}
	}
}
