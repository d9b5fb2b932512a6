package incident

import (
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Storm is the state of one channel: calm, or so full of new incidents that one
// summary stands for their cards. It is a value like Incident, with a Store of its
// own; what the summary counts is kept beside it, a Glimpse for each incident.
type Storm struct {
	Board   string        `json:"board"`
	Channel string        `json:"channel"`
	Team    oncall.TeamID `json:"team"` // the one that began it: the summary speaks of it
	Version int64         `json:"-"`

	Recent []Asked   `json:"recent,omitempty"` // the latest cards that got room of their own
	No     int       `json:"no,omitempty"`     // of the storm, or of the last one
	Since  time.Time `json:"since,omitzero"`   // zero: calm
	Grown  time.Time `json:"grown,omitzero"`   // when an incident was last seen to join
	Size   int       `json:"size,omitempty"`   // how many had joined then
	Ended  time.Time `json:"ended,omitzero"`   // when it was found to be over; zero: it is not

	Ref      string    `json:"ref,omitempty"`      // of the summary's message
	Drawn    int64     `json:"drawn,omitempty"`    // the change of the glimpses that it shows
	DrawnAt  time.Time `json:"drawn_at,omitzero"`  // when it was drawn last, or failed to be
	Busy     time.Time `json:"busy,omitzero"`      // somebody has been drawing it since
	Doubtful bool      `json:"doubtful,omitempty"` // the message may have been posted
}

// Raging reports whether new incidents join it.
func (s Storm) Raging() bool { return !s.Since.IsZero() && !s.Over() }

// Over reports whether nothing joins any more: the summary is its digest.
func (s Storm) Over() bool { return !s.Ended.IsZero() }

// Believed is how long a storm may be taken for raging after the store said so.
const Believed = 3 * time.Second

// Settled reports whether it has been over for so long that nobody takes it for raging
// any more: what has joined by then is all.
func (s Storm) Settled(now time.Time) bool { return s.Over() && now.Sub(s.Ended) >= 2*Believed }

// Asked is when an incident's card asked for room.
type Asked struct {
	ID ID        `json:"id"`
	At time.Time `json:"at"`
}

// Enter asks whether a new incident's card goes into the summary. More cards than the
// rate allows begin a storm, or go on with the one that has just been over: its
// summary is then posted anew, where people look. A card that got room of its own has
// it, however often it asks.
func (s Storm) Enter(id ID, team oncall.TeamID, rate oncall.StormRate, now time.Time) (next Storm, joins bool) {
	next = s
	if slices.ContainsFunc(s.Recent, func(a Asked) bool { return a.ID == id }) {
		return next, false
	}
	if s.Raging() {
		return next, true
	}
	if rate.Cards <= 0 {
		return next, false
	}
	next.Recent = slices.DeleteFunc(slices.Clone(s.Recent), func(a Asked) bool { return now.Sub(a.At) >= rate.Per })
	if len(next.Recent) < rate.Cards {
		next.Recent = append(next.Recent, Asked{id, now})
		return next, false
	}
	if s.Since.IsZero() {
		next.No, next.Team, next.Since, next.Size = s.No+1, team, now, 0
	}
	next.Grown, next.Ended = now, time.Time{}
	next.Ref, next.Drawn, next.DrawnAt, next.Busy, next.Doubtful = "", 0, time.Time{}, time.Time{}, false
	return next, true
}

// calmAfter is how many times the rate's span nothing has to join for a storm to be
// over: a minute where the rate is one of ten seconds.
const calmAfter = 6

// Grow notes how many incidents have joined by now, and whether it is over.
func (s Storm) Grow(size int, rate oncall.StormRate, now time.Time) Storm {
	if size > s.Size {
		s.Size, s.Grown = size, now
	}
	if !s.Over() && now.Sub(s.Grown) >= calmAfter*rate.Per {
		s.Ended = now
	}
	return s
}

// Dissolve ends it for good; the next one has a number of its own.
func (s Storm) Dissolve() Storm {
	return Storm{Board: s.Board, Channel: s.Channel, Team: s.Team, Version: s.Version, No: s.No}
}

// Dissolved reports whether it ended for good, and no card was asked for since.
func (s Storm) Dissolved() bool { return s.Since.IsZero() && s.No > 0 && len(s.Recent) == 0 }

// A Glimpse is what a summary has to know of one incident.
type Glimpse struct {
	ID       ID        `json:"id"`
	State    State     `json:"st"`
	Severity Severity  `json:"sv"`
	Name     string    `json:"n"` // what is counted together: the alert's name, else its title
	Title    string    `json:"t"`
	OpenedAt time.Time `json:"o"`
}

// maxGlimpse bounds the words of a Glimpse, in bytes.
const maxGlimpse = 120

// Glimpse returns what a summary has to know of the incident.
func (in Incident) Glimpse() Glimpse {
	name := in.Labels["alertname"]
	if name == "" {
		name = in.Title
	}
	return Glimpse{in.ID, in.State, in.Severity, clip(name), clip(in.Title), in.OpenedAt}
}

// clip shortens to maxGlimpse bytes, between characters.
func clip(s string) string {
	if len(s) <= maxGlimpse {
		return s
	}
	end := maxGlimpse
	for end > 0 && s[end]&0xC0 == 0x80 {
		end--
	}
	return s[:end]
}

// A Summary is everything a board needs to show a storm.
type Summary struct {
	Storm    Storm
	Glimpses []Glimpse // of all that joined, in no order
	Roster   oncall.Roster
}

// A Crowd is what is known, as of one moment, of page limits and channels that are
// full already: what it speaks of need not ask them one by one.
type Crowd struct {
	Held   map[Way]time.Time // the page limit of a person and method is spent until then
	Storms map[Place]int     // the number of the storm that rages in a channel
}

// A Way is how one person is reached.
type Way struct {
	Person oncall.PersonID
	Via    oncall.Method
}

// A Place is one channel of a board.
type Place struct{ Board, Channel string }

// Crowded is an Event with what is known of the crowd in which it happens.
type Crowded struct {
	Event
	Crowd Crowd
}
