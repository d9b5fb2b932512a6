package incident

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestRefusalsLeaveTheIncidentAsItWas(t *testing.T) {
	const id = ID("PLATFORM-1")
	ana := By("ana")
	states := map[State]func(*testing.T) Incident{
		"":        func(*testing.T) Incident { return Incident{ID: id} },
		Triggered: func(t *testing.T) Incident { return opened(t, sample(nil)) },
		Acknowledged: func(t *testing.T) Incident {
			return must(t)(Decide(opened(t, sample(nil)), sample(nil), Acked{ID: id, By: ana}, nine))
		},
		Snoozed: func(t *testing.T) Incident {
			return must(t)(Decide(opened(t, sample(nil)), sample(nil), Slept{ID: id, By: ana, For: time.Hour}, nine))
		},
		Resolved: func(t *testing.T) Incident {
			return must(t)(Decide(opened(t, sample(nil)), sample(nil), Closed{ID: id, By: ana}, nine))
		},
	}
	tests := []struct {
		name  string
		state State
		ev    Event
		err   error
		words string
	}{
		{"nothing to acknowledge", "", Acked{ID: id, By: ana}, ErrNotFound, "no such incident"},
		{"nothing to note", "", Noted{ID: id, By: ana}, ErrNotFound, "no such incident"},
		{"acknowledge what is over", Resolved, Acked{ID: id, By: ana}, ErrResolved, "PLATFORM-1 is already resolved"},
		{"give back what is over", Resolved, Unacked{ID: id, By: ana}, ErrResolved, "PLATFORM-1 is already resolved"},
		{"resolve what is over", Resolved, Closed{ID: id, By: ana}, ErrResolved, "PLATFORM-1 is already resolved"},
		{"escalate what is over", Resolved, Escalated{ID: id, By: ana}, ErrResolved, "PLATFORM-1 is already resolved"},
		{"snooze what is over", Resolved, Slept{ID: id, By: ana, For: time.Hour}, ErrResolved, "PLATFORM-1 is already resolved"},
		{"reassign what is over", Resolved, Reassigned{ID: id, By: ana, Person: "ben"}, ErrResolved, "PLATFORM-1 is already resolved"},
		{"add to what is over", Resolved, Added{ID: id, By: ana, Person: "ben"}, ErrResolved, "PLATFORM-1 is already resolved"},
		{"give back what nobody has", Triggered, Unacked{ID: id, By: ana}, ErrRefused, "PLATFORM-1 is not acknowledged"},
		{"a snooze without a time", Triggered, Slept{ID: id, By: ana}, ErrRefused, "a snooze needs a time such as 1h"},
		{"a snooze that is no time", Acknowledged, Slept{ID: id, By: ana, For: time.Millisecond}, ErrRefused, "a snooze needs a time such as 1h"},
		{"a team that isn't there", Triggered, Reassigned{ID: id, By: ana, Team: "ghosts"}, ErrRefused, `there is no team "ghosts"`},
		{"a policy that isn't there", Triggered, Reassigned{ID: id, By: ana, Policy: "night"}, ErrRefused, `team platform has no policy "night"`},
		{"a person who isn't there", Triggered, Reassigned{ID: id, By: ana, Person: "zoe"}, ErrRefused, `there is no person "zoe"`},
		{"somebody who can't be reached", Triggered, Added{ID: id, By: ana, Person: "zoe"}, ErrRefused, "zoe can't be reached"},
		{"one more for what somebody has", Acknowledged, Added{ID: id, By: ana, Person: "ben"}, ErrRefused, "unack or escalate it first"},
		{"one more for what sleeps", Snoozed, Added{ID: id, By: ana, Person: "ben"}, ErrRefused, "PLATFORM-1 is snoozed"},
		{"a page of what is over", Resolved, PageSending{Page: "PLATFORM-1/p1"}, ErrWithdrawn, "not wanted any more"},
		{"a page that isn't there", Triggered, PageSending{Page: "PLATFORM-1/p9"}, ErrWithdrawn, "not wanted any more"},
		{"a card that isn't there", Triggered, CardShowing{ID: id, Board: "slack", Channel: "C9"}, ErrWithdrawn, "not wanted any more"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := states[tt.state](t)
			got, owed, err := Decide(in, sample(nil), tt.ev, nine.Add(time.Second))
			if !errors.Is(err, tt.err) || !strings.Contains(err.Error(), tt.words) {
				t.Fatalf("error = %v, want %v saying %q", err, tt.err, tt.words)
			}
			if len(owed) > 0 {
				t.Errorf("it owes %v all the same", owed)
			}
			if !reflect.DeepEqual(got, in) {
				t.Error("the refused event changed it")
			}
		})
	}
}

func TestANoteIsTakenEvenWhenItIsOver(t *testing.T) {
	in := must(t)(Decide(opened(t, sample(nil)), sample(nil), Closed{ID: "PLATFORM-1", By: By("ana")}, nine))
	in = must(t)(Decide(in, sample(nil), Noted{ID: in.ID, By: By("ana"), Text: "it was the disk"}, nine.Add(time.Hour)))
	if last := in.Timeline[len(in.Timeline)-1]; last.Text != "it was the disk" || last.Actor != "ana" {
		t.Errorf("the timeline ends with %+v", last)
	}
}

func TestASecondPressOfEscalateCountsAsTheFirst(t *testing.T) {
	first := must(t)(Decide(opened(t, sample(nil)), sample(nil), Escalated{ID: "PLATFORM-1", By: By("ana")}, nine))
	second := must(t)(Decide(first, sample(nil), Escalated{ID: "PLATFORM-1", By: By("ana")}, nine.Add(9*time.Second)))
	if second.Tier != 1 || first.Tier != 1 {
		t.Errorf("the tiers are %d and %d, want 1 after either", first.Tier, second.Tier)
	}
	third := must(t)(Decide(second, sample(nil), Escalated{ID: "PLATFORM-1", By: By("ana")}, nine.Add(10*time.Second)))
	if third.Tier != 2 {
		t.Errorf("ten seconds later the tier is %d, want 2", third.Tier)
	}
}
