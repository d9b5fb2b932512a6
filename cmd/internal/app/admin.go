package app

import (
	"context"
	"errors"

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

// Report implements adminapi.Desk.
func (d adminDesk) Report(ctx context.Context, team oncall.TeamID, span oncall.Span) (report.Report, error) {
	now, _, err := d.App.Report(ctx, team, span)
	return now, err
}

// Timeline implements adminapi.Desk.
func (d adminDesk) Timeline(ctx context.Context, id incident.ID) ([]incident.Entry, error) {
	return d.store.Timeline(ctx, id)
}
