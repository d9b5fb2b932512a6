package oncall

import (
	"errors"
	"time"
)

// ErrChanged reports that somebody else changed the book first: read and decide
// again.
var ErrChanged = errors.New("the on-call book changed meanwhile")

// A Book is what people changed in chat, and what they have been told of who is on
// call and of maintenance; of all teams, since any policy may name another team's schedule. It is
// saved as a whole, together with what the change owes (see Change).
type Book struct {
	Version  int64                 `json:"-"`        // as stored; 0: nothing is stored yet
	Last     int                   `json:"last"`     // the last number given to a booking, an ask, a change or a maintenance
	Bookings []Booking             `json:"bookings"` // in the order they were made
	Asks     []Ask                 `json:"asks"`     // open ones, in the order they were made
	Answers  []Answer              `json:"answers"`  // what became of those before, the oldest first
	Wishes   map[PersonID]Wish     `json:"wishes"`
	Told     map[string]Held       `json:"told"`     // by "team/schedule": who is on call, as announced last
	Reminded map[string]time.Time  `json:"reminded"` // by "person team/schedule": start of the shift that the person was told of last
	Gaps     map[TeamID]GapWarning `json:"gaps"`
	Digested time.Time             `json:"digested,omitzero"` // the end of the week whose figures were told last

	Maintenance []Maintenance `json:"maintenance,omitempty"` // planned, in force, or just over, in the order they were made

	Drills map[PersonID]Drill `json:"drills,omitempty"` // the last test of each person's ways
	Calls  []Rollcall         `json:"calls,omitempty"`  // of handoffs, open or just over, in the order they were made

	Gone map[PersonID]Departure `json:"gone,omitempty"` // those of whom a chat account is gone

	Rooms []Room `json:"rooms,omitempty"` // of incidents, in the order they were asked for

	Warned map[PersonID][]Trouble `json:"warned,omitempty"` // of people's reach, told and not over as far as was told
}

// Held is who was announced as on call.
type Held struct {
	OnCall []PersonID `json:"on_call"`
	Since  time.Time  `json:"since"`
}

// A GapWarning is what a team's channel was told of its gaps.
type GapWarning struct {
	Starts []string  `json:"starts"` // "schedule start" of each gap told of, in order
	At     time.Time `json:"at"`
	Key    string    `json:"key"` // of the letter that told of them
}

// A Wish is what a person set for themselves in chat.
type Wish struct {
	Lead     *time.Duration `json:"lead,omitempty"`     // how long before a shift to be told; nil: DefaultLead; 0: not at all
	Calendar string         `json:"calendar,omitempty"` // secret of the calendar's address; empty: no calendar
	Phone    Phone          `json:"phone,omitempty"`    // linked and proven in chat; empty: the file's
	Paging   []Step         `json:"paging,omitempty"`   // own steps, in order of After; empty: the file's
}

// DefaultLead is how long before a shift a person is told who wished nothing else.
const DefaultLead = time.Hour

// An AskKind says what an Ask wants.
type AskKind string

// A Swap asks one person to trade shifts, a Cover anybody of the team to take one.
const (
	Swap  AskKind = "swap"
	Cover AskKind = "cover"
)

// An Ask is a change that waits for somebody's yes. Until then nothing changes.
type Ask struct {
	ID       string    `json:"id"`
	Kind     AskKind   `json:"kind"`
	Team     TeamID    `json:"team"`
	Schedule string    `json:"schedule"`
	By       PersonID  `json:"by"`            // whose shift Give is
	To       PersonID  `json:"to,omitempty"`  // of a Swap: who is asked
	Give     Span      `json:"give"`          // goes from By to To, or to the volunteer
	Take     Span      `json:"take,omitzero"` // of a Swap: goes from To to By; zero: nothing in return
	Made     time.Time `json:"made"`
	Until    time.Time `json:"until"` // lapses then
}

// Next returns the book with one more number given, and that number.
func (b Book) Next() (Book, int) {
	b.Last++
	return b, b.Last
}

// Lead returns how long before a shift the person wants to be told; 0: not at all.
func (b Book) Lead(id PersonID) time.Duration {
	if lead := b.Wishes[id].Lead; lead != nil {
		return *lead
	}
	return DefaultLead
}

// A Change is a Book that was decided on the stored one of the same Version, with
// what has to be remembered and told of it. It is saved whole or not at all.
type Change struct {
	Book    Book
	Rows    []Row
	Letters []Letter
}

// A Row is a line of the audit: who changed what, when, from where.
type Row struct {
	At     time.Time `json:"at"`
	By     PersonID  `json:"by"`             // empty: Earshot itself, or whom Name names
	Name   string    `json:"name,omitempty"` // of somebody outside the roster
	From   string    `json:"from"`           // "slack", "sms", "earshot"
	Team   TeamID    `json:"team"`           // empty: no team's
	What   string    `json:"what"`           // "override of platform/techops"
	Before string    `json:"before"`
	After  string    `json:"after"`
}
