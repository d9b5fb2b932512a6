package twilio

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// refuseAddresses has Twilio take nothing that names an address of ours.
func (s *stage) refuseAddresses(code int) {
	s.fake.Fault(func(_ string, form url.Values) *twiliofake.Response {
		if form.Get("StatusCallback")+form.Get("Url") != "" {
			return twiliofake.Refusal(400, code)
		}
		return nil
	})
}

// TestAPageGoesOutWithoutTheAddressesThatTwilioRefuses has a public URL that Twilio
// does not take: the page comes all the same, and Twilio is asked what became of it.
func TestAPageGoesOutWithoutTheAddressesThatTwilioRefuses(t *testing.T) {
	tests := []struct {
		name  string
		via   oncall.Method
		code  int
		set   func(*twiliofake.Phone)
		muted string
		want  incident.Event
	}{
		{"an SMS", oncall.SMS, 21609, func(p *twiliofake.Phone) { p.OnSMS(twiliofake.Delivers()) }, "", incident.PageDelivered{Page: "PLATFORM-42/p3"}},
		{"an SMS that is lost", oncall.SMS, 21609, func(p *twiliofake.Phone) { p.OnSMS(twiliofake.Undelivers(30003)) }, "",
			incident.PageFailed{Page: "PLATFORM-42/p3", Reason: "SMS undelivered: the handset can't be reached (30003)"}},
		{"a call", oncall.Voice, 21205, func(p *twiliofake.Phone) { p.OnCall(twiliofake.PicksUp()) }, badURL,
			incident.PageFailed{Page: "PLATFORM-42/p3", Reason: "ended without a key", Missed: true}},
		{"a call whose receipt is refused", oncall.Voice, 21609, func(p *twiliofake.Phone) { p.OnCall(twiliofake.Busy()) }, badURL,
			incident.PageFailed{Page: "PLATFORM-42/p3", Reason: "busy", Missed: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			clock := s.follows(t, public)
			r := s.client.opts.Reach.(*record)
			s.refuseAddresses(tt.code)
			tt.set(s.fake.Phone(hal))
			muted := ""
			n := s.notice(tt.via, "PLATFORM-42/p3", "PLATFORM-42")
			n.Tell = func(why string) { muted = why }
			s.page(t, n)
			clock.eventually(t, "what became of it is heard", s.heard(tt.want))
			if muted != tt.muted {
				t.Errorf("the card says %q, want %q", muted, tt.muted)
			}
			if got := r.alarmed(); len(got) != 1 || !strings.Contains(got[0], "EARSHOT_PUBLIC_URL") {
				t.Errorf("the admins are told %q", got)
			}
		})
	}
}

// TestAPageIsSentWithoutAddressesOnlyOnce has Twilio refuse the second try too.
func TestAPageIsSentWithoutAddressesOnlyOnce(t *testing.T) {
	for _, via := range []oncall.Method{oncall.SMS, oncall.Voice} {
		t.Run(string(via), func(t *testing.T) {
			s := newStage(t)
			s.fake.Fault(func(string, url.Values) *twiliofake.Response { return twiliofake.Refusal(400, 21609) })
			if f := s.fails(t, s.notice(via, "PLATFORM-42/p3", "PLATFORM-42")); f.Unknown || f.Retry > 0 {
				t.Errorf("fault %+v", f)
			}
			if n := len(s.fake.Requests()); n != 2 {
				t.Errorf("Twilio was asked %d times", n)
			}
		})
	}
}

// TestAPageIsNotSentWithoutAddressesAfterAnAck has somebody acknowledge between the two
// tries.
func TestAPageIsNotSentWithoutAddressesAfterAnAck(t *testing.T) {
	for _, via := range []oncall.Method{oncall.SMS, oncall.Voice} {
		t.Run(string(via), func(t *testing.T) {
			s := newStage(t)
			s.refuseAddresses(21609)
			n := s.notice(via, "PLATFORM-42/p3", "PLATFORM-42")
			n.Ask = func() error {
				if len(s.fake.Requests()) > 0 {
					return incident.ErrWithdrawn
				}
				return nil
			}
			if _, _, err := s.client.Page(t.Context(), n); !errors.Is(err, incident.ErrWithdrawn) {
				t.Errorf("error = %v", err)
			}
			if n := len(s.fake.Requests()); n != 1 {
				t.Errorf("Twilio was asked %d times", n)
			}
		})
	}
}

func TestATestGoesOutWithoutTheAddressesThatTwilioRefuses(t *testing.T) {
	for _, via := range []oncall.Method{oncall.SMS, oncall.Voice} {
		t.Run(string(via), func(t *testing.T) {
			s := newStage(t)
			s.refuseAddresses(21609)
			if err := s.test(t, via); err != nil {
				t.Error(err)
			}
			if p := s.fake.Phone(hal); len(p.Messages())+len(p.Calls()) != 1 {
				t.Error("the test page did not come")
			}
		})
	}
}
