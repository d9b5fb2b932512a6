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

// minTopic is the least room in a topic: less says nothing of who is on call. between
// is what stands between a topic's parts.
const (
	minTopic = 30
	between  = " | "
)

// Retopic puts a line of who is on call in the place of the one before, or at the end
// of a channel's topic of at most that many characters. All else in the topic is
// somebody's, and stays; ok is false where that leaves no room. line writes the line
// for the room that there is.
func Retopic(topic string, most int, line func(room int) string) (_ string, ok bool) {
	parts := strings.Split(topic, between)
	ours := slices.IndexFunc(parts, func(part string) bool {
		return strings.HasPrefix(strings.TrimSpace(part), strings.TrimSpace(OnCallLead))
	})
	switch {
	case ours >= 0:
		parts[ours] = ""
	case strings.TrimSpace(topic) == "":
		parts, ours = []string{""}, 0
	default:
		parts = append(parts, "")
		ours = len(parts) - 1
	}
	room := most - utf8.RuneCountInString(strings.Join(parts, between))
	if room < minTopic {
		return "", false
	}
	parts[ours] = strings.ReplaceAll(line(room), "|", "¦")
	return strings.Join(parts, between), true
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
