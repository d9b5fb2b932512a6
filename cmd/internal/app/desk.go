package app

import (
	"context"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Run carries out what somebody said or pressed.
func (d desk) Run(ctx context.Context, r commands.Request) commands.Reply {
	d.fresh(ctx)
	return d.commands.Run(ctx, r)
}

// Complete implements discord.Desk.
func (d desk) Complete(ctx context.Context, p commands.Partial) []commands.Option {
	return d.commands.Complete(ctx, p)
}

// desk is the App as the handlers of chat and phone see it.
type desk struct{ *App }

// Handle applies an event.
func (a *App) Handle(ctx context.Context, ev incident.Event) (incident.Incident, error) {
	return a.dispatcher.Handle(ctx, ev)
}

// wake has an incident look at what is due.
func (a *App) wake(ctx context.Context, id incident.ID) error {
	_, err := a.dispatcher.Handle(ctx, incident.Tick{ID: id})
	return err
}

// Find returns an incident, or incident.ErrNotFound.
func (a *App) Find(ctx context.Context, id incident.ID) (incident.Incident, error) {
	return a.store.Find(ctx, id)
}

// Open returns a team's open incidents, or everybody's, the oldest first.
func (a *App) Open(ctx context.Context, team oncall.TeamID) ([]incident.Incident, error) {
	open, err := a.store.Open(ctx, team)
	slices.Reverse(open)
	return open, err
}

// Newest implements commands.Desk.
func (a *App) Newest(ctx context.Context, team oncall.TeamID, limit int) ([]incident.Incident, int, error) {
	newest, err := a.store.Newest(ctx, team, limit)
	if err != nil || len(newest) < limit {
		slices.Reverse(newest)
		return newest, len(newest), err
	}
	counts, err := a.store.Counts(ctx)
	total := 0
	for of, states := range counts {
		for _, n := range states {
			if team == "" || of == team {
				total += n
			}
		}
	}
	slices.Reverse(newest)
	return newest, max(total, len(newest)), err
}

// Own implements commands.Desk.
func (a *App) Own(ctx context.Context, person oncall.PersonID) ([]incident.Incident, error) {
	return a.store.Own(ctx, person)
}

// Stormy implements commands.Desk.
func (a *App) Stormy(ctx context.Context, channel string) ([]incident.Glimpse, error) {
	var all []incident.Glimpse
	for board := range a.boards() {
		storm, err := a.store.LoadStorm(ctx, incident.Place{Board: board, Channel: channel})
		if err != nil {
			return nil, err
		}
		glimpses, err := a.store.Glimpses(ctx, storm, false)
		if err != nil {
			return nil, err
		}
		all = append(all, glimpses...)
	}
	return all, nil
}

// laterTime bounds what is done behind an answer.
const laterTime = 2 * time.Minute

// Later implements commands.Desk.
func (a *App) Later(do func(context.Context)) {
	a.alarms.Go(func() {
		ctx, cancel := context.WithTimeout(a.ending, laterTime)
		defer cancel()
		do(ctx)
	})
}

// Once reports whether an id is seen for the first time.
func (a *App) Once(ctx context.Context, scope, id string, ttl time.Duration) (bool, error) {
	return a.store.Once(ctx, scope, id, ttl)
}

// Forget undoes Once.
func (a *App) Forget(ctx context.Context, scope, id string) error {
	return a.store.Forget(ctx, scope, id)
}

// Settle implements slack.Desk.
func (a *App) Settle(ctx context.Context, scope, id string, ttl time.Duration) error {
	return a.store.Settle(ctx, scope, id, ttl)
}

// Settled implements slack.Desk.
func (a *App) Settled(ctx context.Context, scope, id string) (bool, error) {
	return a.store.Settled(ctx, scope, id)
}
