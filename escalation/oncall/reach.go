package oncall

import "time"

// A Reach is what is known of whether a person can be reached.
type Reach struct {
	Delivered map[Method]time.Time // when a page or a test last arrived, by each way
	Acked     time.Time            // when they last acknowledged an incident; zero: never
	Troubles  []Trouble            // those that are open, the oldest first
}

// A Sighting is that a page or a test arrived by one way, or that somebody
// acknowledged.
type Sighting struct {
	Person PersonID
	Via    Method // empty: an acknowledgement
	Phone  Phone  // the number it arrived at; empty: chat
	At     time.Time
}

// A Trouble keeps one way to a person closed, or in doubt, until it is mended.
type Trouble struct {
	Kind  TroubleKind `json:"kind"`
	Via   Method      `json:"via"`
	Phone Phone       `json:"phone,omitempty"` // the number it is about; empty: chat
	Since time.Time   `json:"since"`
	Words string      `json:"words"` // what happened, fit for a person: no number, no token
}

// A TroubleKind says what has to happen for a Trouble to end.
type TroubleKind string

// The kinds. Stopped ends with START from that phone, Wrong with a new proof of the
// number, Refused with the next delivery by that way, Taken when the file or the person
// has another number.
const (
	Stopped TroubleKind = "stopped" // the phone replied STOP: no SMS to it
	Wrong   TroubleKind = "wrong"   // whoever has the phone says that it is not this person's
	Refused TroubleKind = "refused" // the provider refused the last page
	Taken   TroubleKind = "taken"   // the file gave the number, linked in chat, to somebody else
)

// Closed returns the trouble that forbids paging a number by that way.
func (r Reach) Closed(via Method, phone Phone) (Trouble, bool) {
	for _, t := range r.Troubles {
		if t.Phone == phone && (t.Kind == Wrong && via != Chat || t.Kind == Stopped && via == SMS) {
			return t, true
		}
	}
	return Trouble{}, false
}
