package escalation

import (
	"context"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A hesitant pager does something else before it asks for leave, and after.
type hesitant struct {
	before, after func()
	sent          int
}

// Page implements Pager.
func (h *hesitant) Page(_ context.Context, n incident.Notice) (string, bool, error) {
	h.before()
	if err := n.Leave(); err != nil {
		return "", false, err
	}
	h.sent++
	h.after()
	return "ref", false, nil
}

func TestAPageAsksForLeaveRightBeforeItsRequest(t *testing.T) {
	nothing := func(*rig, incident.ID) {}
	ack := func(r *rig, id incident.ID) { r.handle(incident.Acked{ID: id, By: incident.By("ben")}) }
	tests := []struct {
		name   string
		before func(*rig, incident.ID)
		sent   int
		status incident.PageStatus
	}{
		{"nothing happens in between", nothing, 1, incident.PageArrived},
		{"acknowledged in between", ack, 0, incident.PageWithdrawn},
		{"resolved in between", func(r *rig, id incident.ID) { r.handle(incident.Closed{ID: id, By: incident.By("ben")}) }, 0, incident.PageWithdrawn},
		{"acknowledged and given back in between", func(r *rig, id incident.ID) {
			ack(r, id)
			r.handle(incident.Unacked{ID: id, By: incident.By("ben")})
		}, 1, incident.PageArrived},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, nil)
			in := r.fire("k")
			h := &hesitant{before: func() { tt.before(r, in.ID) }, after: func() {}}
			r.Pagers[oncall.Chat] = h
			if err := r.Perform(t.Context(), pageOf(in)); err != nil {
				t.Fatal(err)
			}
			if got := r.page(pageOf(in).Page).Status; h.sent != tt.sent || got != tt.status {
				t.Errorf("sent %d times and %s, want %d and %s", h.sent, got, tt.sent, tt.status)
			}
		})
	}
}

func TestAnAcknowledgementWaitsForARequestThatHasLeave(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	acked := make(chan struct{})
	h := &hesitant{before: func() {}}
	h.after = func() {
		go func() {
			defer close(acked)
			if _, err := r.Handle(context.WithoutCancel(t.Context()), incident.Acked{ID: in.ID, By: incident.By("ben")}); err != nil {
				t.Errorf("acknowledge: %v", err)
			}
		}()
		select {
		case <-acked:
			t.Error("acknowledged before the request was written")
		default:
		}
	}
	r.Pagers[oncall.Chat] = h
	if err := r.Perform(t.Context(), pageOf(in)); err != nil {
		t.Fatal(err)
	}
	<-acked
	if got := r.stored(in.ID).State; got != incident.Acknowledged {
		t.Errorf("the incident is %s, want acknowledged", got)
	}
}
