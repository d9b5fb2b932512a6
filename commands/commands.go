// Package commands is what people say: it alone knows the words.
//
// A slash command, a button, a menu, a mention, an SMS and a key press all become
// one Request. Run finds the word, the incident that is meant and whether the
// speaker may, hands the core an Event and answers with what really happened:
//
//	"ack platform-42" --+
//	button "ack" -------+--> Request --Run--> Event --Desk.Handle--> Reply
//	SMS "14", key 4 ----+
//
// An incident is never guessed among several: the Reply lists them instead.
package commands

import (
	"context"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Desk is where commands are carried out and looked up.
type Desk interface {
	// Handle applies an event and returns the incident after it, or as it is where
	// the event is refused.
	Handle(context.Context, incident.Event) (incident.Incident, error)
	// Find returns an incident, open or resolved, or incident.ErrNotFound.
	Find(context.Context, incident.ID) (incident.Incident, error)
	// Open returns the open incidents of a team, oldest first; of all teams where
	// the team is empty.
	Open(context.Context, oncall.TeamID) ([]incident.Incident, error)
	// Roster returns the present roster.
	Roster() oncall.Roster
}

// Commands carries out what people say.
type Commands struct {
	desk Desk
	now  func() time.Time
}

// New returns Commands at a desk.
func New(desk Desk, now func() time.Time) *Commands {
	return &Commands{desk: desk, now: now}
}

// Run does what was said, if it is understood and the speaker may, and answers.
func (c *Commands) Run(ctx context.Context, r Request) Reply {
	t := turn{Request: r, desk: c.desk, roster: c.desk.Roster(), now: c.now()}
	first := r.Verb
	switch {
	case r.Verb != "":
		t.rest = strings.TrimSpace(string(r.Incident) + " " + r.Arg)
	case r.Slots != nil:
		text := bare(r.Text)
		if text == "" || text == "*" {
			return t.codes(ctx, "")
		}
		if k, ok := parseKeys(text); ok {
			first, t.rest = k.verb, k.which
			break
		}
		first, t.rest = cutWord(r.Text)
	default:
		first, t.rest = cutWord(r.Text)
	}
	if first == "" {
		first = "who"
	}
	w, ok := find(first)
	if !ok {
		return t.unknown(ctx, first)
	}
	t.word = w
	return w.run(t, ctx)
}

// A turn is one request being answered.
type turn struct {
	Request
	desk   Desk
	word   word
	rest   string // what follows the word
	roster oncall.Roster
	now    time.Time
}

// refuse is a Reply that says why nothing was done.
func refuse(text string) Reply { return Reply{Text: text} }

// broken is a Reply to a question that could not be looked up.
func broken(err error) Reply {
	return Reply{Text: "Earshot can't look that up at the moment. Please try again.", Err: err}
}

// misuse says how the word is used.
func (t turn) misuse(why string) Reply {
	return refuse(why + " Say: " + t.word.usage + ", for example: " + t.word.example)
}
