package oncall

import "time"

// A Unit is what a Shift's length is counted in.
type Unit string

// Hours are elapsed hours; days, weeks and months follow the wall clock.
const (
	Hours  Unit = "h"
	Days   Unit = "d"
	Weeks  Unit = "w"
	Months Unit = "mo"
)

// A Turn is the length of one participant's turn: 12h, 1d, 1w, 1mo.
type Turn struct {
	N    int
	Unit Unit
}

// A Layer is one rotation of a schedule.
type Layer struct {
	Participants [][]PersonID // each entry holds the turn together
	Turn         Turn
	Start        Wall           // first handoff, on the clock of the layer's zone
	Until        Wall           // no turn from here on; zero: never ends
	Zone         *time.Location // nil: the schedule's
	Hours        []Window       // empty: always; otherwise only inside one of them
}

// An Override puts people on call for a span, above every layer.
type Override struct {
	ID        string     `json:"id,omitempty"` // of one made in chat
	Start     time.Time  `json:"start"`
	End       time.Time  `json:"end"`
	OnCall    []PersonID `json:"on_call"`
	InsteadOf PersonID   `json:"instead_of,omitempty"` // set: only where this person would hold it
}

// A Schedule says who is on call at each moment: overrides over the highest
// layer that has somebody over nobody. Later layers, and later overrides, win.
type Schedule struct {
	Team      TeamID
	Name      string
	Zone      *time.Location // nil: UTC
	Layers    []Layer
	Overrides []Override
}

// A Source says what put a Shift's people there.
type Source string

// Where a shift comes from.
const (
	FromRotation Source = "rotation"
	FromOverride Source = "override"
	FromNobody   Source = "none"
)

// A Shift is a half-open span during which the same people are on call.
type Shift struct {
	Start  time.Time
	End    time.Time
	OnCall []PersonID // nil: nobody
	Source Source
}
