package adminapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// How many incidents a list holds. More than maxLimit counts as that.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// A list is one page of incidents, without their timelines.
type list struct {
	Incidents []view `json:"incidents"`
	Next      string `json:"next_cursor"` // empty: that was the last page
}

func (a *API) list(r *http.Request) (any, error) {
	q := Query{Limit: defaultLimit, Cursor: r.URL.Query().Get("cursor")}
	var err error
	if q.Team, err = a.team(r); err != nil {
		return nil, err
	}
	switch state := incident.State(r.URL.Query().Get("state")); state {
	case "", incident.Triggered, incident.Acknowledged, incident.Snoozed, incident.Resolved:
		q.State = state
	default:
		return nil, badValue("state", "must be triggered, acknowledged, snoozed or resolved")
	}
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, badValue("limit", "must be a number from 1 to "+strconv.Itoa(maxLimit))
		}
		q.Limit = min(n, maxLimit)
	}
	found, next, err := a.options.Desk.List(r.Context(), q)
	if err != nil {
		return nil, err
	}
	page := list{Incidents: []view{}, Next: next}
	for _, in := range found {
		page.Incidents = append(page.Incidents, viewOf(in))
	}
	return page, nil
}

func (a *API) incident(r *http.Request, name string) (any, error) {
	id, ok := incident.ParseID(name)
	if !ok {
		return nil, incident.ErrNotFound
	}
	in, err := a.options.Desk.Find(r.Context(), id)
	if err != nil {
		return nil, err
	}
	lines, err := a.options.Desk.Timeline(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return story{viewOf(in), linesOf(lines)}, nil
}

// duties is who is on call at one moment, as `earshot who --json` prints it.
type duties struct {
	At        time.Time     `json:"at"`
	Schedules []oncall.Duty `json:"schedules"`
}

func (a *API) oncall(r *http.Request) (any, error) {
	team, err := a.team(r)
	if err != nil {
		return nil, err
	}
	at := a.options.Now().UTC().Truncate(time.Second)
	if text := r.URL.Query().Get("at"); text != "" {
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			return nil, badValue("at", "must be a time with its offset, such as 2026-03-08T07:30:00Z")
		}
	}
	return duties{at.UTC(), a.options.Desk.Roster().Duties(team, at)}, nil
}

// team reads the parameter team; empty stands for all.
func (a *API) team(r *http.Request) (oncall.TeamID, error) {
	team := oncall.TeamID(r.URL.Query().Get("team"))
	if _, known := a.options.Desk.Roster().Teams[team]; team != "" && !known {
		return "", badValue("team", "is none of the configuration's teams")
	}
	return team, nil
}
