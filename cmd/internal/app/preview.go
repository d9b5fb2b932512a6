package app

import (
	"context"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/simulate"
	"github.com/earshot-oncall/earshot/integrations/intake"
)

// preview foretells what an alert would do now, with what people have changed.
func (a *App) preview(ctx context.Context, alert incident.AlertFired, tried []intake.Tried) (any, error) {
	a.fresh(ctx)
	routes := make([]simulate.RouteTried, len(tried))
	for i, r := range tried {
		routes[i] = simulate.RouteTried(r)
	}
	told, err := simulate.Explain(ctx, a.Roster(), alert, routes, a.now())
	if err != nil {
		return nil, err
	}
	return struct {
		Status string `json:"status"`
		simulate.Explanation
	}{"dry run", told}, nil
}
