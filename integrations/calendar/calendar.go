// Package calendar shows who is on call in the calendars that people already use:
//
//	GET /calendar/SECRET.ics                  a person's own shifts, in all schedules
//	GET /calendar/SECRET~team.ics             all schedules of a team
//	GET /calendar/SECRET~team~schedule.ics    one schedule
//
// The secret is one person's, and all three end when that person takes it back. A
// feed holds every shift that touches the time from 30 days ago to 180 days ahead,
// from its own start to its own end. Nothing in it tells when it was asked for, so
// that the same shifts are the same bytes, and whoever asks again learns that
// nothing has changed.
package calendar

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Options are what a Calendar needs, all of it.
type Options struct {
	// Book returns what people changed in chat and the roster with it, as of now.
	Book func(context.Context) (oncall.Book, oncall.Roster, error)
	Now  func() time.Time
	Log  *slog.Logger
}

// A Calendar answers calendar programs.
type Calendar struct{ options Options }

// New returns a Calendar.
func New(o Options) *Calendar { return &Calendar{o} }

const (
	// patience is how long the store may take for one request.
	patience = 10 * time.Second
	// comeAgain is after how many seconds a request may be tried again that the
	// store could not answer.
	comeAgain = "5"
)

// Handler serves the paths of the package's comment; anything else is not found,
// and so is what the secret does not open.
func (c *Calendar) Handler() http.Handler { return http.HandlerFunc(c.serve) }

func (c *Calendar) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "the method must be GET")
		return
	}
	a, ok := parseAddress(r.URL.Path)
	if !ok {
		notFound(w)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	book, roster, err := c.options.Book(ctx)
	if err != nil {
		c.options.Log.WarnContext(ctx, "calendar not read", "err", err)
		w.Header().Set("Retry-After", comeAgain)
		refuse(w, http.StatusServiceUnavailable, "the store can't be reached at the moment: try again")
		return
	}
	f, ok := a.open(book, roster)
	if !ok {
		notFound(w)
		return
	}
	send(w, r, f.write(c.options.Now()))
}

// send answers with a feed, or with word that it has not changed.
func send(w http.ResponseWriter, r *http.Request, body []byte) {
	sum := sha256.Sum256(body)
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Cache-Control", "private, max-age=300")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// notFound says the same of a wrong secret as of a team that is not there.
func notFound(w http.ResponseWriter) {
	refuse(w, http.StatusNotFound, "there is nothing at this path")
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": why}) // fails only when the caller is gone
}
