package oncall

import "time"

// PagedGaps returns the gaps in [from, to) of the schedules that some policy pages,
// by team, each team's by schedule and time.
func (r Roster) PagedGaps(from, to time.Time) map[TeamID][]Gap {
	gaps, paged := map[TeamID][]Gap{}, r.pagedSchedules()
	for id := range r.Teams {
		for _, name := range r.Teams[id].ScheduleNames() {
			if paged[Target{ToSchedule, id, name}] {
				gaps[id] = append(gaps[id], r.gapsOf(id, name, from, to)...)
			}
		}
	}
	return gaps
}
