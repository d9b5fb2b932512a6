package oncall

import (
	"slices"
	"time"
)

// A Rollcall asks somebody who comes on call for one tap: "I'm here".
type Rollcall struct {
	ID       string     `json:"id"`
	Team     TeamID     `json:"team"`
	Schedule string     `json:"schedule"`
	Person   PersonID   `json:"person"`          // who is asked
	After    []PersonID `json:"after,omitempty"` // who goes off, and is told of silence
	Asked    time.Time  `json:"asked"`
	Until    time.Time  `json:"until"` // silence is told then
	Answered time.Time  `json:"answered,omitzero"`
	Over     bool       `json:"over,omitempty"` // answered, or silence was told
	Letter   Letter     `json:"letter"`         // the one that asks
}

// Here returns the book in which a person has answered every roll call that asks
// them, and those that this closed. An answer after silence was told counts, too.
func (b Book) Here(id PersonID, now time.Time) (Book, []Rollcall) {
	var closed []Rollcall
	b.Calls = slices.Clone(b.Calls)
	for i, c := range b.Calls {
		if c.Person != id || !c.Answered.IsZero() || now.Before(c.Asked) {
			continue
		}
		b.Calls[i].Answered, b.Calls[i].Over = now.Round(0).UTC(), true
		closed = append(closed, b.Calls[i])
	}
	return b, closed
}

// Thanks is the letter of the roll call as it stands once it is answered: it says
// so, and asks no more.
func (c Rollcall) Thanks(zone *time.Location) Letter {
	l := c.Letter
	l.Expires = time.Time{}
	l.Lines = append(slices.Clone(l.Lines), "Here since "+c.Answered.In(zone).Format("15:04")+". Thank you.")
	l.Offers = slices.DeleteFunc(slices.Clone(l.Offers), func(o Offer) bool { return o.Words == "here "+c.ID })
	return l
}
