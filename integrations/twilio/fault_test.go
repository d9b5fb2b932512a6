package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// fails pages and returns the fault.
func (s *stage) fails(t *testing.T, n incident.Notice) *incident.Fault {
	t.Helper()
	ref, receipt, err := s.client.Page(t.Context(), n)
	var f *incident.Fault
	if !errors.As(err, &f) {
		t.Fatalf("error = %v, want a Fault", err)
	}
	if ref != "" || receipt {
		t.Errorf("a failed page has ref %q, receipt %v", ref, receipt)
	}
	for _, secret := range []string{hal, "5550108", s.fake.Options().AuthToken} {
		if strings.Contains(f.Reason+f.Admin, secret) {
			t.Errorf("the fault tells %q: %+v", secret, f)
		}
	}
	return f
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		status int
		code   int
		reason string // of an SMS
		retry  bool
		admin  bool
	}{
		{401, 20003, "SMS refused: the credentials are not accepted (20003)", false, true},
		{403, 20005, "SMS refused: the account is not active (20005)", false, true},
		{429, 20429, "SMS refused: too many requests (20429)", true, false},
		{400, 21211, "SMS refused: not a valid number (21211)", false, false},
		{400, 21408, "SMS refused: SMS to that country is not allowed (21408)", false, true},
		{400, 21606, "SMS refused: the sending number can't send SMS there (21606)", false, true},
		{400, 21610, "SMS refused: the recipient has replied STOP; texting START undoes it (21610)", false, false},
		{400, 21611, "SMS refused: the sending number's queue is full (21611)", false, false},
		{400, 21614, "SMS refused: not a mobile number (21614)", false, false},
		{400, 30001, "SMS refused: the queue is full (30001)", false, false},
		{400, 30002, "SMS refused: the account is suspended (30002)", false, true},
		{400, 30003, "SMS refused: the handset can't be reached (30003)", false, false},
		{400, 30004, "SMS refused: blocked (30004)", false, false},
		{400, 30005, "SMS refused: unknown number (30005)", false, false},
		{400, 30006, "SMS refused: a landline, or a carrier that can't be reached (30006)", false, false},
		{400, 30007, "SMS refused: filtered as spam by the carrier (30007)", false, false},
		{400, 30008, "SMS refused: unknown error of the carrier (30008)", false, false},
		{400, 30034, "SMS refused: unregistered sender (30034)", false, true},
		{400, 29999, "SMS refused (29999)", false, false},
		{403, 29999, "SMS refused: not authorised (29999)", false, true},
		{500, 20500, "SMS refused: Twilio has an error of its own (20500)", true, false},
		{503, 20503, "SMS refused: Twilio has an error of its own (20503)", true, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.code), func(t *testing.T) {
			s := newStage(t)
			s.fake.Fault(func(string, url.Values) *twiliofake.Response { return twiliofake.Refusal(tt.status, tt.code) })
			f := s.fails(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
			if f.Reason != tt.reason {
				t.Errorf("reason = %q, want %q", f.Reason, tt.reason)
			}
			if f.Unknown || (f.Retry > 0) != tt.retry || f.Retry > 5*time.Second || (f.Admin != "") != tt.admin {
				t.Errorf("got %+v, want retry %v, admin %v", f, tt.retry, tt.admin)
			}
			call := s.fails(t, s.notice(oncall.Voice, "PLATFORM-42/p3", "PLATFORM-42"))
			if want := strings.Replace(tt.reason, "SMS", "call", 1); call.Reason != want {
				t.Errorf("reason = %q, want %q", call.Reason, want)
			}
		})
	}
}

// TestF55OutcomesOfARequest says of each answer whether it is worth another try, and
// when: the two tries that a page has left fit into ten seconds.
func TestF55OutcomesOfARequest(t *testing.T) {
	html := http.Header{"Content-Type": {"text/html"}}
	tests := []struct {
		name    string
		fault   twiliofake.Response
		unknown bool
		retry   time.Duration // 0: final, where not unknown
	}{
		{"cut after sending", twiliofake.Response{Drop: true}, true, 0},
		{"taken, then cut", twiliofake.Response{Drop: true, Accept: true}, true, 0},
		{"5xx without words", twiliofake.Response{Status: 502, Body: "<html>bad gateway", Header: html}, true, 0},
		{"5xx with nothing", twiliofake.Response{Status: 500}, true, 0},
		{"5xx with empty words", twiliofake.Response{Status: 500, Body: "{}"}, true, 0},
		{"2xx that can't be read", twiliofake.Response{Status: 201, Body: "<html>"}, true, 0},
		{"4xx without words", twiliofake.Response{Status: 404, Body: "<html>", Header: html}, false, 0},
		{"a redirect is not followed", twiliofake.Response{Status: 302, Header: http.Header{"Location": {"/elsewhere"}}}, false, 0},
		{"429 without words", twiliofake.Response{Status: 429}, false, retryAfter},
		{"429 that says how long", twiliofake.Response{Status: 429, Header: http.Header{"Retry-After": {"1"}}}, false, time.Second},
		{"429 that asks for too much", twiliofake.Response{Status: 429, Header: http.Header{"Retry-After": {"3600"}}}, false, maxRetry},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.fake.Fault(func(string, url.Values) *twiliofake.Response { return &tt.fault })
			f := s.fails(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
			if f.Unknown != tt.unknown || f.Retry < tt.retry || f.Retry > tt.retry+tt.retry/4 {
				t.Errorf("got %+v, want unknown %v, retry %v", f, tt.unknown, tt.retry)
			}
		})
	}
}

// TestF55WhatTwilioDoesNotServeAtAllMayGoByAnother says which refusals are about the
// account, and not about this page. The admins hear of them whoever sends it then.
func TestF55WhatTwilioDoesNotServeAtAllMayGoByAnother(t *testing.T) {
	tests := []struct {
		name         string
		status, code int
		down         bool
	}{
		{"credentials", 401, 20003, true},
		{"a closed account", 403, 20005, true},
		{"a suspended account", 400, 30002, true},
		{"a daily limit", 429, 63038, true},
		{"an unknown 401", 401, 29999, true},
		{"an unknown 403", 403, 29999, false},
		{"a number that does not exist", 400, 21211, false},
		{"STOP", 400, 21610, false},
		{"an unregistered sender", 400, 30034, false},
		{"too many requests", 429, 20429, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			r := s.with(t, nil)
			s.fake.Fault(func(string, url.Values) *twiliofake.Response { return twiliofake.Refusal(tt.status, tt.code) })
			f := s.fails(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
			if told := len(r.alarmed()) > 0; f.Down != tt.down || tt.down && !told {
				t.Errorf("down %t, the admins told %t: %+v", f.Down, told, f)
			}
		})
	}
}

func TestAContextEndsTheRequest(t *testing.T) {
	s := newStage(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.fake.Fault(func(string, url.Values) *twiliofake.Response {
		cancel()
		return &twiliofake.Response{Accept: true, Delay: time.Hour}
	})
	done := make(chan error, 1)
	go func() {
		_, _, err := s.client.Page(ctx, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
		done <- err
	}()
	select {
	case err := <-done:
		var f *incident.Fault
		if !errors.As(err, &f) || !f.Unknown {
			t.Errorf("error = %v, want an unknown outcome", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the request goes on")
	}
}

func TestF55NothingWasSent(t *testing.T) {
	s := newStage(t)
	closed := httptest.NewServer(nil)
	closed.Close()
	tls := httptest.NewTLSServer(s.fake)
	defer tls.Close()
	for name, api := range map[string]string{
		"a closed port": closed.URL, "a certificate nobody trusts": tls.URL, "no such name": "https://twilio.invalid",
	} {
		o := s.client.opts
		o.APIURL = api
		s.client = New(o)
		f := s.fails(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
		if f.Unknown || f.Retry <= 0 || 2*f.Retry > 10*time.Second {
			t.Errorf("F55 %s: %+v", name, f)
		}
	}
}

func TestPagesThatAreNotEvenTried(t *testing.T) {
	s := newStage(t)
	ours := s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42")
	ours.To.Phone = "+1 500 555 0006"
	nobody := s.notice(oncall.Voice, "PLATFORM-42/p3", "PLATFORM-42")
	nobody.To.Phone = ""
	for name, n := range map[string]incident.Notice{
		"our own number": ours, "no number": nobody, "no incident": s.notice(oncall.SMS, "PLATFORM-42/p3"),
		"another way": s.notice(oncall.Chat, "PLATFORM-42/p3", "PLATFORM-42"),
	} {
		if f := s.fails(t, n); f.Unknown || f.Retry != 0 {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if got := s.fake.Requests(); len(got) > 0 {
		t.Errorf("Twilio was asked: %v", got)
	}
}

func TestBreakersAreOneForEachKind(t *testing.T) {
	s := newStage(t)
	s.fake.Fault(func(operation string, _ url.Values) *twiliofake.Response {
		if operation == "messages.create" {
			return twiliofake.Failure(503)
		}
		return nil
	})
	n := s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42")
	for range 5 {
		if f := s.fails(t, n); f.Retry == 0 {
			t.Fatalf("not worth another try: %+v", f)
		}
	}
	asked := len(s.fake.Requests())
	if f := s.fails(t, n); f.Reason != "SMS not sent: Twilio has been failing" || f.Retry != 0 || f.Unknown {
		t.Errorf("got %+v", f)
	}
	if got := len(s.fake.Requests()); got != asked {
		t.Errorf("Twilio was asked all the same")
	}
	s.page(t, s.notice(oncall.Voice, "PLATFORM-42/p3", "PLATFORM-42"))
}

func TestRefusedNumbersLeaveTheBreakerAlone(t *testing.T) {
	s := newStage(t)
	s.fake.Phone(hal).OnSMS(twiliofake.RefusesSMS(21610))
	for range 10 {
		if f := s.fails(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42")); !strings.Contains(f.Reason, "21610") {
			t.Fatalf("got %+v", f)
		}
	}
}

func TestF54APageInDoubtIsLookedUp(t *testing.T) {
	tests := []struct {
		name   string
		via    oncall.Method
		accept bool // Twilio took the first attempt
		change func(*incident.Incident, string)
		twice  bool
	}{
		{"an SMS that was taken", oncall.SMS, true, nil, false},
		{"an SMS that was not", oncall.SMS, false, nil, true},
		{"a call that was taken", oncall.Voice, true, nil, false},
		{"a call that was not", oncall.Voice, false, nil, true},
		{"a repeat is another page", oncall.SMS, true, func(in *incident.Incident, ref string) { in.Pages[1].With, in.Pages[1].Ref = nil, ref }, true},
		{"what was sent long before it was due", oncall.Voice, true, func(in *incident.Incident, _ string) { in.Pages[0].Due = time.Now().Add(time.Minute) }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.fake.Phone(hal).OnCall(twiliofake.Rings())
			s.fake.Fault(func(string, url.Values) *twiliofake.Response {
				return &twiliofake.Response{Accept: tt.accept, Drop: true}
			})
			if f := s.fails(t, s.notice(tt.via, "PLATFORM-42/p3", "PLATFORM-42")); !f.Unknown {
				t.Fatalf("got %+v", f)
			}
			s.fake.Heal()
			sids := func() (sids []string) {
				for _, m := range s.fake.Phone(hal).Messages() {
					sids = append(sids, m.SID)
				}
				for _, c := range s.fake.Phone(hal).Calls() {
					sids = append(sids, c.SID())
				}
				return sids
			}
			earlier := sids()
			if tt.change != nil {
				s.desk.settle("PLATFORM-42", func(in *incident.Incident) { tt.change(in, earlier[0]) })
			}
			n := s.notice(tt.via, "PLATFORM-42/p3", "PLATFORM-42")
			n.Doubtful = true
			ref := s.page(t, n)
			now := sids()
			if sent := len(now) > len(earlier); sent != tt.twice {
				t.Errorf("sent again: %v, want %v", sent, tt.twice)
			}
			if ref != now[len(now)-1] {
				t.Errorf("ref = %q, want %q", ref, now[len(now)-1])
			}
		})
	}
}

func TestF54ALookUpThatFailsSendsAgain(t *testing.T) {
	s := newStage(t)
	s.fake.Fault(func(operation string, _ url.Values) *twiliofake.Response {
		if operation == "messages.list" {
			return twiliofake.Failure(503)
		}
		return nil
	})
	n := s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42")
	n.Doubtful = true
	s.page(t, n)
}

func TestCheck(t *testing.T) {
	s := newStage(t)
	if err := s.client.Check(t.Context()); err != nil {
		t.Errorf("a good account: %v", err)
	}
	s.client.opts.AuthToken = "wrong"
	if err := s.client.Check(t.Context()); err == nil || strings.Contains(err.Error(), "wrong") {
		t.Errorf("a wrong token: %v", err)
	}
	s.client.opts.AuthToken = "not a token!"
	if err := s.client.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "malformed") {
		t.Errorf("a malformed token: %v", err)
	}
}
