package commands

import (
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Request is what somebody said or pressed, wherever they did.
type Request struct {
	Text string // the words: "ack PLATFORM-42", "who platform", ""

	// Set in place of Text by a button or a key press.
	Verb     string      // "ack", "resolve", "escalate", "unack", "snooze"
	Incident incident.ID // the button's
	Arg      string      // of a menu: "1h" for snooze

	By     incident.Actor // Person is empty for a stranger to the roster; Name is then the chat name
	Guest  bool           // of the chat or another organisation, or a bot: looks, and changes nothing
	Source string         // "slack", "sms", "voice", "api"
	Team   oncall.TeamID  // of the channel it was said in; empty elsewhere
	Focus  incident.ID    // of the thread or page it was said in; empty elsewhere

	Form bool // the words come from a Form: a problem names its Field

	Mark *Mark // what "mark" is about

	Page  incident.PageID     // the call in which a key was pressed
	Slots map[int]incident.ID // by SMS, the person's numbered open incidents; nil elsewhere
	Ended map[int]incident.ID // by SMS, those that have ended so lately that a reply may still mean them
}

// A Reply is the answer to whoever asked, in plain words for any medium.
type Reply struct {
	Text     string      // what happened, in a sentence or two
	Lines    []string    // a list below it, such as the incidents to pick from
	OK       bool        // done or answered; false: refused, or not understood
	Count    int         // of how many incidents it was done to, or is being done behind the answer
	Looked   bool        // whatever it says, nothing was to be changed
	Incident incident.ID // what it was about; empty: nothing, or several
	Offers   []oncall.Offer
	Picture  *Picture
	File     *File
	Public   bool   // for everybody in the channel it was asked in, not for the speaker alone
	Form     *Form  // words are missing: to be filled in where the medium can; Text says it elsewhere
	Field    string // of the form that was filled in: what Text is about
	Err      error  // what broke inside, for the log and never for the reader
}

// String returns the whole reply, a line each.
func (r Reply) String() string {
	return strings.Join(append([]string{r.Text}, r.Lines...), "\n")
}
