package twilio

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// record is a Reach that forgets with the test, and hears what admins are told.
type record struct {
	mu     sync.Mutex
	shut   map[oncall.Method]oncall.Trouble
	noted  map[oncall.PersonID][]oncall.Trouble
	alarms []string
}

func (r *record) Closed(_ context.Context, _ oncall.Person, via oncall.Method) (oncall.Trouble, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, ok := r.shut[via]
	return t, ok
}

func (r *record) Trouble(_ context.Context, id oncall.PersonID, t oncall.Trouble) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.noted[id] = append(r.noted[id], t)
}

func (r *record) Mended(context.Context, oncall.PersonID, oncall.TroubleKind, oncall.Method, oncall.Phone) {
}

func (r *record) alarm(_ context.Context, what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.alarms = append(r.alarms, what)
}

func (r *record) alarmed() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.alarms)
}

func (r *record) of(id oncall.PersonID) []oncall.Trouble {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.noted[id])
}

// with gives the stage a client with other options, and a record of what it notes.
func (s *stage) with(t *testing.T, change func(*Options)) *record {
	t.Helper()
	r := &record{noted: map[oncall.PersonID][]oncall.Trouble{}, shut: map[oncall.Method]oncall.Trouble{}}
	o := s.client.opts
	o.Reach, o.Alarm = r, r.alarm
	if change != nil {
		change(&o)
	}
	s.client = New(o)
	app := httptest.NewServer(s.client.Handler(s.desk))
	t.Cleanup(app.Close)
	s.fake.SetApp(public, app.URL, public+"/twilio/sms")
	return r
}

// TestF56ARefusalRunsTheNextStepAndFlagsTheNumber tries each code as the answer to
// the request and as a receipt: there is nothing to wait for, and what lasts is
// remembered.
func TestF56ARefusalRunsTheNextStepAndFlagsTheNumber(t *testing.T) {
	tests := []struct {
		code  int
		words string // of the trouble; empty: nothing lasts
		kind  oncall.TroubleKind
		admin bool
	}{
		{21211, "not a valid number (21211)", oncall.Refused, false},
		{21408, "SMS to that country is not allowed (21408)", oncall.Refused, true},
		{21606, "the sending number can't send SMS there (21606)", oncall.Refused, true},
		{21608, "the number is not verified (21608)", oncall.Refused, true},
		{21610, "the recipient has replied STOP; texting START undoes it (21610)", oncall.Stopped, false},
		{21612, "no route from our number to that one (21612)", oncall.Refused, false},
		{21614, "not a mobile number (21614)", oncall.Refused, false},
		{30001, "", "", false},
		{30002, "", "", true},
		{30003, "the handset can't be reached (30003)", oncall.Refused, false},
		{30004, "blocked (30004)", oncall.Refused, false},
		{30005, "unknown number (30005)", oncall.Refused, false},
		{30006, "a landline, or a carrier that can't be reached (30006)", oncall.Refused, false},
		{30007, "filtered as spam by the carrier (30007)", oncall.Refused, false},
		{30008, "unknown error of the carrier (30008)", oncall.Refused, false},
		{30034, "unregistered sender (30034)", oncall.Refused, true},
		{29999, "", "", false},
	}
	check := func(t *testing.T, r *record, words string, kind oncall.TroubleKind) {
		t.Helper()
		got := r.of("hal")
		switch {
		case words == "" && len(got) > 0:
			t.Errorf("troubles %+v, want none", got)
		case words == "":
		case len(got) != 1 || got[0].Kind != kind || got[0].Via != oncall.SMS || number(string(got[0].Phone)) != hal || got[0].Since.IsZero() || got[0].Words != words:
			t.Errorf("troubles %+v, want %s: %s", got, kind, words)
		}
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%d at once", tt.code), func(t *testing.T) {
			s := newStage(t)
			r := s.with(t, nil)
			s.fake.Phone(hal).OnSMS(twiliofake.RefusesSMS(tt.code))
			f := s.fails(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
			if f.Unknown || f.Retry > 0 || !strings.HasPrefix(f.Reason, "SMS refused") || (f.Admin != "") != tt.admin {
				t.Errorf("got %+v, for an admin %q", f, f.Admin)
			}
			check(t, r, tt.words, tt.kind)
		})
		t.Run(fmt.Sprintf("%d by receipt, twice", tt.code), func(t *testing.T) {
			s := newStage(t)
			r := s.with(t, nil)
			form := url.Values{"AccountSid": {s.fake.Options().AccountSID}, "MessageStatus": {"undelivered"}, "ErrorCode": {fmt.Sprint(tt.code)}}
			s.desk.settle("PLATFORM-42", func(in *incident.Incident) { in.Pages[0].Via = oncall.SMS })
			for range 2 {
				if code, _, err := s.fake.Post(s.client.address(pathMessageStatus, "PLATFORM-42/p3", nil), form); err != nil || code != 204 {
					t.Fatalf("answered %d, %v", code, err)
				}
			}
			if !s.heard(incident.PageFailed{Page: "PLATFORM-42/p3", Reason: lost("SMS undelivered", tt.code)})() {
				t.Errorf("events %v", s.desk.did())
			}
			check(t, r, tt.words, tt.kind)
			if told := len(r.alarmed()) == 1; told != tt.admin {
				t.Errorf("the admins are told %q", r.alarmed())
			}
		})
	}
}

func TestAWayThatIsClosedIsRefusedWithoutTwilio(t *testing.T) {
	s := newStage(t)
	r := s.with(t, nil)
	r.shut[oncall.SMS] = oncall.Trouble{Kind: oncall.Stopped, Words: "the phone replied STOP"}
	f := s.fails(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	if f.Reason != "SMS refused: the phone replied STOP" || f.Retry > 0 || f.Unknown || f.Admin != "" {
		t.Errorf("got %+v", f)
	}
	if got := s.fake.Requests(); len(got) > 0 || len(r.of("hal")) > 0 {
		t.Errorf("Twilio was asked %v, noted %v", got, r.of("hal"))
	}
	s.page(t, s.notice(oncall.Voice, "PLATFORM-42/p3", "PLATFORM-42"))
}

func TestF57UndeliveredRunsTheNextStep(t *testing.T) {
	s := newStage(t)
	s.fake.Phone(hal).OnSMS(twiliofake.Undelivers(30003))
	s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	s.until(t, "the page has failed", s.heard(incident.PageFailed{
		Page: "PLATFORM-42/p3", Reason: "SMS undelivered: the handset can't be reached (30003)",
	}))
}
