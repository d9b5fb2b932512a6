package incident

import (
	"errors"
	"testing"
	"time"
)

func TestTakingOver(t *testing.T) {
	at := nine.Add(time.Hour)
	tests := []struct {
		name  string
		in    Incident
		by    Actor
		state State
		owner Actor
		err   error
	}{
		{"from whoever acknowledged", Incident{ID: "PLATFORM-1", State: Acknowledged, AckedBy: By("ana"), ReackDue: at}, By("ben"), Acknowledged, By("ben"), nil},
		{"from nobody", Incident{ID: "PLATFORM-1", State: Triggered}, By("ben"), Acknowledged, By("ben"), nil},
		{"from oneself", Incident{ID: "PLATFORM-1", State: Acknowledged, AckedBy: By("ben")}, By("ben"), Acknowledged, By("ben"), ErrRefused},
		{"what sleeps", Incident{ID: "PLATFORM-1", State: Snoozed, SnoozedUntil: at.Add(time.Hour)}, By("ben"), Snoozed, Actor{}, ErrRefused},
		{"what is over", Incident{ID: "PLATFORM-1", State: Resolved}, By("ben"), Resolved, Actor{}, ErrResolved},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.Policy.AckTimeout = time.Hour
			next, effects, err := Decide(tt.in, sample(nil), Taken{ID: tt.in.ID, By: tt.by}, at)
			if !errors.Is(err, tt.err) {
				t.Fatalf("error = %v, want %v", err, tt.err)
			}
			if next.State != tt.state || next.AckedBy != tt.owner {
				t.Errorf("%s by %v, want %s by %v", next.State, next.AckedBy, tt.state, tt.owner)
			}
			if err != nil {
				return
			}
			if !next.ReackDue.IsZero() || !next.AckDue.Equal(at.Add(time.Hour)) || !next.AckedAt.Equal(at) {
				t.Errorf("deadlines are not those of a fresh acknowledgement: %+v", next)
			}
			for _, e := range effects {
				if e.Kind == SendPage {
					t.Errorf("somebody is paged: %+v", e)
				}
			}
		})
	}
}
