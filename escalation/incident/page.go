package incident

import (
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A PageID names one page: "PLATFORM-42/p3" is the third of that incident. The
// carrier quotes it back.
type PageID string

// Incident returns the id of the incident the page is about.
func (p PageID) Incident() ID {
	id, _, _ := strings.Cut(string(p), "/")
	return ID(id)
}

// A PageStatus says how far a page has come.
type PageStatus string

// The statuses of a page. Queued may become Sending or Withdrawn, Sending becomes
// Sent, Failed or Queued again, Sent becomes Delivered or Failed.
const (
	PageQueued     PageStatus = "queued"
	PageOnWire     PageStatus = "sending"
	PageOut        PageStatus = "sent"
	PageArrived    PageStatus = "delivered"
	PageLost       PageStatus = "failed"
	PageWithdrawn  PageStatus = "withdrawn"
	PageCancelling PageStatus = "cancelling" // a call that may still ring, not wanted any more
)

// A Page is one attempt to reach one responder in one way.
type Page struct {
	ID        PageID          `json:"id"`
	To        oncall.PersonID `json:"to,omitempty"` // empty: Via is oncall.Channel
	Via       oncall.Method   `json:"via"`
	Channel   string          `json:"channel,omitempty"` // which one, where Via is oncall.Channel
	Tier      int             `json:"tier"`              // counted from 0; FallbackTier, AddedTier
	Run       int             `json:"run,omitempty"`     // the Run.No it belongs to; 0: none
	Rung      int             `json:"rung,omitempty"`    // which step of that run
	Status    PageStatus      `json:"status"`
	Due       time.Time       `json:"due"`                 // when it should start
	Since     time.Time       `json:"since"`               // when Status last changed
	NotBefore time.Time       `json:"not_before,omitzero"` // held until then
	Pooled    bool            `json:"pooled,omitempty"`    // whoever is let through first after that takes it along
	Heard     bool            `json:"heard,omitempty"`     // the carrier has said something about it
	Doubtful  bool            `json:"doubtful,omitempty"`  // may have arrived: look it up before sending again
	Tries     int             `json:"tries,omitempty"`     // attempts that the provider put off or left in doubt
	Ref       string          `json:"ref,omitempty"`       // the provider's name for it
	With      []PageID        `json:"with,omitempty"`      // told in the same message
	Along     int             `json:"along,omitempty"`     // how many more incidents it stood for
	Drawn     State           `json:"drawn,omitempty"`     // the state a direct message shows
	Why       string          `json:"why,omitempty"`       // what led to this person: "schedule techops"
	Reason    string          `json:"reason,omitempty"`    // why it failed, in the carrier's words
	Missed    bool            `json:"missed,omitempty"`    // it failed because nobody took the call
	Mute      string          `json:"mute,omitempty"`      // why it can't be answered by the way it came; empty: it can
}

// Tiers that are none of the policy's.
const (
	FallbackTier = -1 // told because the rounds are over
	AddedTier    = -2 // asked for by hand
)

// Open reports whether the page may still reach somebody.
func (p Page) Open() bool {
	switch p.Status {
	case PageQueued, PageOnWire, PageOut:
		return true
	}
	return false
}

// Failure says how the page came to nothing, to follow its way and receiver:
// "refused: unregistered sender" where the reason begins with the way, "SMS refused:
// unregistered sender", and "failed: account_inactive" of any other.
func (p Page) Failure() string {
	if rest, ok := strings.CutPrefix(p.Reason, p.how()+" "); ok {
		return rest
	}
	return strings.TrimSuffix("failed: "+p.Reason, ": ")
}

// Way is whose page limit the page goes through: its receiver's. A channel has one
// under a name that no person can have.
func (p Page) Way() Way {
	if p.Via == oncall.Channel {
		return Way{oncall.PersonID("#" + p.Channel), p.Via}
	}
	return Way{p.To, p.Via}
}

// A Run is one climb of a person's own paging policy.
type Run struct {
	No     int             `json:"no"`
	Person oncall.PersonID `json:"person"`
	Tier   int             `json:"tier"`
	Why    string          `json:"why,omitempty"`
	Start  time.Time       `json:"start"`
	Rungs  []Rung          `json:"rungs"`
	Acked  bool            `json:"acked,omitempty"` // under ack: all, this person has
}

// A Rung is one step of a Run.
type Rung struct {
	oncall.Step
	Due    time.Time `json:"due,omitzero"`     // next send; zero: no more
	Sent   int       `json:"sent,omitempty"`   // sends so far
	Failed bool      `json:"failed,omitempty"` // the last send failed
}
