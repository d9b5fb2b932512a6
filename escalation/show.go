package escalation

import (
	"context"
	"errors"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// cardRetry is how long a card waits after a fault that names no time. It keeps a
// card from standing later than half a minute after its provider's return.
const cardRetry = 10 * time.Second

// show brings one card up to date from the state as it is now.
func (d *Dispatcher) show(ctx context.Context, e incident.Effect) error {
	k, joined, err := d.room(ctx, e)
	if joined || errors.Is(err, incident.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	in, roster, err := d.handle(ctx, incident.CardShowing{ID: e.Incident, Board: e.Board, Channel: e.Channel}, &k)
	if errors.Is(err, incident.ErrWithdrawn) || errors.Is(err, incident.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	d.Point("after-claim-card")
	shown := incident.CardShown{ID: in.ID, Board: e.Board, Channel: e.Channel, Revision: in.Revision}
	scene := incident.Scene{Incident: in, Roster: roster, Copies: copies(in)}
	for _, c := range in.Cards {
		if c.Board == e.Board && c.Channel == e.Channel {
			scene.Card, shown.Told = c, c.Told
		}
	}
	scene.News, err = d.Journal.TimelineFrom(ctx, in.ID, scene.Card.Told)
	if err != nil {
		shown.Err, shown.Retry = "timeline not read", d.Now().Add(time.Second)
		return errors.Join(err, d.report(ctx, shown))
	}
	showing, err := d.draw(ctx, e.Board, scene)
	d.Point("after-draw")
	shown.Ref, shown.Drawn = showing.Ref, showing.Drawn
	shown.Told += showing.Told
	if err != nil {
		fault := asFault(err)
		shown.Err, shown.Unknown, shown.Gone = fault.Reason, fault.Unknown, fault.Gone
		shown.Retry = d.Now().Add(cardRetry)
		if fault.Retry > 0 {
			shown.Retry = d.Now().Add(fault.Retry)
		}
		d.Log.WarnContext(ctx, "card not shown", "incident", in, "board", e.Board, "err", fault.Reason)
		if fault.Admin != "" {
			d.Alarm(ctx, fault.Admin)
		}
	}
	return d.reportOf(ctx, shown, &known{in, roster})
}

// draw asks the board. A board that is not configured has nothing to show.
func (d *Dispatcher) draw(ctx context.Context, board string, scene incident.Scene) (incident.Showing, error) {
	b, ok := d.Boards[board]
	if !ok {
		return incident.Showing{Told: len(scene.News)}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	return b.Show(ctx, scene)
}

// copies are the direct messages that show an older state than the incident's.
func copies(in incident.Incident) []incident.Page {
	var stale []incident.Page
	for _, p := range in.Pages {
		if p.Via == oncall.Chat && p.Ref != "" && p.Drawn != in.State {
			stale = append(stale, p)
		}
	}
	return stale
}
