package incident

import (
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Bundle is the page limit of one person and method: one page in a window, the
// rest together at its end. It is a value like Incident, with a Store of its own.
type Bundle struct {
	Person  oncall.PersonID `json:"person"`
	Via     oncall.Method   `json:"via"`
	Version int64           `json:"-"`
	Last    time.Time       `json:"last,omitzero"`    // when the last page was let through
	Leader  PageID          `json:"leader,omitempty"` // that page
	Before  time.Time       `json:"before,omitzero"`  // Last before that, for Return
	Waiting []PageID        `json:"waiting,omitempty"`
}

// Take asks for leave to send the page at now. It answers with the pages to send
// as one, this one first, or with the time until which it has to wait; it is then
// remembered and goes with whichever page asks first after that. The page that
// was let through last may ask again, since its sender may have died.
func (b Bundle) Take(page PageID, now time.Time, window time.Duration) (next Bundle, send []PageID, until time.Time) {
	next = b
	if open := b.Last.Add(window); !b.Last.IsZero() && now.Before(open) && b.Leader != page {
		if !slices.Contains(b.Waiting, page) {
			next.Waiting = append(slices.Clone(b.Waiting), page)
		}
		return next, nil, open
	}
	send = []PageID{page}
	for _, p := range b.Waiting {
		if p != page {
			send = append(send, p)
		}
	}
	next.Waiting = nil
	if b.Leader != page {
		next.Before = b.Last
	}
	next.Last, next.Leader = now, page
	return next, send, time.Time{}
}

// Return gives the leave back because nothing was sent.
func (b Bundle) Return(page PageID) Bundle {
	if b.Leader == page {
		b.Last, b.Leader, b.Before = b.Before, "", time.Time{}
	}
	return b
}
