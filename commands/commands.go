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
	"github.com/earshot-oncall/earshot/escalation/report"
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
	// Newest returns the newest open incidents of a team, at most limit and the oldest
	// first, and how many are open in all.
	Newest(ctx context.Context, team oncall.TeamID, limit int) ([]incident.Incident, int, error)
	// Own returns the open incidents that page a person or that they acknowledged, the
	// oldest first.
	Own(context.Context, oncall.PersonID) ([]incident.Incident, error)
	// Stormy returns the incidents for which the summary of a channel stands, as they
	// were seen last.
	Stormy(ctx context.Context, channel string) ([]incident.Glimpse, error)
	// Roster returns the present roster.
	Roster() oncall.Roster
	// Timeline returns all that happened to an incident, the oldest first.
	Timeline(context.Context, incident.ID) ([]incident.Entry, error)
	// Foretell says whom an alert of the team's default policy, or for that person
	// alone where one is given, would page, if it
	// came now and nobody answered.
	Foretell(context.Context, oncall.TeamID, oncall.PersonID) (Forecast, error)
	// Heartbeats returns the heartbeats of the configuration.
	Heartbeats(context.Context) ([]Heartbeat, error)
	// Ways returns how alerts come in, by the configuration in force.
	Ways() Ways
	// Report returns the figures of a team, of all where it is empty, in a span, and
	// those of the span before it of the same length.
	Report(context.Context, oncall.TeamID, oncall.Span) (now, before report.Report, err error)
	// Picture draws a report, its days on the clock of a zone.
	Picture(r report.Report, title string, zone *time.Location) (*Picture, error)
	// Later does something behind the answer, within the program's life.
	Later(func(context.Context))
	// Link returns the outside address of a path, or nothing where none is known.
	Link(path string) string
	Book
	Witness
	Phones
}

// A Book is where changes of who is on call are written.
type Book interface {
	// Book returns what people changed so far, and the roster with it.
	Book(context.Context) (oncall.Book, oncall.Roster, error)
	// Write saves a change that was decided on what Book returned, or answers
	// oncall.ErrChanged when somebody else was faster.
	Write(context.Context, oncall.Change) error
	// Record adds a row to the audit that belongs to no change of the book.
	Record(context.Context, oncall.Row)
	// Pace takes one question off somebody's allowance and returns zero, or how long to
	// wait for the next.
	Pace(ctx context.Context, who string) (wait time.Duration)
	// Audit returns the newest changes of a team, of all where it is empty, the
	// newest first.
	Audit(ctx context.Context, team oncall.TeamID, limit int) ([]oncall.Row, error)
}

// A Forecast is who would be paged, in order.
type Forecast struct {
	Policy   string
	Pages    []Foretold
	Warnings []string
}

// A Foretold page. Tiers count from 1; 0 is the fallback.
type Foretold struct {
	After  time.Duration
	Tier   int
	Person oncall.PersonID // empty: the channel
	Via    oncall.Method
	Why    string
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
	t.trace = &trace{}
	reply := t.answered(ctx, w)
	t.record(ctx, reply)
	return reply
}

// answered is what a word comes to.
func (t turn) answered(ctx context.Context, w word) Reply {
	if t.Guest && !w.looks {
		t.trace.deny()
		return refuse("Guests, people of other organisations and bots may look, and change nothing: ask somebody of the team.")
	}
	if reply, hurried := t.hurried(ctx, w); hurried {
		return reply
	}
	reply := w.run(t, ctx)
	reply.Looked = w.looks
	return reply
}

// A turn is one request being answered.
type turn struct {
	Request
	desk   Desk
	word   word
	rest   string // what follows the word
	roster oncall.Roster
	now    time.Time
	trace  *trace
	signs  map[oncall.PersonID]string // behind the names of those who may not be reached; nil: nobody looked
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
