package incident

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Subject says which incident an event is about: by ID, or by the sender's Key.
type Subject struct {
	ID  ID
	Key Key
}

// An Event is something that happened: in the world, to a person, or to a page.
type Event interface{ Subject() Subject }

// What machines say.
type (
	// AlertFired opens an incident, or joins the open one of its key.
	AlertFired struct {
		Key   Key
		Alert Alert
		Route Route
		Group Group
		By    Actor // who raised it by hand; zero: the integration
	}
	// AlertResolved ends the incident of its key; with Members, only those, and
	// the incident when no member is left. Of an incident that joins alerts of several
	// keys it ends the one of its own. Unknown keys are accepted and ignored.
	AlertResolved struct {
		ID      ID // in place of Key: the incident that has the members now
		Key     Key
		By      Actor
		Members []string // fingerprints
		More    bool     // the sender left some out, which may fire: the incident goes on
	}
	// AlertAcknowledged is a sender's word that somebody has it.
	AlertAcknowledged struct {
		Key Key
		By  Actor
	}
	// AlertUnacknowledged takes a sender's acknowledgement, or its snooze, back: the
	// escalation starts anew.
	AlertUnacknowledged struct {
		Key Key
		By  Actor
	}
	// AlertSnoozed silences the incident of its key for a while.
	AlertSnoozed struct {
		Key Key
		By  Actor
		For time.Duration
	}
	// AlertReworded changes what an open incident is called or described as; empty
	// words change nothing. It pages nobody.
	AlertReworded struct {
		Key         Key
		By          Actor
		Title       string
		Description string
	}
	// AlertNoted adds a sender's words to the timeline and pages nobody.
	AlertNoted struct {
		Key  Key
		By   Actor
		Text string
	}
)

// What people say.
type (
	// Acked takes the incident on.
	Acked struct {
		ID   ID
		By   Actor
		Page PageID // the call in which it was said; empty elsewhere
	}
	// Unacked gives it back: the escalation starts anew. It ends a snooze too.
	Unacked struct {
		ID ID
		By Actor
	}
	// Taken takes the incident over from whoever acknowledged it: nobody is paged. One
	// that nobody has acknowledged is acknowledged.
	Taken struct {
		ID ID
		By Actor
	}
	// Closed resolves the incident for good.
	Closed struct {
		ID   ID
		By   Actor
		Note string
	}
	// Escalated pages the next tier now.
	Escalated struct {
		ID ID
		By Actor
	}
	// Slept silences the incident for a while.
	Slept struct {
		ID  ID
		By  Actor
		For time.Duration
	}
	// Reassigned hands the incident to a team, to a policy of its team, or to one
	// person; exactly one of the three is set.
	Reassigned struct {
		ID     ID
		By     Actor
		Team   oncall.TeamID
		Policy string
		Person oncall.PersonID
	}
	// Added pages one more person, by that person's own policy.
	Added struct {
		ID     ID
		By     Actor
		Person oncall.PersonID
	}
	// Marked puts a message of the chat on the timeline, each once.
	Marked struct {
		ID     ID
		By     Actor  // who marked it
		Author Actor  // who wrote it
		Ref    string // the message's name
		Text   string // what it says
		Link   string // where it stands; empty: not known
	}
	// Noted adds words to the timeline.
	Noted struct {
		ID   ID
		By   Actor
		Text string
	}
)

// What the clock and the carriers say.
type (
	// Tick runs whatever is due.
	Tick struct{ ID ID }
	// PageSending claims a page just before its provider is called; it is refused
	// with ErrWithdrawn when the page is not wanted any more.
	PageSending struct{ Page PageID }
	// PageSent says that the provider took the page. Ref is its name for it.
	// Receipt is false where nothing more will be heard of it (chat).
	PageSent struct {
		Page    PageID
		Ref     string
		Receipt bool
		With    []PageID // others told in the same message, of other incidents perhaps
		Along   int      // how many incidents the message stood for beside those
		Mute    string   // why it can't be answered by the way it came; empty: it can
		Bundled bool     // another page's message told of it
	}
	// PageHeld puts a page back until then: the bundling limit, or a provider's wish.
	PageHeld struct {
		Page  PageID
		Until time.Time
		Why   string
		Pool  bool // so many wait that another is to take it along
	}
	// PageUnknown says that the provider may or may not have taken the page.
	PageUnknown struct {
		Page   PageID
		Reason string
	}
	// PageDelivered is a carrier's receipt.
	PageDelivered struct{ Page PageID }
	// PageRinging says that the carrier works on the call: it counts as heard from,
	// not as delivered.
	PageRinging struct{ Page PageID }
	// PageFailed says that the page reached nobody, and why.
	PageFailed struct {
		Page   PageID
		Reason string
		Missed bool // a call that rang, and nobody pressed a key: no fault of the way
		Astray bool // it was told to somebody else: even what was delivered has failed
	}
	// PageCancelled says that a call was stopped because its page is not wanted any more.
	PageCancelled struct{ Page PageID }
	// CardShowing claims a card just before its board is called.
	CardShowing struct {
		ID      ID
		Board   string
		Channel string
	}
	// CardShown says what the card shows now, or that the attempt came to nothing.
	CardShown struct {
		ID       ID
		Board    string
		Channel  string
		Ref      string // of the message
		Revision int64
		Told     int
		Err      string    // set: nothing was shown, and why
		Unknown  bool      // with Err: the post may have arrived
		Gone     bool      // with Err: the message does not exist any more
		Retry    time.Time // with Err: not before
		Drawn    []PageID  // direct messages brought up to date
	}
	// CardStormed lets the summary of a storm stand for a card that is not posted yet.
	CardStormed struct {
		ID      ID
		Board   string
		Channel string
		Storm   int
	}
	// CardFreed gives the incident a card of its own again.
	CardFreed struct {
		ID      ID
		Board   string
		Channel string
		Storm   int
	}
	// Unattended applies an event while the program is down: nothing that is due
	// runs. Only simulations need it.
	Unattended struct{ Event }
)

// Subject implements Event.
func (e AlertFired) Subject() Subject { return Subject{Key: e.Key} }

// Subject implements Event.
func (e AlertResolved) Subject() Subject {
	if e.ID != "" {
		return Subject{ID: e.ID}
	}
	return Subject{Key: e.Key}
}

// Subject implements Event.
func (e AlertAcknowledged) Subject() Subject { return Subject{Key: e.Key} }

// Subject implements Event.
func (e AlertUnacknowledged) Subject() Subject { return Subject{Key: e.Key} }

// Subject implements Event.
func (e AlertSnoozed) Subject() Subject { return Subject{Key: e.Key} }

// Subject implements Event.
func (e AlertReworded) Subject() Subject { return Subject{Key: e.Key} }

// Subject implements Event.
func (e AlertNoted) Subject() Subject { return Subject{Key: e.Key} }

// Subject implements Event.
func (e Acked) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e Unacked) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e Taken) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e Closed) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e Escalated) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e Slept) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e Reassigned) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e Added) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e Marked) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e Noted) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e Tick) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e PageSending) Subject() Subject { return Subject{ID: e.Page.Incident()} }

// Subject implements Event.
func (e PageSent) Subject() Subject { return Subject{ID: e.Page.Incident()} }

// Subject implements Event.
func (e PageHeld) Subject() Subject { return Subject{ID: e.Page.Incident()} }

// Subject implements Event.
func (e PageUnknown) Subject() Subject { return Subject{ID: e.Page.Incident()} }

// Subject implements Event.
func (e PageDelivered) Subject() Subject { return Subject{ID: e.Page.Incident()} }

// Subject implements Event.
func (e PageRinging) Subject() Subject { return Subject{ID: e.Page.Incident()} }

// Subject implements Event.
func (e PageFailed) Subject() Subject { return Subject{ID: e.Page.Incident()} }

// Subject implements Event.
func (e PageCancelled) Subject() Subject { return Subject{ID: e.Page.Incident()} }

// Subject implements Event.
func (e CardShowing) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e CardShown) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e CardStormed) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e CardFreed) Subject() Subject { return Subject{ID: e.ID} }
