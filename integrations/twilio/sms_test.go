package twilio

import (
	"errors"
	"fmt"
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

// taken numbers incidents for Hal, in that order.
func (s *stage) taken(t *testing.T, ids ...incident.ID) {
	t.Helper()
	for _, id := range ids {
		if _, err := s.desk.ClaimSlot(t.Context(), "hal", id); err != nil {
			t.Fatal(err)
		}
	}
}

func TestF63Replies(t *testing.T) {
	const one, other = incident.ID("PLATFORM-42"), incident.ID("WEB-8")
	acked, resolved, open := incident.Acknowledged, incident.Resolved, incident.Triggered
	done := "PLATFORM-42 acknowledged."
	list := "Open: PLATFORM-42 Disk full on db1. Reply 14 ack, 16 resolve, 15 escalate; WEB-8 Down. Reply 24 ack, 26 resolve, 25 escalate"
	tests := []struct {
		name       string
		text       string
		answer     string
		one, other incident.State // afterwards
	}{
		{"number and key", "14", done, acked, open},
		{"trailing blanks", " 14 \n", done, acked, open},
		{"blanks within", "1 4", done, acked, open},
		{"a full stop", "14.", done, acked, open},
		{"apostrophes", "'14'", done, acked, open},
		{"curly quotes", "“14”", done, acked, open},
		{"emoji around", "👍 14 🎉", done, acked, open},
		{"as the message has it", "14 ack", done, acked, open},
		{"as the message has it, shouted", "14 ACK!", done, acked, open},
		{"a key and the word of another", "14 resolve", "Nothing is changed: please reply 14 alone.", open, open},
		{"resolves", "16", "PLATFORM-42 resolved. Nobody is paged for it any more.", resolved, open},
		{"a bare key where two are open", "4", "Which one? " + list, open, open},
		{"a bare word where two are open", "Ack", "Which one? " + list, open, open},
		{"the second only", "24", "WEB-8 acknowledged.", open, acked},
		{"all", "04", "Acknowledged: PLATFORM-42, WEB-8.", acked, acked},
		{"all, as a word", "ACK ALL", "Acknowledged: PLATFORM-42, WEB-8.", acked, acked},
		{"a number nobody has", "94", "You have no incident 9. " + list, open, open},
		{"word and id", "Ack platform-42", done, acked, open},
		{"word and number", "ack 1", done, acked, open},
		{"word and number, in a hurry", "aCK  '1' ", done, acked, open},
		{"a thumb is no acknowledgement", "👍", list, open, open},
		{"nor is a thumb with a tone", "👍🏽", list, open, open},
		{"nor is OK", "ok", "There is no word \"ok\".", open, open},
		{"nor is yes", "Yes", "There is no word \"Yes\".", open, open},
		{"nothing at all", "", list, open, open},
		{"two codes at once", "14 24", "Nothing is changed: please reply 14 alone.", open, open},
		{"a key of no meaning", "17", "There is no word \"17\".", open, open},
		{"Arabic digits", "١٤", done, acked, open},
		{"help", "HELP", "An incident's number, then 4 ack", open, open},
		{"help with a word", "help ack", "ack ID: take an incident on", open, open},
		{"who", "Who?", "On call", open, open},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.taken(t, one, other)
			if got := s.answers(t, hal, tt.text); !strings.HasPrefix(got, tt.answer) {
				t.Errorf("answered %q, want %q", got, tt.answer)
			}
			if a, b := s.desk.state(one), s.desk.state(other); a != tt.one || b != tt.other {
				t.Errorf("%s is %s and %s is %s, want %s and %s", one, a, other, b, tt.one, tt.other)
			}
		})
	}
}

func TestABareKeyWhereOneOrNothingIsOpen(t *testing.T) {
	s := newStage(t)
	if got := s.answers(t, hal, "4"); got != "You have no open incidents." {
		t.Errorf("answered %q", got)
	}
	s.taken(t, "PLATFORM-42")
	if got := s.answers(t, hal, "4"); got != "PLATFORM-42 acknowledged." {
		t.Errorf("answered %q", got)
	}
}

func TestF63ALateReplyIsToldTheTruth(t *testing.T) {
	twoFourteen := time.Now().Truncate(time.Minute)
	tests := []struct {
		name   string
		change func(*incident.Incident)
		answer string
	}{
		{"acknowledged by somebody else", func(in *incident.Incident) {
			in.State, in.AckedBy, in.AckedAt = incident.Acknowledged, incident.By("ana"), twoFourteen
		}, "PLATFORM-42 is already acknowledged by Ana Ortiz ("},
		{"resolved by its sender", func(in *incident.Incident) {
			in.State, in.ResolvedBy, in.ResolvedAt = incident.Resolved, incident.Actor{Name: "prometheus"}, twoFourteen
		}, "PLATFORM-42 is already resolved by prometheus ("},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.taken(t, "PLATFORM-42", "WEB-8")
			s.desk.settle("PLATFORM-42", tt.change)
			if got := s.answers(t, hal, "14"); !strings.HasPrefix(got, tt.answer) || !strings.Contains(got, twoFourteen.UTC().Format("15:04")) {
				t.Errorf("answered %q", got)
			}
			if got := s.desk.state("WEB-8"); got != incident.Triggered {
				t.Errorf("the other is %s", got)
			}
		})
	}
}

func TestS28ARightNumberWithAWrongCodeChangesNothing(t *testing.T) {
	for _, tt := range []struct{ name, phone, text, answer string }{
		{"a code that nobody has", hal, "94", "You have no incident 9."},
		{"a code of another person's list", ana, "14", "You have no incident 1."},
		{"a bare key of whom nothing pages", ana, "4", "You have no open incidents."},
		{"a right code from a wrong number", "+16175550666", "14", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
			if got := s.answers(t, tt.phone, tt.text); !strings.HasPrefix(got, tt.answer) || tt.answer == "" && got != "" {
				t.Errorf("answered %q, want %q", got, tt.answer)
			}
			if s.acted() {
				t.Errorf("events %v", s.desk.did())
			}
		})
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

func TestS29AMachineThatAnswersIsNotAnsweredForEver(t *testing.T) {
	s := newStage(t)
	machine := func(what string) {
		t.Helper()
		answered := 0
		for i := range 20 {
			words := []string{"I am driving right now.", "help", "🚗", "24", fmt.Sprint("Ticket ", i, " opened")}[i%5]
			if s.answers(t, hal, words) != "" {
				answered++
			}
		}
		if answered != echoLimit {
			t.Errorf("%s: answered %d times, want %d", what, answered, echoLimit)
		}
	}
	s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	machine("at first")
	s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	machine("after a page")
	if got := s.answers(t, hal, "14"); !strings.Contains(got, "acknowledged") {
		t.Errorf("a person at that phone is answered %q", got)
	}
	machine("after a person")
}

func TestTheOneWhoIsPagedSpeaksFromASharedPhone(t *testing.T) {
	s := newStage(t)
	s.desk.shares = true
	s.taken(t, "PLATFORM-42")
	if got := s.answers(t, hal, "14"); got != "PLATFORM-42 acknowledged." {
		t.Errorf("answered %q", got)
	}
	s.desk.settle("PLATFORM-42", func(in *incident.Incident) { in.State = incident.Resolved })
	if got := s.answers(t, hal, "14"); !strings.HasPrefix(got, "PLATFORM-42 is already resolved") {
		t.Errorf("answered %q", got)
	}
}
