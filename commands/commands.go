// Package commands is what people say: it alone knows the words.
//
// A slash command, a button, a menu, a mention, an SMS and a key press all become
// one Request. Run finds the word, the incident that is meant and whether the
// speaker may, hands the core an Event and answers with what really happened:
//
//	"ack platform-42" --+
//	button "ack" -------+--> Request --Run--> Event --Desk.Handle--> Reply
//	SMS "14", key 4 ----+
//
// An incident is never guessed among several: the Reply lists them instead.
package commands

import (
	"context"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Desk is where commands are carried out and looked up.
type Desk interface {
	// Handle applies an event and returns the incident after it. An error that is
	// none of incident's own means that nothing is known to have changed.
	Handle(context.Context, incident.Event) (incident.Incident, error)
	// Find returns an incident, open or resolved, or incident.ErrNotFound.
	Find(context.Context, incident.ID) (incident.Incident, error)
	// Open returns the open incidents of a team, oldest first; of all teams where
	// the team is empty.
	Open(context.Context, oncall.TeamID) ([]incident.Incident, error)
	// Roster returns the present roster.
	Roster() oncall.Roster
}

// Commands carries out what people say.
type Commands struct {
	desk Desk
	now  func() time.Time
}

// New returns Commands at a desk.
func New(desk Desk, now func() time.Time) *Commands {
	return &Commands{desk: desk, now: now}
}
