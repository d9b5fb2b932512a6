package incident

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Notice is everything a pager needs to reach one person once.
type Notice struct {
	Page      PageID // quoted back by the carrier; the first of a bundle
	Via       oncall.Method
	To        oncall.Person // zero where Via is oncall.Channel
	Incidents []Incident    // one, or a bundle, the worst first
	More      int           // how many incidents the message stands for beside those
	Roster    oncall.Roster
	Doubtful  bool         // an earlier attempt may have arrived: look it up before sending again
	Fallback  bool         // told because nobody answered
	Ask       func() error // see Leave; nil: leave is given
	Tell      func(string) // see Mute; nil: nobody wants to know
}

// Leave asks whether the page is still wanted, which ErrWithdrawn denies. A pager
// asks right before the one request that reaches somebody, and for no other.
func (n Notice) Leave() error {
	if n.Ask == nil {
		return nil
	}
	return n.Ask()
}

// Mute says that the page can't be answered by the way it goes, and why.
func (n Notice) Mute(why string) {
	if n.Tell != nil {
		n.Tell(why)
	}
}

// A Scene is everything a board needs to bring one card up to date.
type Scene struct {
	Card     Card
	Incident Incident
	Roster   oncall.Roster
	News     []Entry // timeline lines that the thread does not hold yet
	Copies   []Page  // direct messages that show an older state
}

// A Showing is what a board has shown.
type Showing struct {
	Ref   string   // of the message
	Told  int      // how many of the News are in the thread now
	Drawn []PageID // of the Copies, those brought up to date
}

// A Fault is a provider's no. An error of a pager or a board that is not a Fault
// counts as one with nothing but its text.
type Fault struct {
	Reason  string        // in the carrier's words, fit for the timeline: no number, no token
	Unknown bool          // it may have been done all the same
	Retry   time.Duration // worth another try after that long; 0: this way is closed
	Gone    bool          // the message or channel does not exist any more: post anew
	Down    bool          // the provider as a whole serves us not at all, for failing or by its word: another may be
	Admin   string        // what an admin has to mend; empty: nothing
}

func (f *Fault) Error() string { return f.Reason }
