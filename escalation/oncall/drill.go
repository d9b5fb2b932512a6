package oncall

import "time"

// A Drill is a test of how a person can be reached: one page by every way of theirs,
// all at once, and what came back.
type Drill struct {
	ID     string     `json:"id"` // the number it was given
	Person PersonID   `json:"person"`
	From   string     `json:"from"` // where it was asked for: "slack", "sms"
	Made   time.Time  `json:"made"`
	Ways   []DrillWay `json:"ways"`
	Over   bool       `json:"over,omitempty"` // what came back was told
}

// A DrillWay is how far one page of a Drill has come.
type DrillWay struct {
	Via   Method     `json:"via"`
	State DrillState `json:"state"`
	At    time.Time  `json:"at"`              // when State last changed
	Words string     `json:"words,omitempty"` // why it failed, in the carrier's words
}

// A DrillState says how far a page of a Drill has come. It only moves forward.
type DrillState string

// The states, in their order; a failed page may still be answered.
const (
	DrillQueued    DrillState = "queued"
	DrillSent      DrillState = "sent"
	DrillFailed    DrillState = "failed"
	DrillDelivered DrillState = "delivered"
	DrillAnswered  DrillState = "answered" // by a key, a word or a button: somebody was there
)

// A Rollcall asks somebody who comes on call for one tap: "I'm here".
type Rollcall struct {
	ID       string    `json:"id"`
	Team     TeamID    `json:"team"`
	Schedule string    `json:"schedule"`
	Person   PersonID  `json:"person"` // who is asked
	After    PersonID  `json:"after"`  // who goes off, and is told of silence; empty: nobody
	Asked    time.Time `json:"asked"`
	Until    time.Time `json:"until"` // silence is told then
	Answered time.Time `json:"answered,omitzero"`
	Over     bool      `json:"over,omitempty"` // answered, or silence was told
}
