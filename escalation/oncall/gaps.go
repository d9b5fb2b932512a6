package oncall

import "time"

// A Gap is a span during which a schedule has nobody on call.
type Gap struct {
	Team     TeamID
	Schedule string
	Start    time.Time
	End      time.Time
}

// Gaps returns the gaps of every schedule in [from, to), by team, schedule and
// time.
func (r Roster) Gaps(from, to time.Time) []Gap {
	var gaps []Gap
	for _, team := range r.TeamIDs() {
		for _, name := range r.Teams[team].ScheduleNames() {
			gaps = append(gaps, r.gapsOf(team, name, from, to)...)
		}
	}
	return gaps
}

func (r Roster) gapsOf(team TeamID, name string, from, to time.Time) []Gap {
	s, gaps := r.Teams[team].Schedules[name], []Gap(nil)
	for shift := range s.shifts(from, to, r.Active) {
		if len(shift.OnCall) == 0 {
			gaps = append(gaps, Gap{team, name, shift.Start, shift.End})
		}
	}
	return gaps
}
