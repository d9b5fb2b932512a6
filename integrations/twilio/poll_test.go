package twilio

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// winding is a clock that a test moves on.
type winding struct {
	mu  sync.Mutex
	now time.Time
}

func (w *winding) time() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *winding) wind(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// follows has the stage run, at that public URL or without one, until the test ends.
func (s *stage) follows(t *testing.T, url string) *winding {
	t.Helper()
	clock := &winding{now: time.Now()}
	s.with(t, func(o *Options) { o.PublicURL, o.Now = url, clock.time })
	ctx, end := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.client.Run(ctx, s.desk) }()
	t.Cleanup(func() {
		end()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return clock
}

// eventually moves the clock on until something has become true.
func (w *winding) eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); !is(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("%s: never", what)
		}
		w.wind(time.Second)
	}
}

// TestWithoutAPublicURLTwilioIsAsked has phones do what they do at Twilio, where the
// receipt can't reach us.
func TestWithoutAPublicURLTwilioIsAsked(t *testing.T) {
	tests := []struct {
		name string
		via  oncall.Method
		set  func(*twiliofake.Phone)
		want incident.Event
	}{
		{"a delivered SMS", oncall.SMS, func(p *twiliofake.Phone) { p.OnSMS(twiliofake.Delivers()) }, incident.PageDelivered{Page: "PLATFORM-42/p3"}},
		{"an undelivered one", oncall.SMS, func(p *twiliofake.Phone) { p.OnSMS(twiliofake.Undelivers(30034)) },
			incident.PageFailed{Page: "PLATFORM-42/p3", Reason: "SMS undelivered: unregistered sender (30034)"}},
		{"a ringing phone", oncall.Voice, func(p *twiliofake.Phone) { p.OnCall(twiliofake.Rings()) }, incident.PageRinging{Page: "PLATFORM-42/p3"}},
		{"a busy one", oncall.Voice, func(p *twiliofake.Phone) { p.OnCall(twiliofake.Busy()) }, incident.PageFailed{Page: "PLATFORM-42/p3", Reason: "busy", Missed: true}},
		{"a call that nobody can answer by a key", oncall.Voice, func(p *twiliofake.Phone) { p.OnCall(twiliofake.PicksUp()) },
			incident.PageFailed{Page: "PLATFORM-42/p3", Reason: "ended without a key", Missed: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			clock := s.follows(t, "")
			tt.set(s.fake.Phone(hal))
			mute := ""
			n := s.notice(tt.via, "PLATFORM-42/p3", "PLATFORM-42")
			n.Tell = func(why string) { mute = why }
			s.page(t, n)
			if mute != noURL {
				t.Errorf("whoever paged is told %q", mute)
			}
			clock.eventually(t, "Twilio is asked", s.heard(tt.want))
		})
	}
}

// TestTwilioIsAskedUntilThereIsNothingMoreToHear counts the questions about three
// pages: one that is never decided, one that is decided at once, and one that nobody
// wants any more.
func TestTwilioIsAskedUntilThereIsNothingMoreToHear(t *testing.T) {
	s := newStage(t)
	clock := s.follows(t, "")
	s.fake.Phone(hal).OnSMS(twiliofake.OnlySent())
	undecided := s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p4", "PLATFORM-42"))
	s.fake.Phone(hal).OnSMS(twiliofake.Delivers())
	decided := s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	s.desk.settle("WEB-7", func(in *incident.Incident) { in.Pages[0].Status = incident.PageWithdrawn })
	unwanted := s.page(t, s.notice(oncall.SMS, "WEB-7/p1", "WEB-7"))
	asked := func(ref string) (n int) {
		for _, r := range s.fake.RequestsTo("messages.fetch") {
			if r.SID == ref && r.Status != 0 {
				n++
			}
		}
		return n
	}
	clock.eventually(t, "the last question", func() bool { return asked(undecided) == len(pollAfter) })
	// What is sent now is the witness that the round after the last has passed.
	last := s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p4", "PLATFORM-42"))
	clock.eventually(t, "the witness is asked about", func() bool { return asked(last) > 0 })
	if asked(undecided) != len(pollAfter) || asked(decided) != 1 || asked(unwanted) != 0 {
		t.Errorf("asked %d, %d and %d times, want %d, once and never", asked(undecided), asked(decided), asked(unwanted), len(pollAfter))
	}
}

func TestAQuestionThatFailsIsAskedAgain(t *testing.T) {
	s := newStage(t)
	clock := s.follows(t, "")
	s.fake.Fault(func(operation string, _ url.Values) *twiliofake.Response {
		if strings.HasSuffix(operation, ".fetch") {
			return twiliofake.Failure(503)
		}
		return nil
	})
	s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	clock.eventually(t, "Twilio has refused to tell", func() bool {
		all := s.fake.RequestsTo("messages.fetch")
		return len(all) > 0 && all[0].Status == 503
	})
	s.fake.Heal()
	clock.eventually(t, "the page is delivered", s.heard(incident.PageDelivered{Page: "PLATFORM-42/p3"}))
}

func TestAStoreThatIsAwayLosesNoQuestion(t *testing.T) {
	s := newStage(t)
	d := door{Client: s.client, desk: s.desk}
	ref := s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	s.desk.breaks(errors.New("connection refused"))
	if !d.pursue(t.Context(), pursuit{page: "PLATFORM-42/p3", via: oncall.SMS, ref: ref}) {
		t.Error("the page is given up")
	}
	s.desk.breaks(nil)
	if d.pursue(t.Context(), pursuit{page: "GONE-1/p1", via: oncall.SMS, ref: ref}) {
		t.Error("a page of no incident is followed on")
	}
}
