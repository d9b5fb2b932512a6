package escalation

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// TestAFullBudgetCoalescesAndLetsPeopleThrough has a board that has no room for what
// machines changed: many changes come to one update, and an acknowledgement is shown
// before its turn.
func TestAFullBudgetCoalescesAndLetsPeopleThrough(t *testing.T) {
	full := &incident.Fault{Reason: "waiting for the rate limit", Retry: 10 * time.Second}
	for _, person := range []bool{false, true} {
		name := map[bool]string{false: "the latest state when its turn comes", true: "a person's at once"}[person]
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			in := r.fire("k")
			r.wind(0)
			opens := r.clock().Add(10 * time.Second)
			r.board.answer = func(s incident.Scene) (incident.Showing, error) {
				if r.clock().Before(opens) && !s.Card.Hurried {
					return incident.Showing{}, full
				}
				return incident.Showing{Ref: "card-1", Told: len(s.News)}, nil
			}
			before := len(r.board.shown())
			for range 20 {
				r.fire("k")
				r.wind(100 * time.Millisecond)
			}
			if person {
				r.handle(incident.Acked{ID: in.ID, By: incident.By("ana")})
				r.wind(0)
			} else {
				r.wind(10 * time.Second)
			}
			scenes := r.board.shown()[before:]
			last := scenes[len(scenes)-1].Incident
			if last.Count != 21 || (last.State == incident.Acknowledged) != person {
				t.Errorf("the card shows %s and a count of %d, want the latest", last.State, last.Count)
			}
			if n := len(scenes); n > 2 {
				t.Errorf("20 changes took %d tries, want the refused one and one that is let through", n)
			}
			if c := r.card(in.ID); c.Shown != r.stored(in.ID).Revision || c.Hurried {
				t.Errorf("the card shows revision %d of %d, hurried %v", c.Shown, r.stored(in.ID).Revision, c.Hurried)
			}
		})
	}
}
