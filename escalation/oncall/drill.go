package oncall

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// DrillTime is how long a Drill waits for what comes back.
const DrillTime = 3 * time.Minute

// A Drill is a test of how a person can be reached: one page by every way of theirs,
// all at once, and what came back.
type Drill struct {
	ID     string     `json:"id"` // the number it was given
	Person PersonID   `json:"person"`
	From   string     `json:"from"` // where it was asked for: "slack", "sms"
	Made   time.Time  `json:"made"`
	Ways   []DrillWay `json:"ways"`
	Told   string     `json:"told,omitempty"` // what the person was told last of what came back
	Over   bool       `json:"over,omitempty"` // nothing more is waited for
}

// A DrillWay is how far one page of a Drill has come.
type DrillWay struct {
	Via   Method     `json:"via"`
	State DrillState `json:"state"`
	At    time.Time  `json:"at"`              // when State last changed
	Words string     `json:"words,omitempty"` // why it failed, or how it was answered
}

// A DrillState says how far a page of a Drill has come. It only moves forward.
type DrillState string

// The states, in their order; a failed page may still be answered.
const (
	DrillQueued    DrillState = "queued"
	DrillSent      DrillState = "sent"
	DrillFailed    DrillState = "failed"
	DrillDelivered DrillState = "delivered"
	DrillAnswered  DrillState = "answered" // by a key, a word or a button: somebody was there
)

var drillStates = []DrillState{DrillQueued, DrillSent, DrillFailed, DrillDelivered, DrillAnswered}

// A DrillNews says how far one page of a Drill has come.
type DrillNews struct {
	Drill  string
	Person PersonID
	Via    Method
	State  DrillState
	Words  string
}

// Drilled returns the book with some news of a test, and whether it is any: what
// comes late, doubled, out of order or for another test changes nothing.
func (b Book) Drilled(n DrillNews, now time.Time) (Book, bool) {
	d, ok := b.Drills[n.Person]
	i := slices.IndexFunc(d.Ways, func(w DrillWay) bool { return w.Via == n.Via })
	if !ok || d.ID != n.Drill || i < 0 || slices.Index(drillStates, n.State) <= slices.Index(drillStates, d.Ways[i].State) {
		return b, false
	}
	d.Ways = slices.Clone(d.Ways)
	d.Ways[i] = DrillWay{Via: n.Via, State: n.State, At: now.Round(0).UTC(), Words: n.Words}
	return b.WithDrill(d), true
}

// WithDrill returns the book with a person's test in place of the one before.
func (b Book) WithDrill(d Drill) Book {
	b.Drills = maps.Clone(b.Drills)
	if b.Drills == nil {
		b.Drills = map[PersonID]Drill{}
	}
	b.Drills[d.Person] = d
	return b
}

// Ended reports whether nothing more can come back.
func (d Drill) Ended() bool {
	return !slices.ContainsFunc(d.Ways, func(w DrillWay) bool { return w.State != DrillAnswered && w.State != DrillFailed })
}

// String reads "chat delivered, SMS delivered after 3 s, call answered with 4".
func (d Drill) String() string {
	var all []string
	for _, w := range d.Ways {
		all = append(all, d.came(w))
	}
	return strings.Join(all, ", ")
}

// came is what came back by one way.
func (d Drill) came(w DrillWay) string {
	name, after := w.Via.Noun(), ""
	if s := w.At.Sub(d.Made).Round(time.Second); s > 0 {
		after = " after " + s.String()
	}
	switch {
	case w.State == DrillFailed && w.Words != "":
		return w.Words
	case w.State == DrillFailed:
		return name + " failed"
	case w.State == DrillAnswered || w.State == DrillDelivered:
		return strings.TrimSpace(name+" "+string(w.State)+" "+w.Words) + after
	case d.Over && w.State == DrillQueued:
		return name + " not sent within 3 minutes"
	case w.State == DrillQueued:
		return name + " on its way"
	case w.Words != "":
		return name + " sent: " + w.Words
	case d.Over:
		return name + " sent: no receipt within 3 minutes"
	}
	return name + " sent"
}

// Noun names the method in a sentence.
func (m Method) Noun() string {
	switch m {
	case SMS:
		return "SMS"
	case Voice:
		return "call"
	}
	return string(m)
}

// Ways returns how the person can be paged: by chat where they have it, and by what
// their own steps and windows name and they have a number for.
func (p Person) Ways() []Method {
	var ways []Method
	for _, via := range []Method{Chat, SMS, Voice} {
		if p.Has(via) && (via == Chat || p.steps(via)) {
			ways = append(ways, via)
		}
	}
	return ways
}

// steps reports whether any of the person's steps goes that way.
func (p Person) steps(via Method) bool {
	usual := p.Paging
	if len(usual) == 0 {
		usual = p.defaults()
	}
	return hasVia(usual, via) || slices.ContainsFunc(p.When, func(w PagingWindow) bool { return hasVia(w.Steps, via) })
}
