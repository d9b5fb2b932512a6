package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/report"
)

const (
	// homeEvery is how often homes are held against what there is to show: by one of the
	// instances at a time, so that nobody's is published more often.
	homeEvery = 3 * time.Second
	// homeTime bounds a round.
	homeTime = 20 * time.Second
	// hopeless is how long Slack may have a home wait before it is given up until it is
	// opened again.
	hopeless = time.Minute
)

// A foyer is the desk of homes: the figures of a week are counted once for all whom they
// are shown.
type foyer struct {
	*App

	mu   sync.Mutex
	week map[figures][2]report.Report
}

// figures name a report.
type figures struct {
	team oncall.TeamID
	span oncall.Span
}

// Report implements commands.Desk.
func (f *foyer) Report(ctx context.Context, team oncall.TeamID, span oncall.Span) (now, before report.Report, err error) {
	name := figures{team, span}
	f.mu.Lock()
	known, ok := f.week[name]
	f.mu.Unlock()
	if ok {
		return known[0], known[1], nil
	}
	if now, before, err = f.App.Report(ctx, team, span); err != nil {
		return now, before, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for old := range f.week {
		if old.span != span {
			delete(f.week, old)
		}
	}
	f.week[name] = [2]report.Report{now, before}
	return now, before, nil
}

func (a *App) newFoyer() *commands.Commands {
	return commands.New(&foyer{App: a, week: map[figures][2]report.Report{}}, a.now)
}

// openHome shows somebody their home, and keeps it up to date for a while.
func (a *App) openHome(ctx context.Context, user string, outcome *commands.Reply) {
	if err := a.store.HomeOpened(ctx, user); err != nil {
		a.log.WarnContext(ctx, "home not kept up to date", "err", err)
	}
	a.fresh(ctx)
	home, shows, err := a.homeOf(ctx, user)
	if err != nil {
		a.log.WarnContext(ctx, "home not read", "err", err)
		home = commands.Home{Parts: []commands.Part{{Head: "Earshot", Items: []commands.Item{
			{Text: "Your home can't be read at the moment. Please open it again in a while."},
		}}}}
	}
	a.publishHome(ctx, user, home, shows, outcome)
}

// homeOf returns a home, and all of it in one word by which it is known again.
func (a *App) homeOf(ctx context.Context, user string) (home commands.Home, shows string, err error) {
	by := incident.Actor{Name: user}
	for id, p := range a.Roster().People {
		if p.Slack == user {
			by = incident.By(id)
		}
	}
	if home, err = a.homes.Home(ctx, by, "slack"); err != nil {
		return home, "", err
	}
	body, err := json.Marshal(home)
	sum := sha256.Sum256(body)
	return home, hex.EncodeToString(sum[:]), err
}

func (a *App) publishHome(ctx context.Context, user string, home commands.Home, shows string, outcome *commands.Reply) {
	err := a.slack.PublishHome(ctx, user, home, outcome)
	fault, refused := errors.AsType[*incident.Fault](err)
	switch {
	case err == nil:
		err = a.store.KeepHome(ctx, user, shows)
	case refused && fault.Retry > hopeless:
		err = errors.Join(err, a.store.HomeClosed(ctx, user))
	}
	if err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "home not published", "err", err)
	}
}

// keepHomes publishes the homes anew that people have opened lately, where they show
// something else by now. It is in nobody's way: it has its own worker and budget.
func (a *App) keepHomes(ctx context.Context) error {
	if a.slack == nil {
		<-ctx.Done()
		return nil
	}
	tick := time.NewTicker(homeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := a.refreshHomes(ctx); err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "homes not refreshed", "err", err)
		}
	}
}

// refreshHomes is one round, unless one of us just had one.
func (a *App) refreshHomes(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, homeTime)
	defer cancel()
	first, err := a.store.Once(ctx, "homes", "round", homeEvery-homeEvery/10)
	if err != nil || !first {
		return nil // a store that is away is told of by whoever needs it more
	}
	users, err := a.store.Homes(ctx)
	if err != nil || len(users) == 0 {
		return err
	}
	a.fresh(ctx)
	for _, user := range users {
		home, shows, err := a.homeOf(ctx, user)
		if err != nil {
			return fmt.Errorf("home: %w", err)
		}
		known, err := a.store.HomeShows(ctx, user)
		if err != nil {
			return err
		}
		if known != shows {
			a.publishHome(ctx, user, home, shows, nil)
		}
	}
	return nil
}
