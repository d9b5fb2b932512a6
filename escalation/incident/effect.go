package incident

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// An EffectKind says what is owed.
type EffectKind string

// Wake the incident, send a page, cancel a call, bring a card up to date.
const (
	Wake     EffectKind = "wake"
	SendPage EffectKind = "page"
	StopCall EffectKind = "stop"
	ShowCard EffectKind = "card"
)

// An Effect is something the world is owed by an incident, at a time. It is read
// from the incident by Owed and never stored by itself.
type Effect struct {
	Kind     EffectKind
	Incident ID
	At       time.Time     // not before
	Page     PageID        // SendPage, StopCall
	Via      oncall.Method // SendPage, StopCall
	Board    string        // ShowCard
	Channel  string        // ShowCard
	Seen     int64         // ShowCard: grows with each update, so that what is owed after one is not taken for it
	Round    int64         // of the sweep that pushes it again; 0: the first time
}

// Lease is how long an attempt may be on its way before it is taken for dead. It
// is longer than the longest call to a provider.
const Lease = 12 * time.Second

// Unconfirmed is how long a carrier may stay silent about a page before the
// person's next step runs.
const Unconfirmed = 60 * time.Second

// Late is how much later than due a step may fire without moving the next one.
const Late = 5 * time.Second

// poolGrace is how long whoever is let through first may take to take along a pool of
// thousands of pages.
const poolGrace = 15 * time.Second

// cardGrace keeps the due index from pushing a card again that only waits for
// its channel's budget.
const cardGrace = 5 * time.Second
