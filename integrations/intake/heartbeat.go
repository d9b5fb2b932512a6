package intake

import (
	"context"
	"net/http"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

var heartbeatWays = []way{
	{http.MethodPost, "integrations/heartbeat/{key}", heartbeat, nil},
	{http.MethodGet, "integrations/heartbeat/{key}", heartbeat, nil},
}

// heartbeat is a call that says only that somebody lives.
var heartbeat = dialect{
	kind:    Heartbeat,
	tooFast: http.StatusTooManyRequests,
	decode: func(from Integration, c call, _ []byte) (said, error) {
		return said{beat: from.Name, next: c.at.Add(from.allowed())}, nil
	},
	refuse: refuse,
	accept: func(w http.ResponseWriter, s said, _ incident.Incident) {
		answer(w, http.StatusOK, struct {
			Status       string    `json:"status"`
			Heartbeat    string    `json:"heartbeat"`
			NextDeadline time.Time `json:"next_deadline"`
		}{"ok", s.beat, s.next.UTC().Truncate(time.Millisecond)})
	},
}

// beat has a heartbeat of the configuration beat. One that a reload has taken out
// meanwhile is heard by nobody.
func (d *Door) beat(ctx context.Context, setup Setup, name string, at time.Time) error {
	for _, i := range setup.Integrations {
		if i.Kind == Heartbeat && i.Name == name {
			return d.options.Beat(ctx, i, at)
		}
	}
	return nil
}

// allowed is how long a heartbeat may be silent.
func (i Integration) allowed() time.Duration { return i.Every + i.Grace }

// heartbeatDedup is the key of every heartbeat's incident: it has one at a time.
const heartbeatDedup = "heartbeat"

// silence is the alert of a heartbeat that was heard last at that time.
func (s Setup) silence(of Integration, last time.Time) incident.AlertFired {
	fired := incident.AlertFired{
		Key: incident.Key{Integration: of.Name, Dedup: heartbeatDedup},
		Alert: incident.Alert{
			Title:    "Heartbeat " + of.Name + " silent since " + last.UTC().Format(time.RFC3339),
			Severity: incident.Critical,
			Source:   "heartbeat",
		},
	}
	return s.routed(of, fired, said{})
}

// revival ends what is open for a heartbeat.
func revival(of Integration) incident.AlertResolved {
	return incident.AlertResolved{
		Key: incident.Key{Integration: of.Name, Dedup: heartbeatDedup}, By: incident.Actor{Name: of.Name},
	}
}

// Heartbeat returns where the alert of a silent heartbeat goes, and how long it may be
// silent.
func (s Setup) Heartbeat(of Integration) (to incident.Route, allowed time.Duration) {
	return s.silence(of, time.Time{}).Route, of.allowed()
}
