package oncall

import (
	"slices"
	"time"
)

// A Room is a channel of its own for one incident, as somebody asked for it. It is in
// the book until the channel is archived, or a while longer where it stays.
type Room struct {
	Incident string     `json:"incident"` // its id
	Team     TeamID     `json:"team"`     // whose settings hold for it
	Board    string     `json:"board"`    // "slack", "discord"
	By       PersonID   `json:"by,omitempty"`
	Name     string     `json:"name,omitempty"`    // of whoever asked and is not in the roster
	Account  string     `json:"account,omitempty"` // theirs: "slack U0MAL"
	Made     time.Time  `json:"made"`
	Channel  string     `json:"channel,omitempty"` // empty: not opened yet
	Invited  []PersonID `json:"invited,omitempty"` // nobody is invited twice: who leaves may stay away
	Shown    string     `json:"shown,omitempty"`   // what of the incident it was told of last
	Summed   bool       `json:"summed,omitempty"`  // it was told how the incident went
	Closing  bool       `json:"closing,omitempty"` // it is to be archived
}

// DefaultArchive is how long after the end of its incident a room is archived where the
// team sets nothing else.
const DefaultArchive = time.Hour

// RoomSettings say how a team's rooms end.
type RoomSettings struct {
	Keep    bool          // they are never archived
	Archive time.Duration // how long after the end of the incident they are; 0: DefaultArchive
}

// After returns how long after the end of its incident a room is archived; false: it
// stays.
func (s RoomSettings) After() (time.Duration, bool) {
	if s.Archive > 0 {
		return s.Archive, !s.Keep
	}
	return DefaultArchive, !s.Keep
}

// Letter has something done about the room.
func (r Room) Letter(show Showing) Letter {
	return Letter{Key: string(show) + " " + r.Incident, Team: r.Team, Room: r.Incident, Show: show}
}

// Room returns the room of an incident.
func (b Book) Room(incident string) (Room, bool) { return roomOf(b.Rooms, incident) }

// WithRoom returns the book with a room, in place of the one of the same incident.
func (b Book) WithRoom(r Room) Book {
	rooms := slices.Clone(b.Rooms)
	i := slices.IndexFunc(rooms, func(one Room) bool { return one.Incident == r.Incident })
	if i < 0 {
		b.Rooms = append(rooms, r)
		return b
	}
	rooms[i] = r
	b.Rooms = rooms
	return b
}

// WithoutRoom returns the book without the room of an incident.
func (b Book) WithoutRoom(incident string) Book {
	b.Rooms = slices.DeleteFunc(slices.Clone(b.Rooms), func(r Room) bool { return r.Incident == incident })
	return b
}

// Room returns the room of an incident.
func (r Roster) Room(incident string) (Room, bool) { return roomOf(r.Rooms, incident) }

// RoomIn returns the room that a channel is.
func (r Roster) RoomIn(board, channel string) (Room, bool) {
	for _, room := range r.Rooms {
		if channel != "" && room.Board == board && room.Channel == channel {
			return room, true
		}
	}
	return Room{}, false
}

func roomOf(rooms []Room, incident string) (Room, bool) {
	for _, r := range rooms {
		if r.Incident == incident {
			return r, true
		}
	}
	return Room{}, false
}
