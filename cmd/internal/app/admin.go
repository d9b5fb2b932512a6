package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/report"
	"github.com/earshot-oncall/earshot/integrations/adminapi"
	"github.com/earshot-oncall/earshot/storage"
)

// adminDesk is the App as the admin API sees it.
type adminDesk struct{ *App }

// List implements adminapi.Desk.
func (d adminDesk) List(ctx context.Context, q adminapi.Query) ([]incident.Incident, string, error) {
	list, next, err := d.store.List(ctx, storage.Query{Team: q.Team, State: q.State, Limit: q.Limit, Cursor: q.Cursor})
	if errors.Is(err, storage.ErrCursor) {
		return nil, "", adminapi.ErrCursor
	}
	return list, next, err
}

// Handle implements adminapi.Desk. What a program does stands in the audit, too, under
// the name that it gave.
func (d adminDesk) Handle(ctx context.Context, ev incident.Event) (incident.Incident, error) {
	in, err := d.App.Handle(ctx, ev)
	if err == nil && len(in.ID) > 0 {
		by, what := told(ev)
		d.Record(ctx, oncall.Row{At: d.now(), By: by.Person, Name: by.Name, From: "api", Team: in.Team, What: what + " " + string(in.ID), After: string(in.State)})
	}
	return in, err
}

// told is who does what by an event of the admin API.
func told(ev incident.Event) (by incident.Actor, what string) {
	switch e := ev.(type) {
	case incident.Acked:
		return e.By, "ack"
	case incident.Unacked:
		return e.By, "unack"
	case incident.Closed:
		return e.By, "resolve"
	case incident.Escalated:
		return e.By, "escalate"
	case incident.Slept:
		return e.By, "snooze"
	}
	return by, fmt.Sprintf("%T", ev)
}

// Report implements adminapi.Desk.
func (d adminDesk) Report(ctx context.Context, team oncall.TeamID, span oncall.Span) (report.Report, error) {
	all, more, err := d.since(ctx, team, span.Start)
	if err != nil {
		return report.Report{}, err
	}
	r := report.Of(all, d.Roster(), team, span)
	r.Partial = more
	return r, nil
}

// Timeline implements adminapi.Desk.
func (d adminDesk) Timeline(ctx context.Context, id incident.ID) ([]incident.Entry, error) {
	return d.store.Timeline(ctx, id)
}
