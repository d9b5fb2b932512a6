package incident

import (
	"fmt"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Decide applies an event to an incident at now and runs whatever is due then. It
// answers with the next incident and the effects that it newly owes. An error is
// a refusal in words for whoever asked; the incident is then as it was.
//
// An alert of an unknown key meets the zero Incident with nothing but its ID; any
// other event meets one that is stored.
func Decide(in Incident, roster oncall.Roster, ev Event, now time.Time) (Incident, []Effect, error) {
	next := in.clone()
	if crowded, ok := ev.(Crowded); ok {
		next.crowd, ev = crowded.Crowd, crowded.Event
	}
	down, unattended := ev.(Unattended)
	if unattended {
		ev = down.Event
	}
	if err := next.apply(roster, ev, now); err != nil {
		return in, nil, err
	}
	if !unattended {
		next.settle(roster, now)
	}
	next.prune()
	next.crowd = Crowd{}
	before := in.Owed()
	owed := slices.DeleteFunc(next.Owed(), func(e Effect) bool { return slices.Contains(before, e) })
	return next, owed, nil
}

func (in *Incident) apply(roster oncall.Roster, ev Event, now time.Time) error {
	switch e := ev.(type) {
	case AlertFired:
		if in.State == "" {
			return in.open(roster, e, now)
		}
		return in.again(roster, e, now)
	case AlertResolved, AlertAcknowledged, AlertUnacknowledged, AlertSnoozed, AlertReworded, AlertNoted:
		return in.applySender(roster, ev, now)
	case Tick:
		in.review(roster, now)
		return nil
	case PageSending, PageSent, PageHeld, PageUnknown, PageDelivered, PageRinging, PageFailed, PageCancelled:
		return in.applyPage(ev, now)
	case CardShowing:
		return in.showing(e, now)
	case CardShown:
		return in.shown(e, now)
	case CardStormed:
		return in.stormed(e)
	case CardFreed:
		return in.freed(e, now)
	case RoomOpened, RoomRefused, RoomClosed, StatusTold:
		return in.applyRoom(ev, now)
	}
	if err := in.applyPerson(roster, ev, now); err != nil {
		return err
	}
	in.hurry()
	return nil
}

// applyPerson applies what people say, in words for whoever said it.
func (in *Incident) applyPerson(roster oncall.Roster, ev Event, now time.Time) error {
	if in.State == "" {
		return ErrNotFound
	}
	if e, ok := ev.(Noted); ok {
		in.note(now, KindNote, e.By, "%s", e.Text)
		return nil
	}
	if e, ok := ev.(Marked); ok {
		return in.mark(e, now)
	}
	if in.State == Resolved {
		return fmt.Errorf("%s is %w", in.ID, ErrResolved)
	}
	switch e := ev.(type) {
	case Acked:
		return in.acknowledge(roster, e, now)
	case Taken:
		return in.takeOver(roster, e, now)
	case Unacked:
		return in.unacknowledge(roster, e, now)
	case Closed:
		in.resolve(e.By, e.Note, now)
		return nil
	case Escalated:
		return in.escalate(roster, e, now)
	case Slept:
		return in.snooze(e, now)
	case Reassigned:
		return in.reassign(roster, e, now)
	case Added:
		return in.add(roster, e, now)
	}
	return fmt.Errorf("event %T: %w", ev, ErrRefused)
}

// touch says that the card shows something else from now on.
func (in *Incident) touch(now time.Time) {
	in.lag(now)
	in.Revision++
}

// lag says since when the cards are behind. One that is behind already stays due when
// it was: whoever draws it draws what there is then.
func (in *Incident) lag(now time.Time) {
	if !slices.ContainsFunc(in.Cards, in.behind) {
		in.Changed = now
	}
}
