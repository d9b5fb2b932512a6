package intake

import (
	"context"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// A change is something that was done to what the team watches, such as a
// deployment: it may be why an incident is open.
type change struct {
	words string
	alert incident.Alert // an alert about it would go to the same team
}

const (
	// maxNoted is how many open incidents hear of one change, the newest ones.
	maxNoted = 100

	// remembered is how long a note is known again that a sender repeats.
	remembered = 24 * time.Hour

	// undoing bounds the time to forget what could not be done.
	undoing = 2 * time.Second
)

// spread notes a change in the team's open incidents. Each hears of it once,
// however often the sender repeats it.
func (d *Door) spread(ctx context.Context, setup Setup, from Integration, c change, key string) error {
	team := setup.Route(from, c.alert).Team
	open, err := d.options.Open(ctx, team, maxNoted)
	if err != nil {
		return err
	}
	for _, in := range open {
		if err := d.noteOnce(ctx, in.ID, from, c.words, key); err != nil {
			return err
		}
	}
	return nil
}

// noteOnce adds words to an incident's timeline, unless the same key has done so
// before. A crash between the two loses the words for this incident alone.
func (d *Door) noteOnce(ctx context.Context, id incident.ID, from Integration, words, key string) error {
	once := digest(string(id), from.Name, key)
	first, err := d.options.Once(ctx, "note", once, remembered)
	if err != nil || !first {
		return err
	}
	note := incident.Noted{ID: id, By: incident.Actor{Name: from.Name}, Text: words}
	if _, err := d.options.Handler.Handle(ctx, note); err != nil && !settled(note, err) {
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoing)
		defer cancel()
		_ = d.options.Forget(undo, "note", once) // else it is missing from this timeline; the sender hears of the error
		return err
	}
	return nil
}
