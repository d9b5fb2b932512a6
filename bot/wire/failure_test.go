package wire

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestAPageTakesANoForFinal(t *testing.T) {
	tests := []struct {
		name string
		in   Failure
		want incident.Fault
	}{
		{"a limit of seconds is worth another try", Failure{Fault: incident.Fault{Retry: time.Second}, Class: Limit}, incident.Fault{Retry: time.Second}},
		{"a longer one is not", Failure{Fault: incident.Fault{Retry: time.Minute}, Class: Limit}, incident.Fault{}},
		{"a refusal", Mend("mend it"), incident.Fault{Admin: "mend it"}},
		{"an outage says that nothing was sent", Failure{Fault: incident.Fault{Retry: AfterOutage, Unknown: true}, Class: Outage}, incident.Fault{}},
		{"silence leaves it open", Failure{Fault: incident.Fault{Retry: AfterOutage, Unknown: true}, Class: Silence}, incident.Fault{Unknown: true}},
		{"a page is never posted anew", Gone(), incident.Fault{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got *incident.Fault
			if err := Final(&tt.in); !errors.As(err, &got) || *got != tt.want {
				t.Errorf("final = %+v, want %+v", err, tt.want)
			}
			if err := Settle(&tt.in); !errors.As(err, &got) || *got != tt.in.Fault {
				t.Errorf("settled = %+v, want %+v", err, tt.in.Fault)
			}
		})
	}
	other := errors.New("no failure of a platform")
	if !errors.Is(Final(other), other) || !errors.Is(Settle(other), other) {
		t.Error("another error does not pass")
	}
}

func TestAStoppedPostMayHaveArrived(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var f *incident.Fault
	err := Settle(Stopped(ctx, "post", true))
	if !errors.As(err, &f) || !f.Unknown || !errors.Is(err, context.Canceled) {
		t.Errorf("a post: %v", err)
	}
	if err := Stopped(ctx, "edit", false); errors.As(err, &f) || !errors.Is(err, context.Canceled) {
		t.Errorf("an edit: %v", err)
	}
	coded := &Failure{Code: 10008}
	if !Coded(coded, 1, 10008) || Coded(coded, 1) || Coded(errors.New("x"), 0) {
		t.Error("codes are mistaken")
	}
}
