package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	maxBody = 1 << 20

	// patience bounds the work on one event; the sender comes again.
	patience = 8 * time.Second

	// comeAgain is how many seconds a sender is asked to wait while nothing can
	// be stored.
	comeAgain = "5"
)

// A Handler stores what an event changes before it returns.
type Handler interface {
	Handle(ctx context.Context, ev incident.Event) (incident.Incident, error)
}

// Options are what a Door needs. Observe may be nil, all else is required.
type Options struct {
	Setup   func() Setup // the one in force; called for every request
	Handler Handler
	// Find returns an incident, or incident.ErrNotFound.
	Find func(context.Context, incident.ID) (incident.Incident, error)
	// Open returns the open incidents of a team.
	Open    func(context.Context, oncall.TeamID) ([]incident.Incident, error)
	Observe func(integration, result string, took time.Duration) // integration is empty where no key fitted
	Now     func() time.Time
	Log     *slog.Logger
}

// The results that Observe is told.
const (
	Accepted    = "accepted"
	Deduped     = "deduplicated" // joined an open incident
	Invalid     = "invalid"
	TooLarge    = "too_large"
	Limited     = "limited"
	Unavailable = "unavailable"
	WrongKey    = "wrong_key"
)

// A Door lets alerts in.
type Door struct {
	options Options
	limits  limits
}

// New returns a Door.
func New(o Options) *Door {
	if o.Observe == nil {
		o.Observe = func(string, string, time.Duration) {}
	}
	return &Door{options: o}
}

// Handler serves the senders' paths and answers everything else in JSON too.
func (d *Door) Handler() http.Handler { return http.HandlerFunc(d.serve) }

func (d *Door) serve(w http.ResponseWriter, r *http.Request) {
	c, allow, ok := address(r)
	if !ok && len(allow) == 0 {
		answer(w, http.StatusNotFound, failure{Error: "no such path"})
		return
	}
	if !ok {
		w.Header().Set("Allow", strings.Join(allow, ", "))
		c.dialect.refuse(w, http.StatusMethodNotAllowed, &mistake{"method", "must be " + strings.Join(allow, " or ")})
		return
	}
	start, setup := d.options.Now(), d.options.Setup()
	body, status, err := bodyOf(w, r)
	if c.dialect.keyIn != nil && err == nil {
		c.key = c.dialect.keyIn(body)
	}
	from, ok := setup.integration(c.dialect.kind, c.key)
	result := WrongKey
	switch {
	case c.dialect.keyIn != nil && err != nil: // nobody can say whose it is
		c.dialect.refuse(w, status, err)
		result = tooLarge(status)
	case !ok:
		if c.dialect.kind == Generic {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		c.dialect.refuse(w, http.StatusUnauthorized, &mistake{"key", "is not one of an integration of type " + string(c.dialect.kind)})
	case err != nil:
		c.dialect.refuse(w, status, err)
		result = tooLarge(status)
	default:
		result = d.take(w, r, c, setup, from, body)
	}
	d.options.Observe(from.Name, result, d.options.Now().Sub(start))
}

// take decodes, calls and answers, and returns the result.
func (d *Door) take(w http.ResponseWriter, r *http.Request, c call, setup Setup, from Integration, body []byte) string {
	if wait := d.limits.wait(from.Name, setup.Rate, d.options.Now()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		c.dialect.refuse(w, c.dialect.tooFast, &mistake{"rate", fmt.Sprintf("is over %d alerts in %s", setup.Rate.Alerts, setup.Rate.Per)})
		return Limited
	}
	said, err := c.dialect.decode(from, c, body)
	if err != nil {
		c.dialect.refuse(w, http.StatusBadRequest, err)
		return Invalid
	}
	in, err := d.handle(r.Context(), setup, from, said)
	if err != nil {
		d.options.Log.WarnContext(r.Context(), "alert not stored", "integration", from.Name, "err", err)
		w.Header().Set("Retry-After", comeAgain)
		c.dialect.refuse(w, http.StatusServiceUnavailable, &mistake{"alert", "could not be stored: send it again"})
		return Unavailable
	}
	if said.skipped != "" {
		d.options.Log.WarnContext(r.Context(), "alerts skipped", "integration", from.Name, "incident", in, "why", said.skipped)
	}
	c.dialect.accept(w, said, in)
	if joined(said, in) {
		return Deduped
	}
	return Accepted
}

// tooLarge is the result of a body that could not be read.
func tooLarge(status int) string {
	if status == http.StatusRequestEntityTooLarge {
		return TooLarge
	}
	return Invalid
}

// bodyOf reads a body within bounds; status says what to answer with an error.
func bodyOf(w http.ResponseWriter, r *http.Request) (body []byte, status int, err error) {
	if coding := r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return nil, http.StatusUnsupportedMediaType, &mistake{"Content-Encoding", "must not be set: send the body as it is"}
	}
	body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, http.StatusRequestEntityTooLarge, &mistake{bodyField, "is over 1 MiB"}
	case err != nil:
		return nil, http.StatusBadRequest, &mistake{bodyField, "could not be read to its end"}
	}
	return body, 0, nil
}

// handle routes and hands on what was said and returns the incident it is about;
// the zero one where there is none.
func (d *Door) handle(ctx context.Context, setup Setup, from Integration, said said) (about incident.Incident, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, ev := range said.events {
		if fired, ok := ev.(incident.AlertFired); ok {
			fired.Route = setup.Route(from, fired.Alert)
			fired.Route.Warning = joinWords(fired.Route.Warning, said.skipped)
			ev = fired
		}
		in, err := d.options.Handler.Handle(ctx, ev)
		if err != nil && !settled(ev, err) {
			return about, err
		}
		if err == nil && in.ID != "" {
			about = in
		}
	}
	return about, nil
}

// settled reports an error that sending the same again would not mend: somebody
// ended or took what the sender speaks of. A trigger is never settled so.
func settled(ev incident.Event, err error) bool {
	if _, fired := ev.(incident.AlertFired); fired {
		return false
	}
	return errors.Is(err, incident.ErrNotFound) || errors.Is(err, incident.ErrResolved) || errors.Is(err, incident.ErrRefused)
}

// joined reports whether a trigger found its incident open already.
func joined(s said, in incident.Incident) bool {
	for _, ev := range s.events {
		if _, fired := ev.(incident.AlertFired); fired {
			return in.Count > 1
		}
	}
	return false
}

func joinWords(a, b string) string {
	if a != "" && b != "" {
		return a + "; " + b
	}
	return a + b
}
