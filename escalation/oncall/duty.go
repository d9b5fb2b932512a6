package oncall

import "time"

// A Duty is who is on call in one schedule at one moment and who comes next, as
// the command line and the API tell it.
type Duty struct {
	Team     TeamID     `json:"team"`
	Schedule string     `json:"schedule"`
	OnCall   []PersonID `json:"on_call"` // empty, not nil, where nobody is
	Source   Source     `json:"source"`
	Until    time.Time  `json:"until,omitzero"` // zero: nothing changes within 400 days
	Next     []PersonID `json:"next"`           // who follows at Until; empty where nobody does
}

// Duties returns who is on call at an instant in every schedule of a team, by
// name; of all teams where the team is empty.
func (r Roster) Duties(team TeamID, at time.Time) []Duty {
	duties := []Duty{}
	for _, id := range r.TeamIDs() {
		if team != "" && id != team {
			continue
		}
		for _, name := range r.Teams[id].ScheduleNames() {
			duties = append(duties, r.duty(id, name, at))
		}
	}
	return duties
}

func (r Roster) duty(team TeamID, name string, at time.Time) Duty {
	s := r.Teams[team].Schedules[name]
	h := s.At(at, r.Active)
	d := Duty{Team: team, Schedule: name, OnCall: append([]PersonID{}, h.OnCall...), Source: h.Source, Next: []PersonID{}}
	if until, next, ok := s.Next(at, r.Active); ok {
		d.Until, d.Next = until, append(d.Next, next.OnCall...)
	}
	return d
}
