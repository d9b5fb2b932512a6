package wire

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Strokes are how a platform draws one incident.
type Strokes struct {
	// Card posts the card or edits it; drawn is false where it was up to date.
	Card func(context.Context) (ref string, drawn bool, err error)
	// News tells the thread what it does not hold yet, and returns how much it then does.
	News func(context.Context) (told int, err error)
	// Copies draws the direct messages that show an older state, as far as it gets.
	Copies func(context.Context) ([]incident.PageID, error)
}

// Show brings the card of an incident up to date, then its thread, then the direct
// messages that show an older state. The Showing counts even beside an error.
//
// The thread does not wait for the direct messages: after a long night there are many
// of them, and edits share one budget. A thread that has to wait is no error once
// something else was done: the card shows the present state, and the caller comes back
// for the lines not told yet.
func Show(parent context.Context, log *slog.Logger, in incident.Incident, s Strokes) (showing incident.Showing, err error) {
	ctx, cancel := Errand(parent)
	defer cancel()
	ref, drawn, err := s.Card(ctx)
	if err != nil {
		return incident.Showing{}, Settle(err)
	}
	showing.Ref = ref
	told, waits := s.News(ctx)
	showing.Told = told
	if showing.Drawn, err = s.Copies(ctx); err != nil {
		return showing, Settle(err)
	}
	if waits != nil && !drawn && told == 0 {
		return showing, Settle(waits)
	}
	if waits != nil {
		log.WarnContext(parent, "thread not told yet", "incident", in, "err", waits)
	}
	return showing, nil
}

// Places are where a platform tells letters and shows who is on call.
type Places struct {
	Of           string // "Slack"
	Tell, Pin    func(context.Context) (ref string, err error)
	Group, Topic func(context.Context) error
}

// Deliver tells what a letter says, or brings a place that shows who is on call up to
// date. The answer names the message that the next letter of the same key edits;
// beside an error it is the one that s came with.
func Deliver(parent context.Context, s oncall.Sending, p Places) (ref string, err error) {
	ctx, cancel := Errand(parent)
	defer cancel()
	ref = s.Ref
	switch s.Letter.Show {
	case "":
		ref, err = p.Tell(ctx)
	case oncall.ShowPin:
		ref, err = p.Pin(ctx)
	case oncall.ShowGroup:
		err = p.Group(ctx)
	case oncall.ShowTopic:
		err = p.Topic(ctx)
	default:
		err = &incident.Fault{Reason: fmt.Sprintf("%s has no %q to show it in", p.Of, s.Letter.Show)}
	}
	if err != nil {
		return s.Ref, Settle(err)
	}
	return ref, nil
}
