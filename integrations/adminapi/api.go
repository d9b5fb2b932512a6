// Package adminapi lets programs that hold the admin token read incidents and
// act on them.
//
//	GET  /api/v1/incidents?team=&state=&limit=&cursor=
//	GET  /api/v1/incidents/{id}            with its timeline
//	POST /api/v1/incidents/{id}/{action}   {"by":"ana","for":"1h"}
//	GET  /api/v1/oncall?team=&at=
//	GET  /api/v1/reports?team=&from=&to=   CSV, lengths in seconds, times in UTC
//
// An action is acknowledge, unacknowledge, resolve, escalate or snooze. Whatever
// goes wrong is answered in JSON: {"error":"...","field":"..."}.
package adminapi

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/report"
)

// A Query says which incidents are wanted, of every team and state where it says
// nothing.
type Query struct {
	Team   oncall.TeamID
	State  incident.State
	Limit  int
	Cursor string // empty: from the newest on
}

// ErrCursor is what a Desk wraps to refuse a cursor that it never gave out.
var ErrCursor = errors.New("not a cursor of this list")

// A Desk is where incidents are looked up and acted on.
type Desk interface {
	// List returns incidents, newest first, and the cursor of the rest, empty when
	// there is none.
	List(context.Context, Query) (list []incident.Incident, next string, err error)
	// Find returns an incident, open or resolved, or incident.ErrNotFound.
	Find(context.Context, incident.ID) (incident.Incident, error)
	// Timeline returns all that happened to an incident, oldest first.
	Timeline(context.Context, incident.ID) ([]incident.Entry, error)
	// Handle applies an event and returns the incident after it.
	Handle(context.Context, incident.Event) (incident.Incident, error)
	// Report returns the figures of a team, of all where it is empty, in a span.
	Report(context.Context, oncall.TeamID, oncall.Span) (report.Report, error)
	// Roster returns the present roster.
	Roster() oncall.Roster
}

// Options are what an API needs. Only Token may be left out: then every request
// is refused.
type Options struct {
	Token string
	Desk  Desk
	Now   func() time.Time
	Log   *slog.Logger
}

// An API answers programs.
type API struct{ options Options }

// New returns an API.
func New(o Options) *API { return &API{o} }

// root is what all paths begin with.
const root = "/api/v1/"

// patience is how long the store may take for one request.
const patience = 10 * time.Second

// Handler serves the paths of the package's comment; anything else is not found.
func (a *API) Handler() http.Handler { return http.HandlerFunc(a.serve) }

func (a *API) serve(w http.ResponseWriter, r *http.Request) {
	if problem := a.admit(r); problem != nil {
		problem.answer(w)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	body, err := a.respond(w, r.WithContext(ctx))
	if err != nil {
		a.problemOf(ctx, err).answer(w)
		return
	}
	answer(w, http.StatusOK, body)
}

// admit lets in whoever holds the token. The time it takes tells nothing about it.
func (a *API) admit(r *http.Request) *problem {
	if a.options.Token == "" {
		return &problem{status: http.StatusForbidden, Text: "the admin API is not configured: set EARSHOT_API_TOKEN"}
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	given, wanted := sha256.Sum256([]byte(strings.TrimSpace(token))), sha256.Sum256([]byte(a.options.Token))
	if subtle.ConstantTimeCompare(given[:], wanted[:]) != 1 || !strings.EqualFold(scheme, "Bearer") {
		return &problem{status: http.StatusUnauthorized, Text: "the bearer token is missing or wrong"}
	}
	return nil
}

// respond finds what a path asks for.
func (a *API) respond(w http.ResponseWriter, r *http.Request) (any, error) {
	path, ok := strings.CutPrefix(r.URL.Path, root)
	parts := strings.Split(path, "/")
	method, do := http.MethodGet, (func() (any, error))(nil)
	switch {
	case !ok:
	case path == "incidents":
		do = func() (any, error) { return a.list(r) }
	case path == "reports":
		do = func() (any, error) { return a.report(r) }
	case path == "oncall":
		do = func() (any, error) { return a.oncall(r) }
	case len(parts) == 2 && parts[0] == "incidents":
		do = func() (any, error) { return a.incident(r, parts[1]) }
	case len(parts) == 3 && parts[0] == "incidents" && actions[parts[2]] != nil:
		method = http.MethodPost
		do = func() (any, error) { return a.act(w, r, parts[1], actions[parts[2]]) }
	}
	switch {
	case do == nil:
		return nil, &problem{status: http.StatusNotFound, Text: "there is nothing at this path"}
	case r.Method != method:
		return nil, &problem{status: http.StatusMethodNotAllowed, Text: "the method must be " + method, allow: method}
	}
	return do()
}
