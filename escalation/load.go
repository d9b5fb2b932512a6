package escalation

import (
	"context"
	"errors"
	"fmt"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// load finds the incident an event is about. An alert of a key without an open
// incident claims the next one, or joins the one that has it as a member.
func (d *Dispatcher) load(ctx context.Context, ev incident.Event) (incident.Incident, oncall.Roster, error) {
	subject := ev.Subject()
	in, roster, err := d.Store.Load(ctx, subject)
	if errors.Is(err, incident.ErrNotFound) {
		return in, roster, err
	}
	if err != nil {
		return in, roster, fmt.Errorf("load %v: %w", subject, err)
	}
	if down, ok := ev.(incident.Unattended); ok {
		ev = down.Event
	}
	if in.Open() {
		return in, roster, nil
	}
	held, err := d.holder(ctx, ev)
	if err != nil || held.Open() {
		return held, roster, err
	}
	if fired, ok := ev.(incident.AlertFired); ok {
		in, err = d.opening(ctx, fired, in)
	}
	return in, roster, err
}

// opening names the incident that an alert opens, and answers with the open one where
// the alert's group has it already.
func (d *Dispatcher) opening(ctx context.Context, fired incident.AlertFired, last incident.Incident) (incident.Incident, error) {
	id, err := d.Store.Claim(ctx, incident.Claim{Key: fired.Key, Team: fired.Route.Team, Old: last.ID, Group: fired.Group})
	if err != nil {
		return last, fmt.Errorf("claim an incident for %v: %w", fired.Key, err)
	}
	d.Point("after-claim")
	if fired.Group != (incident.Group{}) {
		in, _, err := d.Store.Load(ctx, incident.Subject{ID: id})
		if err == nil && in.Open() {
			return in, nil
		}
		if err != nil && !errors.Is(err, incident.ErrNotFound) {
			return last, fmt.Errorf("load %s: %w", id, err)
		}
	}
	return incident.After(id, last, d.Now()), nil
}

// holder finds the open incident in which a member of the group stands whose key has
// none: the group goes by another key since somebody changed the sender's routes. What
// fires for one team never joins another's: two routes of the sender lead to both.
func (d *Dispatcher) holder(ctx context.Context, ev incident.Event) (incident.Incident, error) {
	var integration string
	var team oncall.TeamID // empty: any
	var members []string
	switch e := ev.(type) {
	case incident.AlertFired:
		if !e.Alert.Repeats {
			return incident.Incident{}, nil
		}
		integration, team = e.Key.Integration, e.Route.Team
		for _, m := range e.Alert.Members {
			members = append(members, m.Fingerprint)
		}
	case incident.AlertResolved:
		integration, members = e.Key.Integration, e.Members
	}
	if len(members) == 0 {
		return incident.Incident{}, nil
	}
	ids, err := d.Store.Holding(ctx, integration, members)
	if err != nil {
		return incident.Incident{}, fmt.Errorf("look for members of a group: %w", err)
	}
	for _, id := range ids {
		in, open, err := d.stands(ctx, id, integration)
		if err != nil {
			return in, err
		}
		if open && (team == "" || team == in.ID.Home()) {
			return in, nil
		}
	}
	return incident.Incident{}, nil
}

// stands returns an incident in which a member of an integration's group stands, and
// whether it does still: it is open, and the integration's.
func (d *Dispatcher) stands(ctx context.Context, id incident.ID, integration string) (incident.Incident, bool, error) {
	in, _, err := d.Store.Load(ctx, incident.Subject{ID: id})
	if err != nil && !errors.Is(err, incident.ErrNotFound) {
		return in, false, fmt.Errorf("load %s: %w", id, err)
	}
	return in, in.Open() && in.Key.Integration == integration, nil
}

// clearElsewhere ends members that stand in other incidents than that of their key.
func (d *Dispatcher) clearElsewhere(ctx context.Context, e incident.AlertResolved, done incident.ID) error {
	ids, err := d.Store.Holding(ctx, e.Key.Integration, e.Members)
	if err != nil {
		return fmt.Errorf("look for members of a group: %w", err)
	}
	for _, id := range ids {
		if id == done {
			continue
		}
		_, open, err := d.stands(ctx, id, e.Key.Integration)
		if err != nil {
			return err
		}
		if !open {
			continue
		}
		e.ID = id
		if _, _, err := d.handle(ctx, e, nil); err != nil && !errors.Is(err, incident.ErrNotFound) {
			return err
		}
	}
	return nil
}
