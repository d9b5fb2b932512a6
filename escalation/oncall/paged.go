package oncall

import "time"

// PagedGaps returns the gaps in [from, to) of those of a team's schedules that some
// policy pages, by schedule and time.
func (r Roster) PagedGaps(team TeamID, from, to time.Time) []Gap {
	var gaps []Gap
	paged := r.pagedSchedules()
	for _, name := range r.Teams[team].ScheduleNames() {
		if paged[Target{ToSchedule, team, name}] {
			gaps = append(gaps, r.gapsOf(team, name, from, to)...)
		}
	}
	return gaps
}
