package twilio

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

const (
	first    = "+15005550006" // the fake's own
	second   = "+15005550007"
	tollFree = "+18885550100"
)

func TestSendersAreReadFromAList(t *testing.T) {
	const service, another = "MG00000000000000000000000000000002", "MG00000000000000000000000000000003"
	tests := []struct {
		name, list string
		want       Senders
		says       string // empty: no error
	}{
		{"one number", first, Senders{Numbers: []string{first}}, ""},
		{"several, with blanks and one twice", " +15005550006 ,+15005550007,+15005550006", Senders{Numbers: []string{first, second}}, ""},
		{"a service alone", service, Senders{Service: service}, ""},
		{"a service and a number", first + "," + service, Senders{Service: service, Numbers: []string{first}}, ""},
		{"two services", service + "," + another, Senders{}, "more than one messaging service"},
		{"nothing", "", Senders{}, "neither a number"},
		{"a list with a hole", first + ",", Senders{}, "neither a number"},
		{"a name", "EARSHOT", Senders{}, `"EARSHOT" is neither a number`},
		{"a number without its country", "5005550006", Senders{}, "neither a number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseSenders(tt.list)
			if tt.says != "" {
				if err == nil || !strings.Contains(err.Error(), tt.says) {
					t.Errorf("error = %v, want %q", err, tt.says)
				}
				return
			}
			if err != nil || got.Service != tt.want.Service || !slices.Equal(got.Numbers, tt.want.Numbers) {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestTheLineThatIsFreeTheSoonestIsNext(t *testing.T) {
	nine := time.Date(2026, time.March, 8, 9, 0, 0, 0, time.UTC)
	sms, calls := linesOf(Senders{Numbers: []string{first, second, tollFree}})
	tests := []struct {
		name  string
		after time.Duration
		units int
		tried []string
		want  string
	}{
		{"the first of equals", 0, 2, nil, first},
		{"then one that has nothing to do", 0, 1, nil, second},
		{"a toll-free number is three times as fast", 0, 1, nil, tollFree},
		{"and free before the others", 0, 1, nil, tollFree},
		{"and again", 0, 1, nil, tollFree},
		{"and for the last time in a second", 0, 1, nil, tollFree},
		{"until it is not", 0, 1, nil, second},
		{"one that was tried is left out", 0, 1, []string{tollFree}, first},
		{"nobody is left", 0, 1, []string{first, second, tollFree}, ""},
		{"all have sent what they had", time.Minute, 1, nil, first},
	}
	for _, tt := range tests {
		if got := sms.take(nine.Add(tt.after), tt.units, tt.tried); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	calls.rest(first, nine)
	if got := calls.take(nine, 1, nil); got != second {
		t.Errorf("after a refusal of the first line %q is taken", got)
	}
	if got := calls.take(nine.Add(restFor), 1, []string{second, tollFree}); got != first {
		t.Errorf("the first line does not come back: %q", got)
	}
}

// from are the numbers, or services, that requests of one kind came from.
func (s *stage) from(operation string) (from []string) {
	for _, r := range s.fake.RequestsTo(operation) {
		from = append(from, r.Form.Get("From")+r.Form.Get("MessagingServiceSid"))
	}
	return from
}

func TestPagesAreSharedOutAmongOurSenders(t *testing.T) {
	tests := []struct {
		name        string
		senders     string
		sms, calls  []string
		refused     int    // Twilio's code for whatever comes from the first sender; 0: none
		says, admin string // of the fault of the second page; empty: none
	}{
		{"each number in turn", first + "," + second, []string{first, second}, []string{first, second}, 0, "", ""},
		{"SMS by the service, calls by the number", first + "," + twiliofake.Service, []string{twiliofake.Service, twiliofake.Service}, []string{first, first}, 0, "", ""},
		{"another at once where one is refused, which rests then", first + "," + second, []string{first, second, second}, []string{first, second, second}, 21606, "", ""},
		{"a number where the service is refused", second + "," + twiliofake.Service, []string{twiliofake.Service, second, second}, []string{second, second}, 21703, "", ""},
		{"the last one's fault is told", first, []string{first, first}, []string{first, first}, 21611, "the sending number's queue is full (21611)", ""},
		{"no other where it is the receiver's fault", first + "," + second, []string{first, second}, []string{first, second}, 21610, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.fake.AddNumber(second, twiliofake.Number{Service: true})
			s.with(t, func(o *Options) { o.From = tt.senders })
			s.fake.Phone(hal).OnCall(twiliofake.NoAnswer())
			s.fake.Fault(func(operation string, form url.Values) *twiliofake.Response {
				if sender := form.Get("From") + form.Get("MessagingServiceSid"); tt.refused != 0 && sender == tt.sms[0] {
					return twiliofake.Refusal(400, tt.refused)
				}
				return nil
			})
			for _, via := range []oncall.Method{oncall.SMS, oncall.Voice} {
				_, _, _ = s.client.Page(t.Context(), s.notice(via, "PLATFORM-42/p3", "PLATFORM-42"))
				_, _, err := s.client.Page(t.Context(), s.notice(via, "PLATFORM-42/p4", "PLATFORM-42"))
				if said := err != nil && strings.Contains(err.Error(), tt.says); said != (tt.says != "") && tt.refused != 21610 {
					t.Errorf("%s: error = %v, want %q", via, err, tt.says)
				}
			}
			if got := s.from("messages.create"); !slices.Equal(got, tt.sms) {
				t.Errorf("SMS from %v, want %v", got, tt.sms)
			}
			if got := s.from("calls.create"); !slices.Equal(got, tt.calls) {
				t.Errorf("calls from %v, want %v", got, tt.calls)
			}
		})
	}
}

func TestAServiceAloneCantCall(t *testing.T) {
	s := newStage(t)
	s.with(t, func(o *Options) { o.From = twiliofake.Service })
	f := s.fails(t, s.notice(oncall.Voice, "PLATFORM-42/p3", "PLATFORM-42"))
	if f.Reason != "call not sent: there is no number to send it from" || !strings.Contains(f.Admin, "TWILIO_FROM_NUMBER") {
		t.Errorf("got %+v, for an admin %q", f, f.Admin)
	}
	s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
}

func TestWhatIsWrongWithOneSenderIsToldThoughAnotherTookThePage(t *testing.T) {
	s := newStage(t)
	s.fake.AddNumber(second, twiliofake.Number{})
	r := s.with(t, func(o *Options) { o.From = "+15005550009," + second })
	s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
	if got := r.alarmed(); len(got) != 1 || !strings.Contains(got[0], "TWILIO_FROM_NUMBER") {
		t.Errorf("the admins are told %q", got)
	}
}

func TestF54EverySenderIsLookedUp(t *testing.T) {
	for _, via := range []oncall.Method{oncall.SMS, oncall.Voice} {
		for _, senders := range []string{first + "," + second, second + "," + twiliofake.Service} {
			t.Run(string(via)+" from "+senders, func(t *testing.T) {
				s := newStage(t)
				s.fake.AddNumber(second, twiliofake.Number{Service: true})
				s.with(t, func(o *Options) { o.From = senders })
				s.fake.Phone(hal).OnCall(twiliofake.Rings())
				s.client.sms.take(time.Now(), 2, nil) // so that the attempt is the second line's
				s.client.calls.take(time.Now(), 2, nil)
				s.fake.Fault(func(string, url.Values) *twiliofake.Response { return &twiliofake.Response{Accept: true, Drop: true} })
				if f := s.fails(t, s.notice(via, "PLATFORM-42/p3", "PLATFORM-42")); !f.Unknown {
					t.Fatalf("got %+v", f)
				}
				s.fake.Heal()
				n := s.notice(via, "PLATFORM-42/p3", "PLATFORM-42")
				n.Doubtful = true
				s.page(t, n)
				if sms, calls := len(s.fake.Phone(hal).Messages()), len(s.fake.Phone(hal).Calls()); sms+calls != 1 {
					t.Errorf("%d SMS and %d calls, want one", sms, calls)
				}
			})
		}
	}
}

func TestF54AnotherPagesCallIsNotTheOneInDoubt(t *testing.T) {
	s := newStage(t)
	s.fake.Phone(hal).OnCall(twiliofake.Rings())
	other := s.page(t, s.notice(oncall.Voice, "WEB-7/p1", "WEB-7"))
	n := s.notice(oncall.Voice, "PLATFORM-42/p3", "PLATFORM-42")
	n.Doubtful = true
	if got := s.page(t, n); got == other {
		t.Error("the call about WEB-7 is taken for the one about PLATFORM-42")
	}
}
