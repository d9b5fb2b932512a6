package adminapi

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxBody bounds what is read of a request.
const maxBody = 1 << 20

// An order is what a request wants done: by whom, and for how long.
type order struct {
	By  string `json:"by"`
	For string `json:"for"`
}

// An action makes the event of an order.
type action func(incident.ID, incident.Actor, order) (incident.Event, error)

// actions are the last words of the paths that change something.
var actions = map[string]action{
	"acknowledge": func(id incident.ID, by incident.Actor, _ order) (incident.Event, error) {
		return incident.Acked{ID: id, By: by}, nil
	},
	"unacknowledge": func(id incident.ID, by incident.Actor, _ order) (incident.Event, error) {
		return incident.Unacked{ID: id, By: by}, nil
	},
	"resolve": func(id incident.ID, by incident.Actor, _ order) (incident.Event, error) {
		return incident.Closed{ID: id, By: by}, nil
	},
	"escalate": func(id incident.ID, by incident.Actor, _ order) (incident.Event, error) {
		return incident.Escalated{ID: id, By: by}, nil
	},
	"snooze": snooze,
}

func snooze(id incident.ID, by incident.Actor, o order) (incident.Event, error) {
	length, err := oncall.ParseDuration(o.For)
	switch {
	case o.For == "":
		return nil, badValue("for", "is required: how long to snooze, such as 1h")
	case err != nil:
		return nil, badValue("for", "is not like 90s, 10m, 1h30m or 1d")
	case length < time.Second:
		return nil, badValue("for", "must be a second or longer")
	}
	return incident.Slept{ID: id, By: by, For: length}, nil
}

// act verifies, decodes, acts and answers with the incident as it is then.
func (a *API) act(w http.ResponseWriter, r *http.Request, name string, event action) (any, error) {
	o, err := orderOf(w, r)
	if err != nil {
		return nil, err
	}
	id, ok := incident.ParseID(name)
	if !ok {
		return nil, incident.ErrNotFound
	}
	by := oncall.PersonID(o.By)
	switch _, known := a.options.Desk.Roster().People[by]; {
	case by == "":
		return nil, badValue("by", "is required: the key of a person in the configuration")
	case !known:
		return nil, badValue("by", "is nobody in the configuration")
	}
	ev, err := event(id, incident.By(by), o)
	if err != nil {
		return nil, err
	}
	in, err := a.options.Desk.Handle(r.Context(), ev)
	if err != nil {
		return nil, err
	}
	return viewOf(in), nil
}

func orderOf(w http.ResponseWriter, r *http.Request) (o order, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if errors.As(err, new(*http.MaxBytesError)) {
		return o, &problem{status: http.StatusRequestEntityTooLarge, Field: "body", Text: "body is over 1 MiB"}
	}
	if err != nil {
		return o, badValue("body", "could not be read to its end")
	}
	err = json.Unmarshal(body, &o)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) && wrong.Field != "" {
		return o, badValue(wrong.Field, "must be a string")
	}
	if err != nil {
		return o, badValue("body", `must be JSON such as {"by":"ana"}`)
	}
	return o, nil
}
