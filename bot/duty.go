package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// OnCallLead begins a line that says who is on call; by that it is found again in
// a channel's topic.
const OnCallLead = "On call: "

// OnCallNow returns who is on call at now in the schedules that a team shows, each
// person once.
func OnCallNow(roster oncall.Roster, team oncall.TeamID, now time.Time) []oncall.PersonID {
	var ids []oncall.PersonID
	for _, s := range shown(roster.Teams[team]) {
		for _, id := range s.At(now, roster.Active).OnCall {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// OnCallLine reads "On call: Ana Ortiz (techops), Ben Wu and Hal Byrne (devs)", in
// at most that many characters: what does not fit is counted.
func OnCallLine(roster oncall.Roster, team oncall.TeamID, now time.Time, most int) string {
	var parts []string
	for _, s := range shown(roster.Teams[team]) {
		var names []string
		for _, id := range s.At(now, roster.Active).OnCall {
			names = append(names, personName(roster, id))
		}
		if len(names) == 0 {
			names = []string{"nobody"}
		}
		parts = append(parts, fmt.Sprintf("%s (%s)", strings.Join(names, " and "), Clean(s.Name, maxName)))
	}
	if len(parts) == 0 {
		return cut(OnCallLead+"nobody", most)
	}
	for n := len(parts); n > 0; n-- {
		line := OnCallLead + strings.Join(parts[:n], ", ")
		if over := len(parts) - n; over > 0 {
			line += fmt.Sprintf(" and %d more", over)
		}
		if utf8.RuneCountInString(line) <= most {
			return line
		}
	}
	return cut(OnCallLead+parts[0], most)
}

// shown are the schedules that a team makes visible, in the order of its file.
func shown(t oncall.Team) []oncall.Schedule {
	names := t.Announce.Schedules
	if len(names) == 0 {
		names = t.ScheduleNames()
	}
	var all []oncall.Schedule
	for _, name := range names {
		if s, ok := t.Schedules[name]; ok {
			s.Name = name
			all = append(all, s)
		}
	}
	return all
}
