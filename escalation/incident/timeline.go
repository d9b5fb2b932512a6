package incident

import (
	"fmt"
	"time"
)

// An Entry is one line of an incident's timeline: what happened and for what
// reason.
type Entry struct {
	At    time.Time `json:"at"`
	Kind  string    `json:"kind"`
	Actor string    `json:"actor,omitempty"`
	Text  string    `json:"text"`

	Account string `json:"account,omitempty"` // of a stranger to the roster: "slack U0MAL"
	Again   bool   `json:"again,omitempty"`   // it says what an earlier one said
}

// The kinds of timeline entries.
const (
	KindOpened       = "opened"
	KindRouted       = "routed"
	KindHeld         = "held"
	KindTier         = "tier"
	KindPage         = "page"
	KindDelivered    = "delivered"
	KindFailed       = "failed"
	KindAcknowledged = "acknowledged"
	KindRestarted    = "restarted"
	KindEscalated    = "escalated"
	KindSnoozed      = "snoozed"
	KindReassigned   = "reassigned"
	KindResolved     = "resolved"
	KindWorse        = "worse"
	KindRecovered    = "recovered"
	KindSilent       = "silent"
	KindAgain        = "again"
	KindFallback     = "fallback"
	KindOver         = "over"
	KindNote         = "note"
	KindMarked       = "marked"
	KindWarning      = "warning"
	KindRoom         = "room"
	KindStatus       = "status"
)

// note adds a line to the timeline.
func (in *Incident) note(now time.Time, kind string, by Actor, format string, args ...any) {
	in.lag(now)
	in.Timeline = append(in.Timeline, Entry{At: now, Kind: kind, Actor: by.Key(), Text: fmt.Sprintf(format, args...), Account: by.Account})
}
