package oncall

import "time"

// A Letter is something to tell a person, or a team's channel, outside of any
// incident. It is stored with the change that it tells of and delivered once, also
// after a crash. Its words are plain and not escaped for any platform.
type Letter struct {
	// Key names the message: a later letter of the same key edits it, and replaces
	// one that is not delivered yet. Empty: a message of its own.
	Key     string    `json:"key,omitempty"`
	To      PersonID  `json:"to,omitempty"` // one person; empty: Team's channel
	Team    TeamID    `json:"team"`         // whose matter it is
	Text    string    `json:"text"`
	Lines   []string  `json:"lines,omitempty"`
	Offers  []Offer   `json:"offers,omitempty"`
	Expires time.Time `json:"expires,omitzero"` // not worth telling from then on; zero: never

	// Show is what the letter keeps in step, in place of saying something.
	Show Showing `json:"show,omitempty"`

	// Week makes the letter a digest: the team's figures of that week, counted and drawn
	// at delivery, for the channel of the roster's Digest.
	Week Span `json:"week,omitzero"`

	// Via is the one way by which the letter reaches To; empty: by chat, and people
	// who have none by SMS. Drill is the test that such a letter belongs to.
	Via   Method `json:"via,omitempty"`
	Drill string `json:"drill,omitempty"`

	// Stakeholders has Team's stakeholders told in place of its channel.
	Stakeholders bool `json:"stakeholders,omitempty"`

	// Under is the key of a letter in whose thread this one stands.
	Under string `json:"under,omitempty"`

	// Room is the incident whose room the letter is about, or told in.
	Room string `json:"room,omitempty"`

	// Phone is a number that was To's and is told instead of theirs.
	Phone Phone `json:"phone,omitempty"`
}

// A Sending is a Letter on its way.
type Sending struct {
	ID       string
	Version  int64 // of the book it was written with
	Letter   Letter
	Ref      string // the platform's name for the message with the letter's key; empty: none yet
	Tries    int    // before this one
	Doubtful bool   // it may have been delivered already, by a program that died
}

// An Offer is a button below a message: words that need not be typed.
type Offer struct {
	Label string `json:"label"`
	Words string `json:"words"`           // what it says when it is pressed, such as "undo 12"
	Style string `json:"style,omitempty"` // "primary", "danger", or empty
}

// A Showing is a place on the chat platform that says who is on call. What stands
// there is rendered at delivery, from the roster as it is then.
type Showing string

// The places: the members of a user group, the channel's topic, a pinned message.
const (
	ShowGroup Showing = "group"
	ShowTopic Showing = "topic"
	ShowPin   Showing = "pin"
)

// What is done about a room: opened and kept in step, told how its incident went,
// archived.
const (
	ShowRoom    Showing = "room"
	ShowSummary Showing = "summary"
	ShowArchive Showing = "archive"
)

// An Announcement says how a team makes visible who is on call.
type Announcement struct {
	Schedules []string // those that are shown; empty: all of the team's
	Usergroup string   // id of the Slack user group kept in step; empty: none
	Role      string   // id of the Discord role kept in step; empty: none
	Topic     bool     // the channel's topic says who is on call
	Pin       bool     // a pinned message says so
	Mute      bool     // no handoffs in the channel
	NoGaps    bool     // no warnings of gaps in the channel

	// Rollcall is how long whoever comes on has to say that they are here; 0: nobody is
	// asked.
	Rollcall time.Duration
}
