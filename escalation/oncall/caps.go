package oncall

import "time"

// A Spending is something that costs money and goes to a number that nobody but its
// owner vouches for.
type Spending string

// What is bounded against toll fraud. A page to a number of the file never is.
const (
	CodeSent   Spending = "code" // a code that proves a number
	TestSent   Spending = "test" // a test page
	LinkedPage Spending = "page" // a page to a number that was linked in chat
)

// Caps bound what is spent. A bound of zero is the default.
type Caps struct {
	Codes, Tests, Pages Cap
}

// A Cap bounds one Spending by everybody who could be behind it.
type Cap struct {
	Person int // by one person in Per
	Number int // to one number in a day
	Day    int // in the installation in a day
	Per    time.Duration
}

// The bounds where nothing else is said.
var defaultCaps = map[Spending]Cap{
	CodeSent:   {Person: 5, Number: 5, Day: 100, Per: time.Hour},
	TestSent:   {Person: 5, Number: 20, Day: 200, Per: time.Hour},
	LinkedPage: {Person: 200, Number: 200, Day: 2000, Per: oneDay},
}

// Of returns the bounds of a Spending. A number's bound is never below its person's.
func (c Caps) Of(s Spending) Cap {
	set := map[Spending]Cap{CodeSent: c.Codes, TestSent: c.Tests, LinkedPage: c.Pages}[s]
	usual := defaultCaps[s]
	for _, one := range []struct {
		bound *int
		usual int
	}{{&set.Person, usual.Person}, {&set.Number, max(usual.Number, set.Person)}, {&set.Day, usual.Day}} {
		if *one.bound <= 0 {
			*one.bound = one.usual
		}
	}
	if set.Per <= 0 {
		set.Per = usual.Per
	}
	return set
}
