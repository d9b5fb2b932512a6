package escalation

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestAPageThatIsNotWantedAnyMoreIsNotSent(t *testing.T) {
	tests := []struct {
		name string
		ev   func(incident.ID) incident.Event
	}{
		{"acknowledged", func(id incident.ID) incident.Event { return incident.Acked{ID: id, By: incident.By("ben")} }},
		{"resolved", func(id incident.ID) incident.Event { return incident.Closed{ID: id, By: incident.By("ben")} }},
		{"snoozed", func(id incident.ID) incident.Event {
			return incident.Slept{ID: id, By: incident.By("ben"), For: time.Hour}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, nil)
			in := r.fire("k")
			r.handle(tt.ev(in.ID))
			r.wind(time.Minute)
			if n := len(r.chat.notices()); n != 0 {
				t.Errorf("%d pages were sent", n)
			}
		})
	}
}

func TestWhatIsNotThereIsNoError(t *testing.T) {
	r := newRig(t, nil)
	for _, e := range []incident.Effect{
		{Kind: incident.Wake, Incident: "PLATFORM-9"},
		{Kind: incident.SendPage, Incident: "PLATFORM-9", Page: "PLATFORM-9/p1"},
		{Kind: incident.ShowCard, Incident: "PLATFORM-9", Board: "slack", Channel: "C0"},
		{Kind: incident.StopCall, Incident: "PLATFORM-9", Page: "PLATFORM-9/p1"},
		{Kind: "unknown", Incident: "PLATFORM-9"},
	} {
		if err := r.Perform(t.Context(), e); err != nil {
			t.Errorf("%s of an incident that is gone: %v", e.Kind, err)
		}
	}
}

func TestAPageBroughtTwiceIsSentOnce(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	for range 2 {
		if err := r.Perform(t.Context(), pageOf(in)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(r.chat.notices()); n != 1 {
		t.Errorf("the page was sent %d times, want once", n)
	}
}

func TestWhatAProviderSaysBecomesAnEvent(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status incident.PageStatus
		held   time.Duration // from now; 0: not held
		alarms []string
		next   bool // ana's SMS is due now
	}{
		{"taken", nil, incident.PageArrived, 0, nil, false},
		{"a final no pulls the next step forward", &incident.Fault{Reason: "account_inactive"}, incident.PageLost, 0, nil, true},
		{"an error of any other kind is final", errors.New("no route"), incident.PageLost, 0, nil, true},
		{"please wait", &incident.Fault{Reason: "rate limited", Retry: 7 * time.Second}, incident.PageQueued, 7 * time.Second, nil, false},
		{"nobody knows", &incident.Fault{Reason: "timeout", Unknown: true}, incident.PageQueued, time.Second, nil, false},
		{
			"an admin has to mend it", &incident.Fault{Reason: "invalid_auth", Admin: "the Slack token is wrong"},
			incident.PageLost, 0, []string{"the Slack token is wrong"}, true,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, nil)
			in := r.fire("k")
			r.chat.answer = func(incident.Notice) error { return tt.err }
			if err := r.Perform(t.Context(), pageOf(in)); err != nil {
				t.Fatal(err)
			}
			p := r.page(in.Pages[0].ID)
			if p.Status != tt.status {
				t.Errorf("the page is %s, want %s", p.Status, tt.status)
			}
			if tt.held > 0 && !p.NotBefore.Equal(nine.Add(tt.held)) {
				t.Errorf("it is held until %v, want %v later", p.NotBefore, tt.held)
			}
			if !slices.Equal(r.alarms, tt.alarms) {
				t.Errorf("the admins were told %q, want %q", r.alarms, tt.alarms)
			}
			sms := slices.ContainsFunc(r.stored(in.ID).Pages, func(p incident.Page) bool { return p.Via == oncall.SMS })
			if sms != tt.next {
				t.Errorf("the SMS is queued: %v, want %v", sms, tt.next)
			}
		})
	}
}

func TestAnUnknownOutcomeIsLookedUpBeforeItIsSentAgain(t *testing.T) {
	r := newRig(t, nil)
	r.fire("k")
	r.chat.answer = func(n incident.Notice) error {
		if n.Doubtful {
			return nil // found: it had arrived
		}
		return &incident.Fault{Reason: "timeout", Unknown: true}
	}
	r.wind(5 * time.Second)
	got := r.chat.notices()
	if len(got) != 2 || got[0].Doubtful || !got[1].Doubtful {
		t.Fatalf("the pager was asked %d times, want twice, the second time in doubt", len(got))
	}
	if p := r.page("PLATFORM-1/p1"); p.Status != incident.PageArrived || p.Doubtful {
		t.Errorf("the page is %s, doubtful %v, want delivered without a doubt", p.Status, p.Doubtful)
	}
}

func TestAPagePutOffThreeTimesFails(t *testing.T) {
	r := newRig(t, nil)
	r.fire("k")
	r.chat.answer = func(incident.Notice) error { return &incident.Fault{Reason: "503", Retry: 5 * time.Second} }
	r.wind(30 * time.Second)
	if n := len(r.chat.notices()); n != 3 {
		t.Errorf("the pager was asked %d times, want 3", n)
	}
	if p := r.page("PLATFORM-1/p1"); p.Status != incident.PageLost {
		t.Errorf("the page is %s, want failed", p.Status)
	}
	if n := len(r.sms.notices()); n != 1 {
		t.Errorf("ana got %d SMS half a minute on, want the one pulled forward", n)
	}
}

func TestTheChannelIsTriedForEver(t *testing.T) {
	r := newRig(t, func(r *oncall.Roster) {
		p := r.Teams["platform"].Policies["default"]
		p.Tiers = []oncall.Tier{{Page: []oncall.Target{{Kind: oncall.ToChannel}}, Wait: time.Hour}}
		r.Teams["platform"].Policies["default"] = p
	})
	r.fire("k")
	r.chat.answer = func(incident.Notice) error { return &incident.Fault{Reason: "internal_error"} }
	r.wind(2 * time.Minute)
	if n := len(r.chat.notices()); n != 9 {
		t.Errorf("in two minutes the channel was tried %d times, want each 15s", n)
	}
	r.chat.answer = nil
	r.wind(time.Minute)
	if p := r.page("PLATFORM-1/p1"); p.Status != incident.PageArrived {
		t.Errorf("the message is %s once the provider is back, want delivered", p.Status)
	}
}

func TestAMethodWithoutAProviderFailsAndSaysSo(t *testing.T) {
	r := newRig(t, nil)
	delete(r.Pagers, oncall.Chat)
	r.fire("k")
	r.wind(time.Second)
	p := r.page("PLATFORM-1/p1")
	if p.Status != incident.PageLost || !strings.Contains(p.Reason, "no provider for chat is configured") {
		t.Errorf("the page is %s: %s", p.Status, p.Reason)
	}
	if n := len(r.sms.notices()); n != 1 {
		t.Errorf("ana got %d SMS, want the next step at once", n)
	}
}

func TestAnAckStopsTheCallsThatRing(t *testing.T) {
	tests := []struct {
		name    string
		said    incident.PageID // the call in which a key was pressed
		stuck   error
		stopped int
		status  incident.PageStatus
	}{
		{"acknowledged elsewhere", "", nil, 1, incident.PageWithdrawn},
		{"a call that can't be stopped rings out", "", errors.New("gone"), 1, incident.PageWithdrawn},
		{"the key was pressed in that call", "PLATFORM-1/p3", nil, 0, incident.PageOut},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, nil)
			in := r.fire("k")
			r.voice.stuck = tt.stuck
			r.wind(5*time.Minute + time.Second)
			if p := r.page("PLATFORM-1/p3"); p.Via != oncall.Voice || p.Status != incident.PageOut {
				t.Fatalf("the third page is a %s that is %s, want a call that rings", p.Via, p.Status)
			}
			r.handle(incident.Acked{ID: in.ID, By: incident.By("ana"), Page: tt.said})
			r.wind(time.Second)
			if n := len(r.voice.stopped); n != tt.stopped {
				t.Errorf("%d calls were stopped, want %d", n, tt.stopped)
			}
			if p := r.page("PLATFORM-1/p3"); p.Status != tt.status {
				t.Errorf("the call is %s, want %s", p.Status, tt.status)
			}
			r.wind(time.Hour)
			if n := len(r.voice.notices()); n != 1 {
				t.Errorf("%d calls were made, want no other after the acknowledgement", n)
			}
		})
	}
}

// The provider's answer comes after the acknowledgement: the call rings already.
func TestACallTakenAfterTheAckIsStopped(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	r.voice.answer = func(incident.Notice) error {
		r.handle(incident.Acked{ID: in.ID, By: incident.By("ben")})
		return nil
	}
	r.wind(6 * time.Minute)
	if !slices.Equal(r.voice.stopped, []string{"ref-1"}) {
		t.Errorf("stopped %q, want the call that was on its way", r.voice.stopped)
	}
}

func TestAResultIsReportedEvenIfTheCallerHasGone(t *testing.T) {
	r := newRig(t, nil)
	in := r.fire("k")
	ctx, cancel := contextOf(t)
	r.chat.answer = func(incident.Notice) error {
		cancel()
		return nil
	}
	if err := r.Perform(ctx, pageOf(in)); err != nil {
		t.Fatal(err)
	}
	if p := r.page(in.Pages[0].ID); p.Status != incident.PageArrived {
		t.Errorf("the page is %s, want delivered", p.Status)
	}
}
