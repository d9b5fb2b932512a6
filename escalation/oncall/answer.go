package oncall

import (
	"slices"
	"time"
)

// An Answer is what became of an Ask, for whoever presses one of its buttons late.
type Answer struct {
	Ask string    `json:"ask"` // its ID
	Was Outcome   `json:"was"`
	By  PersonID  `json:"by,omitempty"` // empty: nobody did it
	At  time.Time `json:"at"`
}

// An Outcome is how an Ask ended.
type Outcome string

// The outcomes. Dropped: the shift had changed hands before the yes came.
const (
	Accepted  Outcome = "accepted"
	Declined  Outcome = "declined"
	Withdrawn Outcome = "withdrawn"
	Dropped   Outcome = "dropped"
	Lapsed    Outcome = "lapsed"
)

// answersKept is how long an Answer stays in the book.
const answersKept = 30 * 24 * time.Hour

// Close returns the book without an open ask, with what became of it in its place.
func (b Book) Close(ask string, was Outcome, by PersonID, now time.Time) Book {
	b.Asks = slices.DeleteFunc(slices.Clone(b.Asks), func(a Ask) bool { return a.ID == ask })
	b.Answers = slices.DeleteFunc(slices.Clone(b.Answers), func(a Answer) bool { return now.Sub(a.At) > answersKept })
	b.Answers = append(b.Answers, Answer{Ask: ask, Was: was, By: by, At: now.Round(0).UTC()})
	return b
}
