package bot

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Color is the state of an incident at a glance.
type Color string

// The colours: nobody has it, somebody has it, it sleeps, it is over.
const (
	Red   Color = "red"
	Amber Color = "amber"
	Grey  Color = "grey"
	Green Color = "green"
)

// Hex returns the colour as "#a30200".
func (c Color) Hex() string {
	switch c {
	case Amber:
		return "#daa038"
	case Grey:
		return "#8d8d8d"
	case Green:
		return "#2eb886"
	}
	return "#a30200"
}

// A Span is a part of a Line: words, a moment or a person. Exactly one is set.
type Span struct {
	Text   string          `json:"text,omitempty"`
	At     time.Time       `json:"at,omitzero"`      // each reader's own zone, where the platform can
	Far    bool            `json:"far,omitempty"`    // At is not near: its day has to be said, too
	Person oncall.PersonID `json:"person,omitempty"` // mentioned, so that the platform tells them
}

// A Line is one sentence.
type Line []Span

// A Style says how much a Button asks for attention.
type Style string

// Primary is what most people want; Danger is worth a thought.
const (
	Plain   Style = ""
	Primary Style = "primary"
	Danger  Style = "danger"
)

// A Button is a command that need not be typed.
type Button struct {
	Verb  string `json:"verb"`
	Arg   string `json:"arg,omitempty"`
	Label string `json:"label"`
	Style Style  `json:"style,omitempty"`
	Value string `json:"value"` // what DecodeAction or DecodeWords reads back

	Confirm string `json:"confirm,omitempty"` // what is asked before it is done; empty: nothing
}

// A Card is what an incident's message shows, in the order of its fields. All of
// its words are harmless and bounded, but not escaped for any platform.
type Card struct {
	ID       incident.ID       `json:"id"`
	State    incident.State    `json:"state"`
	Color    Color             `json:"color"`
	Severity incident.Severity `json:"severity"`
	Title    string            `json:"title"`
	Team     string            `json:"team"`             // its name
	Source   string            `json:"source,omitempty"` // of the alert
	Count    string            `json:"count"`            // "3 alerts"
	OpenedAt time.Time         `json:"opened_at"`
	Status   []Line            `json:"status"`             // who is being paged, who acknowledged or resolved
	Next     []Line            `json:"next,omitempty"`     // what happens next, and when
	Details  []string          `json:"details,omitempty"`  // the sender's summary, the members of a group
	Warnings []string          `json:"warnings,omitempty"` // routing and delivery problems
	Links    []incident.Link   `json:"links,omitempty"`    // http and https only, each with a text
	Buttons  []Button          `json:"buttons,omitempty"`
	Menu     []Button          `json:"menu,omitempty"` // the choices of the menu below them
}

// A Note is one message of an incident's thread: what happened, a Line each.
type Note struct {
	Lines   []Line
	Buttons []Button // below it
	Through int      // how many of the entries are told once this Note is posted
}

// A Message is a page by chat: a person's, or a channel's when nobody answered.
type Message struct {
	Lead     string // why it came, in one line; fit for a phone's notification
	Everyone bool   // mentions everybody in the channel
	Cards    []Card // the incidents it is about, the worst first
	More     string // what did not fit, and where to see it
}
