package twilio

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

func TestAnSMSOnTheWire(t *testing.T) {
	s := newStage(t)
	ref := s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	form := s.fake.RequestsTo("messages.create")[0].Form
	want := url.Values{
		"To": {hal}, "From": {s.fake.Options().From}, "ValidityPeriod": {"120"},
		"Body":           {"PLATFORM-42 CRITICAL: Disk full on db1. Reply 14 ack, 16 resolve, 15 escalate"},
		"StatusCallback": {public + "/twilio/status/message?page=PLATFORM-42%2Fp3"},
	}
	if form.Encode() != want.Encode() {
		t.Errorf("sent %v, want %v", form, want)
	}
	if got := s.fake.Phone(hal).Messages()[0].SID; ref != got {
		t.Errorf("ref = %q, want %q", ref, got)
	}
	s.until(t, "delivered", s.heard(incident.PageDelivered{Page: "PLATFORM-42/p3"}))
	if err := s.client.Cancel(t.Context(), ref); err != nil {
		t.Errorf("an SMS can't be cancelled, which is no error: %v", err)
	}
}

func TestTell(t *testing.T) {
	s := newStage(t)
	if err := s.client.Tell(t.Context(), hal, "Earshot needs an admin:\n"+strings.Repeat("a long story ", 50)); err != nil {
		t.Fatal(err)
	}
	if m := s.fake.Phone(hal).Messages()[0]; m.Segments > maxSegments || !strings.HasPrefix(m.Body, "Earshot needs an admin: a long") {
		t.Errorf("sent %+v", m)
	}
	if err := s.client.Tell(t.Context(), oncall.Phone(s.fake.Options().From), "x"); err == nil {
		t.Error("our own number was told")
	}
}

func TestReceiptsOfAnSMS(t *testing.T) {
	tests := []struct {
		name  string
		phone twiliofake.SMSBehaviour
		want  incident.Event // nil: none
	}{
		{"delivered", twiliofake.Delivers(), incident.PageDelivered{Page: "PLATFORM-42/p3"}},
		{"undelivered", twiliofake.Undelivers(30003), incident.PageFailed{Page: "PLATFORM-42/p3", Reason: "SMS undelivered: the handset can't be reached (30003)"}},
		{"failed", twiliofake.Fails(30008), incident.PageFailed{Page: "PLATFORM-42/p3", Reason: "SMS failed: unknown error of the carrier (30008)"}},
		{"an unknown code", twiliofake.Fails(39999), incident.PageFailed{Page: "PLATFORM-42/p3", Reason: "SMS failed (39999)"}},
		{"sent is no proof", twiliofake.OnlySent(), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.fake.Phone(hal).OnSMS(tt.phone)
			s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
			if tt.want != nil {
				s.until(t, tt.name, s.heard(tt.want))
				return
			}
			s.until(t, "receipts", func() bool { return len(s.fake.Callbacks()) > 0 })
			if got := s.desk.did(); len(got) > 0 {
				t.Errorf("events %v", got)
			}
		})
	}
}

func TestReceiptsOfABundleAndOfUnknownPages(t *testing.T) {
	s := newStage(t)
	post := func(page, status string) int {
		t.Helper()
		code, _, err := s.fake.Post(public+"/twilio/status/message?page="+url.QueryEscape(page),
			url.Values{"AccountSid": {s.fake.Options().AccountSID}, "MessageStatus": {status}, "ErrorCode": {"30007"}})
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	for _, page := range []string{"PLATFORM-99/p1", "PLATFORM-42/p99", "", "nonsense"} {
		if got := post(page, "delivered"); got != 204 {
			t.Errorf("page %q answered %d", page, got)
		}
	}
	if got := s.desk.did(); len(got) > 0 {
		t.Errorf("events about unknown pages: %v", got)
	}
	if got := post("PLATFORM-42/p4", "undelivered"); got != 204 {
		t.Errorf("answered %d", got)
	}
	why := "SMS undelivered: filtered as spam by the carrier (30007)"
	for _, want := range []incident.Event{
		incident.PageFailed{Page: "PLATFORM-42/p4", Reason: why}, incident.PageFailed{Page: "WEB-7/p1", Reason: why},
	} {
		if !s.heard(want)() {
			t.Errorf("%v is missing in %v", want, s.desk.did())
		}
	}
	s.desk.breaks(errors.New("store away"))
	if got := post("PLATFORM-42/p4", "delivered"); got != 503 {
		t.Errorf("answered %d with the store away, want 503", got)
	}
}

// answers sends an SMS and returns what the phone is answered, empty for silence.
func (s *stage) answers(t *testing.T, phone, text string) string {
	t.Helper()
	before := len(s.fake.Phone(phone).Messages())
	status, _, err := s.fake.Phone(phone).Reply(text)
	if err != nil {
		t.Fatal(err)
	}
	got := s.fake.Phone(phone).Messages()[before+1:]
	if len(got) == 0 {
		if status != 204 {
			t.Errorf("silence is answered %d, want 204", status)
		}
		return ""
	}
	if got[0].Segments > maxSegments {
		t.Errorf("the answer has %d segments", got[0].Segments)
	}
	return got[0].Body
}

func TestReplies(t *testing.T) {
	tests := []struct {
		name   string
		open   []incident.ID // numbered for Hal, in that order
		text   string
		answer string // contained in it
		want   map[incident.ID]incident.State
	}{
		{"acknowledges", []incident.ID{"PLATFORM-42"}, "14", "PLATFORM-42 acknowledged", map[incident.ID]incident.State{"PLATFORM-42": incident.Acknowledged}},
		{"trailing blanks", []incident.ID{"PLATFORM-42"}, " 14 \n", "PLATFORM-42 acknowledged", map[incident.ID]incident.State{"PLATFORM-42": incident.Acknowledged}},
		{"resolves", []incident.ID{"PLATFORM-42"}, "16", "PLATFORM-42 resolved", map[incident.ID]incident.State{"PLATFORM-42": incident.Resolved}},
		{"a bare key where one is open", []incident.ID{"PLATFORM-42"}, "4", "PLATFORM-42 acknowledged", map[incident.ID]incident.State{"PLATFORM-42": incident.Acknowledged}},
		{"a bare key where two are open", []incident.ID{"PLATFORM-42", "WEB-8"}, "4", "Which one?", map[incident.ID]incident.State{"PLATFORM-42": incident.Triggered, "WEB-8": incident.Triggered}},
		{"the second only", []incident.ID{"PLATFORM-42", "WEB-8"}, "24", "WEB-8 acknowledged", map[incident.ID]incident.State{"PLATFORM-42": incident.Triggered, "WEB-8": incident.Acknowledged}},
		{"all", []incident.ID{"PLATFORM-42", "WEB-8"}, "04", "PLATFORM-42", map[incident.ID]incident.State{"PLATFORM-42": incident.Acknowledged, "WEB-8": incident.Acknowledged}},
		{"a number nobody has", []incident.ID{"PLATFORM-42"}, "94", "no incident 9", map[incident.ID]incident.State{"PLATFORM-42": incident.Triggered}},
		{"words", []incident.ID{"PLATFORM-42"}, "Ack platform-42", "PLATFORM-42 acknowledged", map[incident.ID]incident.State{"PLATFORM-42": incident.Acknowledged}},
		{"an emoji", []incident.ID{"PLATFORM-42"}, "👍", "", map[incident.ID]incident.State{"PLATFORM-42": incident.Triggered}},
		{"nothing open", nil, "4", "no open incidents", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			for _, id := range tt.open {
				if _, err := s.desk.ClaimSlot(t.Context(), "hal", id); err != nil {
					t.Fatal(err)
				}
			}
			got := s.answers(t, hal, tt.text)
			if got == "" || !strings.Contains(got, tt.answer) {
				t.Errorf("answered %q, want something with %q", got, tt.answer)
			}
			for id, want := range tt.want {
				if got := s.desk.state(id); got != want {
					t.Errorf("%s is %s, want %s", id, got, want)
				}
			}
		})
	}
}

func TestAnotherPhonesCodeIsNotTheirs(t *testing.T) {
	s := newStage(t)
	s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	if got := s.answers(t, ana, "14"); !strings.Contains(got, "no incident 1") {
		t.Errorf("answered %q", got)
	}
	if got := s.desk.state("PLATFORM-42"); got != incident.Triggered {
		t.Errorf("it is %s", got)
	}
}

func TestSilence(t *testing.T) {
	s := newStage(t)
	for _, tt := range []struct{ name, phone, text string }{
		{"an unknown phone", "+19995550000", "14"},
		{"a person who has left", "+16175550199", "14"},
		{"Twilio's own words", hal, " Stop "},
	} {
		if got := s.answers(t, tt.phone, tt.text); got != "" {
			t.Errorf("%s is answered %q", tt.name, got)
		}
	}
	if got := s.desk.did(); len(got) > 0 {
		t.Errorf("events %v", got)
	}
}

func TestTheSameMessageActsOnce(t *testing.T) {
	s := newStage(t)
	s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	form := s.fake.Phone(hal).ReplyForm("15")
	for range 3 {
		if status, _, err := s.fake.Post(public+"/twilio/sms", form); err != nil || status >= 300 {
			t.Fatalf("answered %d, %v", status, err)
		}
	}
	n := 0
	for _, ev := range s.desk.did() {
		if _, ok := ev.(incident.Escalated); ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("escalated %d times", n)
	}
}

func TestAReplyWhileTheStoreIsAway(t *testing.T) {
	s := newStage(t)
	s.desk.breaks(errors.New("store away"))
	if got := s.answers(t, hal, "14"); got != brokenWords {
		t.Errorf("answered %q", got)
	}
}

func TestAMachineThatAnswersIsNotAnsweredForEver(t *testing.T) {
	s := newStage(t)
	s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	answered := 0
	for range 20 {
		if s.answers(t, hal, "I am driving right now.") != "" {
			answered++
		}
	}
	if answered != echoLimit {
		t.Errorf("answered %d times, want %d", answered, echoLimit)
	}
	if got := s.answers(t, hal, "14"); !strings.Contains(got, "acknowledged") {
		t.Errorf("a person at that phone is answered %q", got)
	}
	var e echoes
	for range echoLimit + 1 {
		e.heard(hal, "x", time.Unix(0, 0))
	}
	if e.heard(hal, "x", time.Unix(0, 0).Add(2*echoWindow)) {
		t.Error("silent still, long after")
	}
}
