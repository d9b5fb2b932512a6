package incident

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Decide applies an event to an incident at now and runs whatever is due then. It
// answers with the next incident and the effects that it newly owes. An error is
// a refusal in words for whoever asked; the incident is then as it was.
func Decide(in Incident, roster oncall.Roster, ev Event, now time.Time) (Incident, []Effect, error) {
	panic("being written")
}

// Owed returns everything that the world is owed by the incident.
func (in Incident) Owed() []Effect { panic("being written") }
