package twilio

import (
	"context"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// A proving is a desk at which Hal tests his phone.
type proving struct {
	*desk
	mu   sync.Mutex
	book oncall.Book
}

func (p *proving) Book(context.Context) (oncall.Book, oncall.Roster, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.book, p.Roster(), nil
}

func (p *proving) Drilled(_ context.Context, n oncall.DrillNews) (moved bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.book, moved = p.book.Drilled(n, time.Now())
	return moved, nil
}

func (p *proving) Run(ctx context.Context, r commands.Request) commands.Reply {
	return commands.New(p, time.Now).Run(ctx, r)
}

// way is how far one page of the test has come.
func (p *proving) way(via oncall.Method) oncall.DrillWay {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.book.Drills["hal"].Ways {
		if w.Via == via {
			return w
		}
	}
	return oncall.DrillWay{}
}

// prove is a stage at which Hal's test 12 is under way.
func prove(t *testing.T) (*stage, *proving) {
	t.Helper()
	s := newStage(t)
	p := &proving{desk: s.desk, book: oncall.Book{}.WithDrill(oncall.Drill{ID: "12", Person: "hal", Made: time.Now(), Ways: []oncall.DrillWay{
		{Via: oncall.SMS, State: oncall.DrillQueued}, {Via: oncall.Voice, State: oncall.DrillQueued},
	}})}
	app := httptest.NewServer(s.client.Handler(p))
	t.Cleanup(app.Close)
	s.fake.SetApp(public, app.URL, public+"/twilio/sms")
	return s, p
}

func (s *stage) test(t *testing.T, via oncall.Method) error {
	t.Helper()
	to := s.desk.Roster().People["hal"]
	return s.client.Test(t.Context(), TestPage{Drill: "12", To: to, Via: via, Text: "Test page from Earshot for Hal Byrne. Reply HERE if it reached you."})
}

func TestAnSMSOfATest(t *testing.T) {
	tests := []struct {
		name    string
		phone   twiliofake.SMSBehaviour
		refused string // the error of the request; empty: none
		state   oncall.DrillState
		words   string
		trouble oncall.TroubleKind // that is remembered; empty: none
	}{
		{"delivered", twiliofake.Delivers(), "", oncall.DrillDelivered, "", ""},
		{"sent, and no more is heard", twiliofake.OnlySent(), "", oncall.DrillSent, "", ""},
		{"filtered by the carrier", twiliofake.Undelivers(30034), "", oncall.DrillFailed, "SMS undelivered: unregistered sender (30034)", oncall.Refused},
		{"refused at once, after STOP", twiliofake.RefusesSMS(21610), "SMS refused", oncall.DrillQueued, "", oncall.Stopped},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, p := prove(t)
			s.fake.Phone(hal).OnSMS(tt.phone)
			err := s.test(t, oncall.SMS)
			if (err != nil) != (tt.refused != "") || err != nil && !strings.Contains(err.Error(), tt.refused) {
				t.Fatalf("error %v, want %q", err, tt.refused)
			}
			s.until(t, "it is "+string(tt.state), func() bool { return p.way(oncall.SMS).State == tt.state })
			if got := p.way(oncall.SMS).Words; got != tt.words {
				t.Errorf("words %q, want %q", got, tt.words)
			}
			s.until(t, "the trouble is remembered", func() bool { return (len(s.desk.troublesOf("hal")) > 0) == (tt.trouble != "") })
			if all := s.desk.troublesOf("hal"); len(all) > 0 && (all[0].Kind != tt.trouble || all[0].Via != oncall.SMS) {
				t.Errorf("trouble %+v, want %s", all[0], tt.trouble)
			}
			if got := s.fake.Phone(hal).Messages(); tt.refused == "" && got[0].Body != "Test page from Earshot for Hal Byrne. Reply HERE if it reached you." {
				t.Errorf("messages %+v", got)
			}
		})
	}
}

// TestAnAdminHearsOfATestWhatHasToBeMended has the carrier drop it for our number.
func TestAnAdminHearsOfATestWhatHasToBeMended(t *testing.T) {
	s, _ := prove(t)
	told := make(chan string, 10)
	s.client.opts.Alarm = func(_ context.Context, what string) { told <- what }
	s.fake.Phone(hal).OnSMS(twiliofake.Undelivers(30034))
	if err := s.test(t, oncall.SMS); err != nil {
		t.Fatal(err)
	}
	select {
	case what := <-told:
		if !strings.Contains(what, "10DLC") {
			t.Errorf("told %q", what)
		}
	case <-time.After(5 * time.Second):
		t.Error("no admin is told")
	}
}

func TestHEREBySMSAnswersTheTest(t *testing.T) {
	s, p := prove(t)
	if err := s.test(t, oncall.SMS); err != nil {
		t.Fatal(err)
	}
	s.until(t, "it is delivered", func() bool { return p.way(oncall.SMS).State == oncall.DrillDelivered })
	_, body, err := s.fake.Phone(hal).Reply(" here ")
	if err != nil || !strings.Contains(string(body), "Thank you. The test reached you by SMS.") {
		t.Errorf("answered %q, %v", body, err)
	}
	if got := p.way(oncall.SMS).State; got != oncall.DrillAnswered {
		t.Errorf("it is %s", got)
	}
}

func TestACallOfATestIsAnsweredByItsKeyAlone(t *testing.T) {
	tests := []struct {
		name  string
		phone twiliofake.CallBehaviour
		state oncall.DrillState
		words string
		said  string
	}{
		{"the key", twiliofake.Presses("4"), oncall.DrillAnswered, "with 4", "The test reached you by call"},
		{"wrong keys, then the key", twiliofake.Presses("124"), oncall.DrillAnswered, "with 4", "that key means nothing here"},
		{"the key after it was repeated", twiliofake.Presses("*4"), oncall.DrillAnswered, "with 4", "The test reached you by call"},
		{"F61 wrong keys, three times", twiliofake.Presses("789"), oncall.DrillFailed, "call answered by nobody, or by voicemail", "Goodbye"},
		{"F61 no key, three times", twiliofake.Ignores(), oncall.DrillFailed, "call answered by nobody, or by voicemail", "No key was pressed"},
		{"F60 voicemail", twiliofake.Voicemail(), oncall.DrillFailed, "call answered by nobody, or by voicemail", "test page for Hal Byrne"},
		{"nobody picks up", twiliofake.NoAnswer(), oncall.DrillFailed, "call not answered", ""},
		{"busy", twiliofake.Busy(), oncall.DrillFailed, "call busy", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, p := prove(t)
			s.fake.Phone(hal).OnCall(tt.phone)
			if err := s.test(t, oncall.Voice); err != nil {
				t.Fatal(err)
			}
			c := s.over(t)
			s.until(t, "it is "+string(tt.state), func() bool { return p.way(oncall.Voice).State == tt.state })
			if got := p.way(oncall.Voice).Words; got != tt.words {
				t.Errorf("words %q, want %q", got, tt.words)
			}
			if said := strings.Join(c.Spoken, " "); !strings.Contains(said, tt.said) {
				t.Errorf("said %q, want %q in it", said, tt.said)
			}
			if s.acted() {
				t.Errorf("it acted on an incident: %+v", s.desk.did())
			}
		})
	}
}

func TestF59ReceiptsOfATestInAnyOrder(t *testing.T) {
	orders := [][]string{
		{"sent", "delivered", "sent"}, {"delivered", "sent", "undelivered"}, {"undelivered", "delivered", "queued"}, {"delivered", "delivered", "failed"},
	}
	for _, order := range orders {
		t.Run(strings.Join(order, ", "), func(t *testing.T) {
			s, p := prove(t)
			d := door{Client: s.client, desk: p}
			for _, status := range order {
				for _, drill := range []string{"12", "11", "99"} { // the others are not known any more
					h := webhook{form: url.Values{"MessageStatus": {status}}, query: url.Values{"drill": {drill}, "to": {"hal"}}}
					if got := d.testMessage(t.Context(), h); got.status != 0 {
						t.Errorf("%s of %s: status %d", status, drill, got.status)
					}
				}
			}
			if got := p.way(oncall.SMS).State; got != oncall.DrillDelivered {
				t.Errorf("it is %s", got)
			}
		})
	}
}

func TestATestDoesNotAskTwilioInVain(t *testing.T) {
	s, _ := prove(t)
	s.desk.Trouble(t.Context(), "hal", oncall.Trouble{Kind: oncall.Stopped, Via: oncall.SMS, Phone: s.desk.Roster().People["hal"].Phone, Words: "the phone replied STOP"})
	if err := s.test(t, oncall.SMS); err == nil || err.Error() != "SMS refused: the phone replied STOP" {
		t.Errorf("error %v", err)
	}
	if n := len(s.fake.RequestsTo("messages.create")); n > 0 {
		t.Errorf("%d requests", n)
	}
}

func TestATestWithoutAPublicURL(t *testing.T) {
	s, _ := prove(t)
	s.client.public = ""
	for _, via := range []oncall.Method{oncall.SMS, oncall.Voice} {
		if err := s.test(t, via); err != nil {
			t.Fatal(err)
		}
	}
	if form := s.fake.RequestsTo("messages.create")[0].Form; form.Get("StatusCallback") != "" {
		t.Errorf("asks for receipts: %v", form)
	}
	if form := s.fake.RequestsTo("calls.create")[0].Form; !strings.Contains(form.Get("Twiml"), "test page for Hal Byrne") || strings.Contains(form.Get("Twiml"), "press") {
		t.Errorf("says %q", form.Get("Twiml"))
	}
}
