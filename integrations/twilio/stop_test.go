package twilio

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

func (d *desk) ReadPhone(text string) (oncall.Phone, string) { return oncall.Phone(text), "" }

func (d *desk) SendCode(context.Context, oncall.PersonID, oncall.Phone, oncall.Method) (string, error) {
	return "", d.broken
}

func (d *desk) TryCode(context.Context, oncall.PersonID, string) (commands.Proof, error) {
	return commands.Proof{}, d.broken
}

func (d *desk) Proven(context.Context, oncall.PersonID, commands.Proof) {}

// texts has a phone send an SMS that the carrier may answer, and wants silence of us.
func (s *stage) texts(t *testing.T, phone, text, optOut string) {
	t.Helper()
	form := s.fake.Phone(phone).ReplyForm(text)
	if optOut != "" {
		form.Set("OptOutType", optOut)
	}
	status, body, err := s.fake.Post(public+"/twilio/sms", form)
	if err != nil || status/100 != 2 || len(body) > 0 {
		t.Errorf("%q: status %d, %v: %s; want silence", text, status, err, body)
	}
}

func TestF64STOPClosesAndSTARTOpens(t *testing.T) {
	tests := []struct {
		name           string
		text, optOut   string
		closed, opened bool
	}{
		{"the word", "STOP", "", true, false},
		{"in small letters, with blanks", "  stop ", "", true, false},
		{"another word for it", "Unsubscribe", "", true, false},
		{"Twilio's own sign, whatever the language", "ALTO", "STOP", true, false},
		{"START", "start", "", false, true},
		{"UNSTOP", "UNSTOP", "", false, true},
		{"Twilio's own sign for START", "OUI", "START", false, true},
		{"HELP is Twilio's", "HELP", "HELP", false, false},
	}
	for _, tt := range tests {
		t.Run("F64 "+tt.name, func(t *testing.T) {
			s := newStage(t)
			number := s.desk.Roster().People["hal"].Phone
			if tt.opened {
				for _, kind := range []oncall.TroubleKind{oncall.Stopped, oncall.Wrong} {
					s.desk.Trouble(t.Context(), "hal", oncall.Trouble{Kind: kind, Via: oncall.SMS, Phone: number})
				}
				s.desk.Trouble(t.Context(), "hal", oncall.Trouble{Kind: oncall.Wrong, Via: oncall.Voice, Phone: number})
			}
			s.texts(t, hal, tt.text, tt.optOut)
			got := s.desk.troublesOf("hal")
			if tt.closed != (len(got) == 1) || len(got) > 1 {
				t.Fatalf("troubles = %+v", got)
			}
			if tt.closed && (got[0].Kind != oncall.Stopped || got[0].Via != oncall.SMS || got[0].Phone != number || got[0].Words == "" || got[0].Since.IsZero()) {
				t.Errorf("trouble = %+v", got[0])
			}
			if n := s.desk.troublesOf("ana"); len(n) > 0 {
				t.Errorf("ana has troubles too: %+v", n)
			}
			if len(s.fake.RequestsTo("messages.create")) > 0 {
				t.Error("an SMS was sent")
			}
		})
	}
}

func TestF64WhatTheCarrierAnswersChangesNothingElse(t *testing.T) {
	s := newStage(t)
	s.texts(t, "+16175550177", "STOP", "")
	s.texts(t, hal, "quit", "")
	if n := s.desk.did(); len(n) > 0 {
		t.Errorf("events = %v", n)
	}
	s.desk.shares = true
	s.texts(t, hal, "STOP", "")
	if n := s.desk.troublesOf("abe"); len(n) != 1 {
		t.Errorf("of two people with one phone the other has %d troubles, want 1", len(n))
	}
}

// TestF64YESIsSTARTAfterSTOPAlone has a phone say yes before and after: for Twilio it is
// START only where it was stopped.
func TestF64YESIsSTARTAfterSTOPAlone(t *testing.T) {
	s := newStage(t)
	if got := s.answers(t, hal, "YES"); !strings.HasPrefix(got, `There is no word "YES"`) {
		t.Errorf("before: %q", got)
	}
	s.texts(t, hal, "STOP", "")
	s.texts(t, hal, "Yes", "")
	if got := s.desk.troublesOf("hal"); len(got) > 0 {
		t.Errorf("after: %+v", got)
	}
}

func TestF64APageAfterSTOPIsRefusedHere(t *testing.T) {
	s := newStage(t)
	s.texts(t, hal, "STOP", "")
	n := s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42")
	n.To = s.desk.Roster().People["hal"]
	if f := s.fails(t, n); !strings.Contains(f.Reason, "replied STOP") || f.Retry > 0 || f.Unknown {
		t.Errorf("fault = %+v", f)
	}
	if sent := s.fake.RequestsTo("messages.create"); len(sent) > 0 {
		t.Errorf("Twilio was asked: %v", sent)
	}
	n.Via = oncall.Voice
	if _, _, err := s.client.Page(t.Context(), n); err != nil {
		t.Errorf("a call: %v", err)
	}
	s.texts(t, hal, "START", "")
	n.Via = oncall.SMS
	if _, _, err := s.client.Page(t.Context(), n); err != nil {
		t.Errorf("after START: %v", err)
	}
}

func TestACodeIsReadTwice(t *testing.T) {
	s := newStage(t)
	s.fake.SetPace(0.001)
	phone := s.fake.Phone("+16175550177")
	phone.OnCall(twiliofake.PicksUp())
	if err := s.client.Dictate(t.Context(), "+16175550177", "The code is: 1, 2, 3, 4, 5, 6."); err != nil {
		t.Fatal(err)
	}
	err := s.fake.Wait(t.Context(), func(*twiliofake.Server) bool {
		c := phone.Call()
		return c != nil && strings.Count(strings.Join(c.State().Spoken, " "), "1, 2, 3, 4, 5, 6") == 2
	})
	if err != nil {
		t.Errorf("%v: %+v", err, phone.Call())
	}
	if err := s.client.Dictate(t.Context(), oncall.Phone(s.fake.Options().From), "1"); err == nil {
		t.Error("we called ourselves")
	}
	s.fake.Fault(func(string, url.Values) *twiliofake.Response { return twiliofake.Refusal(400, 21215) })
	if err := s.client.Dictate(t.Context(), "+16175550177", "1"); err == nil || !strings.Contains(err.Error(), "not allowed") {
		t.Errorf("a refusal: %v", err)
	}
}
