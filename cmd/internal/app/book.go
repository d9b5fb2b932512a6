package app

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/simulate"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

// A merger puts what people changed above what the file says, anew only when one of
// the two has changed: every page asks for it.
type merged struct {
	config  *configfile.Config
	version int64
	roster  oncall.Roster
}

// merge returns the file's roster with what people changed.
func (a *App) merge(book oncall.Book) oncall.Roster {
	config := a.config.Load()
	if m := a.merged.Load(); m != nil && m.config == config && m.version == book.Version {
		return m.roster
	}
	roster := config.Roster.With(book)
	a.merged.Store(&merged{config, book.Version, roster})
	return roster
}

// Roster returns the roster in force, as far as this process has heard.
func (a *App) Roster() oncall.Roster { return a.store.Roster() }

// fresh makes Roster know what other processes have changed. A store that is away
// leaves what was known before.
func (a *App) fresh(ctx context.Context) {
	if err := a.store.Refresh(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "on-call book not read", "err", err)
	}
}

// freshly answers with what people have changed by now.
func (a *App) freshly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.fresh(r.Context())
		next.ServeHTTP(w, r)
	})
}

// Book implements commands.Book.
func (a *App) Book(ctx context.Context) (oncall.Book, oncall.Roster, error) { return a.store.Book(ctx) }

// Write implements commands.Book. Whoever has to hear of the change is told at once.
func (a *App) Write(ctx context.Context, c oncall.Change) error {
	if err := a.store.Write(ctx, c); err != nil {
		return err
	}
	a.fresh(ctx)
	a.handoff.Nudge()
	return nil
}

// Record implements commands.Book. It is written behind the answer: what an incident's
// word did stands in its timeline in any case.
func (a *App) Record(_ context.Context, row oncall.Row) {
	a.Later(func(ctx context.Context) { //nolint:contextcheck // it ends with the program, not with the answer
		if err := a.store.Record(ctx, row); err != nil {
			a.log.WarnContext(ctx, "audit not written", "responder", string(row.By), "err", err)
		}
	})
}

// What one person may ask in a minute, words on incidents not counted, and how long the
// store may take to say that it is too much.
const (
	questions = 120
	paceTime  = 300 * time.Millisecond
)

// Pace implements commands.Book. A store that is slow or away holds nobody up.
func (a *App) Pace(ctx context.Context, who string) time.Duration {
	ctx, cancel := context.WithTimeout(ctx, paceTime)
	defer cancel()
	wait, err := a.store.Pace(ctx, who, time.Minute, questions)
	if err != nil {
		a.log.WarnContext(ctx, "questions not counted", "err", err)
		return 0
	}
	return wait
}

// Audit implements commands.Book.
func (a *App) Audit(ctx context.Context, team oncall.TeamID, limit int) ([]oncall.Row, error) {
	return a.store.Audit(ctx, team, limit)
}

// Timeline implements commands.Desk.
func (a *App) Timeline(ctx context.Context, id incident.ID) ([]incident.Entry, error) {
	return a.store.Timeline(ctx, id)
}

// Foretell implements commands.Desk.
func (a *App) Foretell(ctx context.Context, team oncall.TeamID, person oncall.PersonID) (commands.Forecast, error) {
	alert := incident.AlertFired{
		Key:   incident.Key{Integration: "explain", Dedup: "explain"},
		Alert: incident.Alert{Title: "An alert", Severity: incident.Critical},
		Route: incident.Route{Team: team, Person: person, Urgency: oncall.High, Because: "asked for"},
	}
	at := a.now()
	played, err := simulate.Foretell(ctx, a.Roster(), alert, at)
	if err != nil {
		return commands.Forecast{}, err
	}
	f := commands.Forecast{Policy: played.Policy, Warnings: played.Warnings}
	for _, p := range played.Pages {
		one := commands.Foretold{After: p.At.Sub(at), Tier: p.Tier + 1, Person: p.Person, Via: p.Via, Why: p.Why}
		switch {
		case p.Fallback == string(oncall.Channel):
			one.Via = oncall.Channel
		case p.Fallback != "":
			continue // the person's own pages say it
		}
		if p.Fallback != "" || p.ForBackup {
			one.Tier, one.Why = 0, "fallback: nobody answered"
		}
		f.Pages = append(f.Pages, one)
	}
	return f, nil
}

// Ways implements commands.Desk.
func (a *App) Ways() commands.Ways {
	var ways commands.Ways
	setup := a.config.Load().Setup
	for _, i := range setup.Integrations {
		ways.Integrations = append(ways.Integrations, i.Name)
	}
	for _, r := range setup.Routes {
		ways.Routes = append(ways.Routes, r.Name())
	}
	return ways
}

// Link implements commands.Desk.
func (a *App) Link(path string) string {
	base := a.publicURL()
	if base == "" {
		return ""
	}
	return strings.TrimSuffix(base, "/") + path
}
