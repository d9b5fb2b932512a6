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
	// Open returns the newest open incidents of a team, at most limit.
	Open func(ctx context.Context, team oncall.TeamID, limit int) ([]incident.Incident, error)
	// Once reports whether an id is seen for the first time; Forget undoes it.
	Once   func(ctx context.Context, scope, id string, ttl time.Duration) (first bool, err error)
	Forget func(ctx context.Context, scope, id string) error
	// Preview says where an alert would go and whom it would page, as JSON.
	Preview func(context.Context, incident.AlertFired, []Tried) (any, error)
	// Beat stores a beat of a heartbeat and ends what is open for it.
	Beat func(ctx context.Context, of Integration, at time.Time) error
	// Allow takes one alert off an integration's allowance and returns zero, or how
	// long to wait for the next.
	Allow   func(ctx context.Context, integration string, per time.Duration, alerts int) (wait time.Duration, err error)
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
	WrongName   = "wrong_name" // of a heartbeat
	DryRun      = "dry_run"    // asked what an alert would do
)

// A Door lets alerts in.
type Door struct {
	options Options
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
	setup := d.options.Setup()
	c.at = d.options.Now()
	body, wrong := bodyOf(w, r)
	if wrong == nil && c.dialect.keyIn != nil && c.key == "" {
		c.key, wrong = c.dialect.keyIn(body)
	}
	var from Integration
	if wrong == nil || c.dialect.keyIn == nil { // else nobody can say whose it is
		sender, unknown := c.sender(setup)
		if from = sender; unknown != nil {
			wrong = unknown
		}
	}
	result := ""
	if wrong != nil {
		if wrong.status == http.StatusUnauthorized && c.dialect.scheme != "" {
			w.Header().Set("WWW-Authenticate", c.dialect.scheme)
		}
		c.dialect.refuse(w, wrong.status, wrong.mistake)
		result = wrong.result
	} else {
		result = d.take(w, r, c, setup, from, body)
	}
	d.options.Observe(from.Name, result, d.options.Now().Sub(c.at))
}

// take decodes, calls and answers, and returns the result.
func (d *Door) take(w http.ResponseWriter, r *http.Request, c call, setup Setup, from Integration, body []byte) string {
	if wait := d.wait(r.Context(), from, setup.Rate); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		c.dialect.refuse(w, c.dialect.tooFast, &mistake{"rate", fmt.Sprintf("is over %d alerts in %s", setup.Rate.Alerts, setup.Rate.Per)})
		return Limited
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	about, err := d.about(ctx, setup, from, c)
	if err != nil {
		return d.unavailable(ctx, w, c, from, err)
	}
	c.about = about
	said, err := c.dialect.decode(from, c, body)
	if err != nil {
		c.dialect.refuse(w, http.StatusBadRequest, err)
		return Invalid
	}
	if c.dry() {
		return d.preview(ctx, w, c, setup, from, said)
	}
	in, err := d.handle(ctx, setup, from, said)
	if err == nil && said.beat != "" {
		err = d.beat(ctx, setup, said.beat, c.at)
	}
	if err != nil {
		return d.unavailable(ctx, w, c, from, err)
	}
	if said.skipped != "" {
		d.options.Log.WarnContext(ctx, "alerts skipped", "integration", from.Name, "incident", in, "why", said.skipped)
	}
	said.took = d.options.Now().Sub(c.at)
	c.dialect.accept(w, said, in)
	if joined(said, in) {
		return Deduped
	}
	return Accepted
}

// unavailable asks the sender to come again.
func (d *Door) unavailable(ctx context.Context, w http.ResponseWriter, c call, from Integration, err error) string {
	d.options.Log.WarnContext(ctx, "alert not stored", "integration", from.Name, "err", err)
	w.Header().Set("Retry-After", comeAgain)
	c.dialect.refuse(w, http.StatusServiceUnavailable, &mistake{"alert", "could not be stored: send it again"})
	return Unavailable
}

// A refusal is why a request is not even decoded.
type refusal struct {
	*mistake
	status int
	result string
}

// bodyOf reads a body within bounds.
func bodyOf(w http.ResponseWriter, r *http.Request) ([]byte, *refusal) {
	if coding := r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return nil, &refusal{&mistake{"Content-Encoding", "must not be set: send the body as it is"}, http.StatusUnsupportedMediaType, Invalid}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, &refusal{&mistake{bodyField, "is over 1 MiB"}, http.StatusRequestEntityTooLarge, TooLarge}
	case err != nil:
		return nil, &refusal{&mistake{bodyField, "could not be read to its end"}, http.StatusBadRequest, Invalid}
	}
	return body, nil
}

// handle routes and hands on what was said and returns the incident it is about;
// the zero one where there is none.
func (d *Door) handle(ctx context.Context, setup Setup, from Integration, said said) (about incident.Incident, err error) {
	for _, ev := range said.events {
		if fired, ok := ev.(incident.AlertFired); ok {
			ev = setup.routed(from, fired, said)
		}
		in, err := d.options.Handler.Handle(ctx, ev)
		if err != nil && !settled(ev, err) {
			return about, err
		}
		if err == nil && in.ID != "" {
			about = in
		}
	}
	if said.note != "" && about.ID != "" {
		err = d.noteOnce(ctx, about.ID, from, said.note, said.note)
	}
	if said.change != nil && err == nil {
		err = d.spread(ctx, setup, from, *said.change, said.key)
	}
	return about, err
}

// about finds the incident that a call names by our own id, as far as it is the
// integration's; the zero one where the name is none of ours.
func (d *Door) about(ctx context.Context, setup Setup, from Integration, c call) (in incident.Incident, err error) {
	if c.dialect.named == nil {
		return in, nil
	}
	id := c.dialect.named(setup, from, c)
	if id == "" {
		return in, nil
	}
	in, err = d.options.Find(ctx, id)
	if errors.Is(err, incident.ErrNotFound) || err == nil && in.Key.Integration != from.Name {
		return incident.Incident{}, nil
	}
	return in, err
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
