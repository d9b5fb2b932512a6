package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Witness knows whether people can be reached.
type Witness interface {
	// Reaches returns what is known of how each of the people is reached.
	Reaches(context.Context, []oncall.PersonID) (map[oncall.PersonID]oncall.Reach, error)
	// Drilled notes how far a test page has come, and reports whether that was news.
	Drilled(context.Context, oncall.DrillNews) (bool, error)
	// Spend takes one off what a person may spend on what goes to a number, or
	// returns how long to wait for one.
	Spend(ctx context.Context, kind oncall.Spending, person oncall.PersonID, phone oncall.Phone) (wait time.Duration, err error)
}

// readyTime bounds a look at whether people can be reached: who is on call is told
// without it.
const readyTime = 500 * time.Millisecond

// watched is the turn in which names bear a sign where somebody on call at that time,
// or next, may not be reached.
func (t turn) watched(ctx context.Context, at time.Time, places ...place) turn {
	var ids []oncall.PersonID
	for _, p := range places {
		s := p.of(t.roster)
		ids = append(ids, s.At(at, t.roster.Active).OnCall...)
		if _, next, ok := s.Next(at, t.roster.Active); ok {
			ids = append(ids, next.OnCall...)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	known, err := t.desk.Reaches(ctx, ids)
	if err != nil {
		return t
	}
	book, _, err := t.desk.Book(ctx)
	if err != nil {
		return t
	}
	t.signs = map[oncall.PersonID]string{}
	for _, id := range ids {
		if warning := t.roster.People[id].Ready(known[id], book.Drills[id], t.now).Warning(); warning != "" {
			t.signs[id] = " (" + t.signed(warning) + ")"
		}
	}
	return t
}

// placesOf are the schedules of some teams.
func (t turn) placesOf(teams []oncall.TeamID) []place {
	var all []place
	for _, id := range teams {
		for _, name := range t.roster.Teams[id].ScheduleNames() {
			all = append(all, place{id, name})
		}
	}
	return all
}

// signed is a text without the sign that would double the length of an SMS.
func (t turn) signed(text string) string {
	if t.Source == "sms" || t.Source == "voice" {
		return strings.ReplaceAll(text, "⚠ ", "warning: ")
	}
	return text
}

// readiness are the lines of me on whether the speaker can be reached.
func (t turn) readiness(ctx context.Context, book oncall.Book) []string {
	id := t.By.Person
	d, tested := book.Drills[id]
	reach := "Reach: can't be looked up at the moment"
	if known, err := t.desk.Reaches(ctx, []oncall.PersonID{id}); err == nil {
		reach = t.signed("Reach: " + t.roster.People[id].Ready(known[id], d, t.now).String())
	}
	if !tested {
		return []string{reach, "Never tested; test me pages you by every way at once"}
	}
	return []string{reach, fmt.Sprintf("Last test, %s: %s", t.moment(d.Made), d)}
}
