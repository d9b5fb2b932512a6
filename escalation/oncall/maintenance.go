package oncall

import (
	"fmt"
	"slices"
	"time"
)

// A Maintenance holds back the pages of incidents that open inside it: of a whole
// team, or only of what one integration sends it or one route gives it. It mutes
// nothing that was paging before.
type Maintenance struct {
	ID          string    `json:"id"` // the number by which it is ended
	Team        TeamID    `json:"team"`
	Integration string    `json:"integration,omitempty"` // by name; empty: any
	Route       string    `json:"route,omitempty"`       // by its matchers, so that an edit of the file does not move it; empty: any
	Start       time.Time `json:"start"`
	End         time.Time `json:"end"` // of one that was ended early: when it was
	Reason      string    `json:"reason,omitempty"`
	By          PersonID  `json:"by,omitempty"` // who set it
	Made        time.Time `json:"made"`
	EndedBy     PersonID  `json:"ended_by,omitempty"` // who ended it early; empty: it ends by itself
	Begun       bool      `json:"begun,omitempty"`    // its beginning is told
	Over        bool      `json:"over,omitempty"`     // its end is told
}

// covers reports whether it holds back what opens at now.
func (m Maintenance) covers(team TeamID, integration, route string, now time.Time) bool {
	return m.Team == team && !now.Before(m.Start) && now.Before(m.End) &&
		(m.Integration == "" || m.Integration == integration) && (m.Route == "" || m.Route == route)
}

// Of says what it is of, by a name of its team: "Platform (integration prometheus)".
func (m Maintenance) Of(team string) string {
	switch {
	case m.Integration != "":
		return fmt.Sprintf("%s (integration %s)", team, m.Integration)
	case m.Route != "":
		return fmt.Sprintf("%s (route %s)", team, m.Route)
	}
	return team
}

// Key names the letter that tells of its beginning.
func (m Maintenance) Key() string { return "maintenance " + m.ID }

// Quiet returns the maintenance that holds back what the team is sent at now by that
// integration and route; the one that ends last where several do.
func (r Roster) Quiet(team TeamID, integration, route string, now time.Time) (m Maintenance, ok bool) {
	for _, one := range r.Maintenance {
		if one.covers(team, integration, route, now) && one.End.After(m.End) {
			m, ok = one, true
		}
	}
	return m, ok
}

// MaintenanceByID finds a maintenance that is planned, in force, or just over.
func (r Roster) MaintenanceByID(id string) (m Maintenance, ok bool) {
	i := slices.IndexFunc(r.Maintenance, func(m Maintenance) bool { return m.ID == id })
	if i < 0 || id == "" {
		return m, false
	}
	return r.Maintenance[i], true
}

// Beginning is the letter that tells a team's channel of a maintenance that begins.
func (r Roster) Beginning(m Maintenance) Letter {
	team := r.Teams[m.Team]
	zone := team.Zone
	if zone == nil {
		zone = r.Location()
	}
	by := string(m.By)
	if p, ok := r.People[m.By]; ok {
		by = p.DisplayName()
	}
	l := Letter{
		Key: m.Key(), Team: m.Team, Expires: m.End,
		Text: fmt.Sprintf("Maintenance of %s until %s %s, set by %s: alerts are stored and posted, but nobody is paged for what opens meanwhile.",
			m.Of(team.DisplayName()), m.End.In(zone).Format("Mon 2 Jan 15:04"), ClockName(zone), by),
		Offers: []Offer{{Label: "End it", Words: "maintenance end " + m.ID}},
	}
	if m.Reason != "" {
		l.Lines = []string{"Reason: " + m.Reason}
	}
	return l
}
