package adminapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// comeAgain is after how many seconds a request may be tried again that the store
// could not answer.
const comeAgain = "5"

// A problem is why a request got no answer.
type problem struct {
	Text   string `json:"error"`
	Field  string `json:"field,omitempty"` // the field or parameter that is wrong
	status int
	allow  string // the method that would be right
}

func (p *problem) answer(w http.ResponseWriter) {
	switch p.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", p.allow)
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", comeAgain)
	}
	answer(w, p.status, p)
}

// Error implements error.
func (p *problem) Error() string { return p.Text }

// badValue is a field or parameter that can't be read.
func badValue(field, what string) error {
	return &problem{status: http.StatusBadRequest, Field: field, Text: field + " " + what}
}

// problemOf finds out what an error means for whoever asked.
func (a *API) problemOf(ctx context.Context, err error) *problem {
	if known := (*problem)(nil); errors.As(err, &known) {
		return known
	}
	switch {
	case errors.Is(err, incident.ErrNotFound):
		return &problem{status: http.StatusNotFound, Text: "there is no such incident", Field: "id"}
	case errors.Is(err, ErrCursor):
		return &problem{status: http.StatusBadRequest, Text: "cursor is not one that this list gave out", Field: "cursor"}
	case errors.Is(err, incident.ErrResolved), errors.Is(err, incident.ErrRefused):
		why := strings.TrimSuffix(err.Error(), ": "+incident.ErrRefused.Error())
		return &problem{status: http.StatusConflict, Text: why}
	}
	a.options.Log.WarnContext(ctx, "admin request failed", "err", err)
	return &problem{status: http.StatusServiceUnavailable, Text: "the store can't be reached at the moment: try again"}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if rows, ok := body.(table); ok {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write(rows) // fails only when the caller is gone
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(body) // fails only when the caller is gone
}
