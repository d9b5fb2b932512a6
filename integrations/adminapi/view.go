package adminapi

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A view is an incident as programs see it. What has not happened is null.
type view struct {
	ID             incident.ID       `json:"id"`
	Team           oncall.TeamID     `json:"team"`
	Title          string            `json:"title"`
	Severity       incident.Severity `json:"severity"`
	State          incident.State    `json:"state"`
	Alerts         int               `json:"alerts"`
	OpenedAt       time.Time         `json:"opened_at"`
	AcknowledgedAt *time.Time        `json:"acknowledged_at"`
	AcknowledgedBy *string           `json:"acknowledged_by"`
	ResolvedAt     *time.Time        `json:"resolved_at"`
}

// A story is an incident with all that happened to it.
type story struct {
	view
	Timeline []line `json:"timeline"`
}

type line struct {
	At    time.Time `json:"at"`
	Kind  string    `json:"kind"`
	Actor string    `json:"actor"` // a person's key, an integration's name; empty: Earshot itself
	Text  string    `json:"text"`

	Account string `json:"account,omitempty"` // of a stranger to the configuration: "slack U0MAL"
}

func viewOf(in incident.Incident) view {
	v := view{
		ID: in.ID, Team: in.Team, Title: in.Title, Severity: in.Severity, State: in.State,
		Alerts: in.Alerts(), OpenedAt: in.OpenedAt.UTC(),
		AcknowledgedAt: since(in.AckedAt), ResolvedAt: since(in.ResolvedAt),
	}
	if by := in.AckedBy.Key(); v.AcknowledgedAt != nil && by != "" {
		v.AcknowledgedBy = &by
	}
	return v
}

func linesOf(entries []incident.Entry) []line {
	lines := make([]line, len(entries))
	for i, e := range entries {
		lines[i] = line{At: e.At.UTC(), Kind: e.Kind, Actor: e.Actor, Text: e.Text, Account: e.Account}
	}
	return lines
}

func since(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}
