package twilio

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// call pages Hal by voice and returns the call once it is over.
func (s *stage) call(t *testing.T, phone twiliofake.CallBehaviour, page incident.PageID, id incident.ID) twiliofake.CallState {
	t.Helper()
	s.fake.Phone(hal).OnCall(phone)
	s.page(t, s.notice(oncall.Voice, page, id))
	return s.over(t)
}

// over waits for the end of the call.
func (s *stage) over(t *testing.T) twiliofake.CallState {
	t.Helper()
	call := s.fake.Phone(hal).Call()
	s.until(t, "the end of the call", func() bool { return call.State().Over() })
	c := call.State()
	if c.Problem != "" {
		t.Errorf("Twilio gave up on us: %s", c.Problem)
	}
	return c
}

// acted reports whether anything was acknowledged, resolved or escalated.
func (s *stage) acted() bool {
	return slices.ContainsFunc(s.desk.did(), func(ev incident.Event) bool {
		switch ev.(type) {
		case incident.Acked, incident.Closed, incident.Escalated:
			return true
		}
		return false
	})
}

func TestACallOnTheWire(t *testing.T) {
	s := newStage(t)
	s.fake.Phone(hal).OnCall(twiliofake.Rings())
	ref := s.page(t, s.notice(oncall.Voice, "PLATFORM-42/p3", "PLATFORM-42"))
	form := s.fake.RequestsTo("calls.create")[0].Form
	want := url.Values{
		"To": {hal}, "From": {s.fake.Options().From}, "Timeout": {"25"}, "TimeLimit": {"300"},
		"Url": {public + "/twilio/voice?page=PLATFORM-42%2Fp3&to=hal"}, "Method": {"POST"},
		"StatusCallback": {public + "/twilio/status/call?page=PLATFORM-42%2Fp3"}, "StatusCallbackMethod": {"POST"},
		"StatusCallbackEvent": {"initiated", "ringing", "answered", "completed"},
	}
	if form.Encode() != want.Encode() {
		t.Errorf("sent %v\nwant %v", form, want)
	}
	s.until(t, "ringing", s.heard(incident.PageRinging{Page: "PLATFORM-42/p3"}))
	if err := s.client.Cancel(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	s.until(t, "cancelled", func() bool { return s.fake.Phone(hal).Call().Status() == "canceled" })
	for _, again := range []string{ref, "CA00000000000000000000000000000000"} {
		if err := s.client.Cancel(t.Context(), again); err != nil {
			t.Errorf("cancelling what is over: %v", err)
		}
	}
}

func TestKeys(t *testing.T) {
	page := incident.PageID("PLATFORM-42/p3")
	hals := incident.By("hal")
	tests := []struct {
		name  string
		keys  string
		event incident.Event
		says  string
	}{
		{"4 acknowledges", "4", incident.Acked{ID: "PLATFORM-42", By: hals, Page: page}, "platform 42 acknowledged"},
		{"6 resolves", "6", incident.Closed{ID: "PLATFORM-42", By: hals}, "platform 42 resolved"},
		{"5 escalates", "5", incident.Escalated{ID: "PLATFORM-42", By: hals}, "platform 42 escalated"},
		{"after a wrong key", "74", incident.Acked{ID: "PLATFORM-42", By: hals, Page: page}, "platform 42 acknowledged"},
		{"after hearing it again, often", "*****4", incident.Acked{ID: "PLATFORM-42", By: hals, Page: page}, "platform 42 acknowledged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			c := s.call(t, twiliofake.Presses(tt.keys), page, "PLATFORM-42")
			if !s.heard(tt.event)() {
				t.Errorf("%#v is missing in %v", tt.event, s.desk.did())
			}
			if words := strings.Join(c.Spoken, " "); !strings.Contains(words, tt.says) || !strings.HasSuffix(words, "Goodbye.") {
				t.Errorf("said %q", words)
			}
			s.until(t, "the last receipt", func() bool {
				return slices.ContainsFunc(s.fake.Callbacks(), func(c twiliofake.Callback) bool { return c.Form.Get("CallStatus") == "completed" })
			})
			if s.heard(incident.PageFailed{Page: page, Reason: "ended without a key", Missed: true})() {
				t.Error("a call with a key counts as unanswered")
			}
		})
	}
}

func TestF61WithoutAKeyNothingIsAcknowledged(t *testing.T) {
	tests := []struct {
		name   string
		phone  twiliofake.CallBehaviour
		reason string
		menus  int // how often the choices were read
	}{
		{"nobody presses a key", twiliofake.Ignores(), "ended without a key", 3},
		{"voicemail answers", twiliofake.Voicemail(), "ended without a key", 3},
		{"three wrong keys", twiliofake.Presses("789"), "ended without a key", 3},
		{"wrong keys and none", twiliofake.Presses("79"), "ended without a key", 3},
		{"busy", twiliofake.Busy(), "busy", 0},
		{"no answer", twiliofake.NoAnswer(), "not answered", 0},
		{"unreachable", twiliofake.Unreachable(), "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			c := s.call(t, tt.phone, "PLATFORM-42/p3", "PLATFORM-42")
			s.until(t, "the failure", func() bool {
				return slices.ContainsFunc(s.desk.did(), func(ev incident.Event) bool {
					f, ok := ev.(incident.PageFailed)
					return ok && strings.HasPrefix(f.Reason, tt.reason)
				})
			})
			if s.acted() || s.desk.state("PLATFORM-42") != incident.Triggered {
				t.Errorf("something was done: %v", s.desk.did())
			}
			menus := 0
			for _, words := range c.Spoken {
				menus += strings.Count(words, "To acknowledge, press 4.")
			}
			if menus != tt.menus {
				t.Errorf("the choices were read %d times, want %d: %q", menus, tt.menus, c.Spoken)
			}
		})
	}
}

func TestACallTellsHowThingsStandNow(t *testing.T) {
	s := newStage(t)
	s.desk.settle("PLATFORM-42", func(in *incident.Incident) { in.State, in.AckedBy = incident.Acknowledged, incident.By("ana") })
	c := s.call(t, twiliofake.Presses("4"), "PLATFORM-42/p3", "PLATFORM-42")
	if want := []string{"Incident platform 42 is already acknowledged by Ana Ortiz.", "Goodbye."}; !slices.Equal(c.Spoken, want) {
		t.Errorf("said %q, want %q", c.Spoken, want)
	}
	if s.acted() {
		t.Errorf("events %v", s.desk.did())
	}
}

func TestSomebodyElseIsFasterWhileTheMenuIsRead(t *testing.T) {
	s := newStage(t)
	s.fake.Phone(hal).OnCall(twiliofake.PicksUp())
	s.page(t, s.notice(oncall.Voice, "PLATFORM-42/p3", "PLATFORM-42"))
	call := s.fake.Phone(hal).Call()
	s.until(t, "the menu", func() bool { return call.State().Listening })
	s.desk.settle("PLATFORM-42", func(in *incident.Incident) { in.State, in.AckedBy = incident.Acknowledged, incident.By("ana") })
	if err := call.Press("4"); err != nil {
		t.Fatal(err)
	}
	c := s.over(t)
	if words := strings.Join(c.Spoken, " "); !strings.Contains(words, "platform 42 is already acknowledged by Ana Ortiz") {
		t.Errorf("said %q", words)
	}
}

func TestACallAboutSeveral(t *testing.T) {
	for _, tt := range []struct {
		name, keys string
		platform   incident.State
		web        incident.State
		says       string
	}{
		{"4 acknowledges all", "4", incident.Acknowledged, incident.Acknowledged, "Both incidents are acknowledged."},
		{"6 resolves the worst", "6", incident.Resolved, incident.Triggered, "platform 42 resolved"},
		{"no key, none", "", incident.Triggered, incident.Triggered, "Goodbye."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			c := s.call(t, twiliofake.Presses(tt.keys), "PLATFORM-42/p4", "PLATFORM-42")
			if !strings.Contains(c.Spoken[0], "There are two incidents, the worst is critical, for team Platform: Disk full on db1.") {
				t.Errorf("said %q", c.Spoken)
			}
			if words := strings.Join(c.Spoken, " "); !strings.Contains(words, tt.says) {
				t.Errorf("said %q, want %q in it", words, tt.says)
			}
			if got := s.desk.state("PLATFORM-42"); got != tt.platform {
				t.Errorf("PLATFORM-42 is %s, want %s", got, tt.platform)
			}
			if got := s.desk.state("WEB-7"); got != tt.web {
				t.Errorf("WEB-7 is %s, want %s", got, tt.web)
			}
		})
	}
}

func TestACallWhileTheStoreIsAway(t *testing.T) {
	s := newStage(t)
	s.desk.breaks(errors.New("store away"))
	c := s.call(t, twiliofake.Presses("4"), "PLATFORM-42/p3", "PLATFORM-42")
	if len(c.Spoken) == 0 || c.Spoken[0] != brokenCall {
		t.Errorf("said %q", c.Spoken)
	}
}

func TestAStoreThatGoesAwayAsksForTheKeyAgain(t *testing.T) {
	s := newStage(t)
	s.fake.Phone(hal).OnCall(twiliofake.PicksUp())
	s.page(t, s.notice(oncall.Voice, "PLATFORM-42/p3", "PLATFORM-42"))
	call := s.fake.Phone(hal).Call()
	s.until(t, "the menu", func() bool { return call.State().Listening })
	form := url.Values{"AccountSid": {s.fake.Options().AccountSID}, "CallSid": {call.SID()}, "Digits": {"4"}}
	target := s.client.address(pathKey, "PLATFORM-42/p3", url.Values{"to": {"hal"}})
	s.desk.breaks(errors.New("store away"))
	if _, body, err := s.fake.Post(target, form); err != nil || strings.Contains(string(body), "acknowledged") {
		t.Errorf("answered %q, %v", body, err)
	}
	s.desk.breaks(nil)
	for range 2 { // the second time it is a redelivery
		if _, body, err := s.fake.Post(target, form); err != nil || !strings.Contains(string(body), "acknowledged") {
			t.Errorf("answered %q, %v", body, err)
		}
	}
	call.Hangup()
}

func TestAKeyOfSomebodyWhoHasLeft(t *testing.T) {
	s := newStage(t)
	target := s.client.address(pathKey, "PLATFORM-42/p3", url.Values{"to": {"gone"}})
	_, body, err := s.fake.Post(target, url.Values{"AccountSid": {s.fake.Options().AccountSID}, "CallSid": {"CA1"}, "Digits": {"4"}})
	if err != nil || s.acted() {
		t.Errorf("answered %q, %v; events %v", body, err, s.desk.did())
	}
}

func TestWithoutAPublicURL(t *testing.T) {
	s := newStage(t)
	o := s.client.opts
	o.PublicURL = ""
	s.client = New(o)
	s.fake.Phone(hal).OnCall(twiliofake.PicksUp())
	for _, via := range []oncall.Method{oncall.SMS, oncall.Voice} {
		if _, receipt, err := s.client.Page(t.Context(), s.notice(via, "PLATFORM-42/p3", "PLATFORM-42")); err != nil || !receipt {
			t.Errorf("%s: receipt %v, %v", via, receipt, err)
		}
	}
	if body := s.fake.Phone(hal).Messages()[0].Body; body != "PLATFORM-42 CRITICAL: Disk full on db1" {
		t.Errorf("sent %q", body)
	}
	call := s.fake.Phone(hal).Call()
	s.until(t, "the call", func() bool { return call.State().Over() })
	if c := call.State(); c.Problem != "" || !strings.Contains(strings.Join(c.Spoken, " "), "Disk full on db1") || strings.Contains(c.TwiML, "Gather") {
		t.Errorf("said %+v", c)
	}
}
