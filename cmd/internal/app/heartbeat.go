package app

import (
	"context"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/integrations/intake"
)

// newWatch returns this instance's watch over heartbeats.
func (a *App) newWatch() *intake.Watch {
	return intake.NewWatch(intake.WatchOptions{
		Beats: a.store, Setup: func() intake.Setup { return a.config.Load().Setup }, Handler: a.dispatcher, Now: a.now, Log: a.log,
	})
}

// Heartbeats implements commands.Desk.
func (a *App) Heartbeats(ctx context.Context) ([]commands.Heartbeat, error) {
	last, silent, err := a.store.Beats(ctx)
	if err != nil {
		return nil, err
	}
	setup := a.config.Load().Setup
	var all []commands.Heartbeat
	for _, i := range setup.Integrations {
		if i.Kind != intake.Heartbeat {
			continue
		}
		route, allowed := setup.Heartbeat(i)
		all = append(all, commands.Heartbeat{
			Name: i.Name, Team: route.Team, Allowed: allowed, Last: last[i.Name], Silent: silent[i.Name],
		})
	}
	return all, nil
}
