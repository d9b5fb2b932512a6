package bot

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxRoomName is how long a room's name may be: the platforms bear 80, and a few are left
// for a number where the name is taken.
const maxRoomName = 76

// A Room is what a platform makes of the room of an incident.
type Room struct {
	Incident incident.Incident
	Name     string    // wanted: lower case, digits and hyphens
	Since    time.Time // when it was asked for: an older channel of the name is another's
	Topic    func(most int) string
	Purpose  func(thread string) string // with the address of the thread it was opened from
	People   []oncall.PersonID          // invited, if they are not in it
	Account  string                     // of a stranger who asked for it: "slack U0MAL"
	Roster   oncall.Roster
}

// RoomOf is the room of an incident as it should be at now.
func RoomOf(asked oncall.Room, in incident.Incident, roster oncall.Roster, now time.Time) Room {
	r := Room{Incident: in, Name: RoomName(in), Since: asked.Made, Account: asked.Account, Roster: roster}
	r.Topic = func(most int) string { return cut(roomTopic(in, roster), most) }
	r.Purpose = func(thread string) string {
		return strings.TrimSpace(fmt.Sprintf("The room of %s of team %s. %s", in.ID, Clean(teamName(roster, in.Team), maxName), thread))
	}
	for _, id := range guests(asked, in, roster, now) {
		if !slices.Contains(asked.Invited, id) {
			r.People = append(r.People, id)
		}
	}
	return r
}

// RoomName is the incident's id and its title, as the platforms bear a channel's name.
func RoomName(in incident.Incident) string {
	var b strings.Builder
	for _, r := range strings.ToLower(string(in.ID) + " " + in.Title) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	name := strings.Trim(b.String(), "-")
	return strings.Trim(name[:min(len(name), maxRoomName)], "-")
}

// roomTopic reads "CRITICAL: Disk full on db1 · led by Ana Ortiz".
func roomTopic(in incident.Incident, roster oncall.Roster) string {
	topic := strings.ToUpper(string(in.Severity)) + ": " + Clean(in.Title, maxTitle)
	switch in.State {
	case incident.Acknowledged:
		return topic + " · led by " + actorName(roster, in.AckedBy)
	case incident.Resolved:
		return topic + " · resolved by " + actorName(roster, in.ResolvedBy)
	}
	return topic + " · nobody leads yet"
}

// guests are those who belong in the room: who asked for it, who has the incident, who
// was paged for it, and who is on call in its team. Nobody is there twice.
func guests(asked oncall.Room, in incident.Incident, roster oncall.Roster, now time.Time) []oncall.PersonID {
	all := []oncall.PersonID{asked.By, in.AckedBy.Person}
	for id := range in.Paged {
		all = append(all, id)
	}
	for _, run := range in.Runs {
		all = append(all, run.Person)
	}
	team := roster.Teams[in.Team]
	for _, name := range team.ScheduleNames() {
		all = append(all, team.Schedules[name].At(now, roster.Active).OnCall...)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(id oncall.PersonID) bool { return !roster.Active(id) })
}

// RoomSummary says how an incident went, a line each, on the clock of a zone.
func RoomSummary(in incident.Incident, roster oncall.Roster, zone *time.Location) []string {
	var lines []string
	for _, l := range ending(in, roster) {
		lines = append(lines, l.Plain(zone))
	}
	return lines
}

// Present is the card of a scene: in the incident's room it leads to the thread from
// which that was opened, and asks for status updates.
func Present(s incident.Scene, now time.Time) Card {
	c := View(s.Incident, s.Roster, now)
	if !s.Incident.Room.Is(s.Card) {
		return c
	}
	c.Links = links(append(around(s.Incident, s.Roster, true), s.Incident.Links...))
	if s.Incident.Open() && tells(s.Incident, s.Roster) {
		c.Buttons = append(c.Buttons, valued(s.Incident.ID, []Button{{Verb: "status", Label: "Status update"}})...)
	}
	return c
}

// around are the links to where people work on an open incident: its call, and its room
// or, from there, the thread.
func around(in incident.Incident, roster oncall.Roster, inside bool) []incident.Link {
	var all []incident.Link
	if call := roster.Teams[in.Team].Call; call != "" && in.Open() {
		all = append(all, incident.Link{Href: strings.ReplaceAll(call, "{id}", url.PathEscape(strings.ToLower(string(in.ID)))), Text: "Join the call"})
	}
	switch {
	case inside && in.Room.Thread != "":
		all = append(all, incident.Link{Href: in.Room.Thread, Text: "Thread"})
	case !inside && in.Room.Link != "":
		all = append(all, incident.Link{Href: in.Room.Link, Text: "Room #" + in.Room.Name})
	}
	return all
}

// tells reports whether the incident's team has stakeholders to be told.
func tells(in incident.Incident, roster oncall.Roster) bool {
	return roster.Teams[in.Team].Stakeholders != oncall.Channels{}
}
