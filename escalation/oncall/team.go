package oncall

import (
	"slices"
	"strings"
	"time"
)

// A TeamID is a team's key in the configuration, such as "platform".
type TeamID string

// Prefix returns what the ids of the team's incidents begin with: "PLATFORM".
func (t TeamID) Prefix() string { return strings.ToUpper(string(t)) }

// DefaultReackAfter is how long an incident that got worse waits for a second
// acknowledgement where the team sets nothing else.
const DefaultReackAfter = 5 * time.Minute

// A Team owns incidents, schedules and policies.
type Team struct {
	ID             TeamID
	Name           string
	Zone           *time.Location
	SlackChannel   string
	DiscordChannel string
	Members        []PersonID
	Schedules      map[string]Schedule
	Policies       map[string]Policy
	ReackAfter     time.Duration // 0: DefaultReackAfter
	MembersOnly    bool          // only members and admins may act on its incidents
	Announce       Announcement
	Stakeholders   Channels     // where status updates are told
	Call           string       // the address of its conference call, "{id}" standing for the incident; empty: none
	Room           RoomSettings // of its big incidents
	Thread         Telling      // empty: TellBrief
	Mark           string       // the reaction that marks a message; empty: DefaultMark
}

// Channels are a place on each platform; empty: none.
type Channels struct {
	Slack   string
	Discord string
}

// DisplayName is the team's name, or the key where none was given.
func (t Team) DisplayName() string {
	if t.Name != "" {
		return t.Name
	}
	return string(t.ID)
}

// Has reports whether the person is a member.
func (t Team) Has(id PersonID) bool { return slices.Contains(t.Members, id) }

// ScheduleNames returns the names of the team's schedules in alphabetical order.
func (t Team) ScheduleNames() []string {
	names := make([]string, 0, len(t.Schedules))
	for name := range t.Schedules {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
