package escalation

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// sighted tells the observer of whom an event shows to be within reach. A page whose
// provider reports nothing more counts as arrived once it was taken.
func (d *Dispatcher) sighted(ev incident.Event, in incident.Incident, roster oncall.Roster, now time.Time) {
	var id incident.PageID
	switch e := ev.(type) {
	case incident.Acked:
		if e.By.Person != "" {
			d.Observer.Sighted(oncall.Sighting{Person: e.By.Person, At: now})
		}
		return
	case incident.PageDelivered:
		id = e.Page
	case incident.PageSent:
		id = e.Page
	default:
		return
	}
	for _, p := range in.Pages {
		if p.ID != id || p.To == "" || p.Status != incident.PageArrived {
			continue
		}
		s := oncall.Sighting{Person: p.To, Via: p.Via, At: now}
		if p.Via != oncall.Chat {
			s.Phone = roster.People[p.To].Phone
		}
		d.Observer.Sighted(s)
	}
}
