package twilio

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

func TestSurveySaysWhatToMend(t *testing.T) {
	const (
		american = "+16175550100"
		filtered = "carriers in the United States filter its SMS"
		elsewise = "+442071838750"
		tollFree = "+18885550100"
	)
	campaign := func(statuses ...string) func(*twiliofake.Server) {
		return func(s *twiliofake.Server) { s.SetNumber(twiliofake.Number{Service: true, Campaigns: statuses}) }
	}
	tests := []struct {
		name string
		from string
		set  func(*twiliofake.Server)
		want []string // parts, one for each line
	}{
		{"a number without a service", american, nil, nil},
		{"a verified campaign", american, campaign("FAILED", "VERIFIED"), nil},
		{"a campaign under way", american, campaign("IN_PROGRESS"), []string{"is IN_PROGRESS, not VERIFIED: " + filtered}},
		{"no campaign", american, campaign(), []string{"has no A2P 10DLC campaign: " + filtered}},
		{"none that is needed elsewhere", elsewise, campaign(), nil},
		{"none that is needed for a toll-free number", tollFree, campaign(), nil},
		{"campaigns that Twilio doesn't tell", american, func(s *twiliofake.Server) {
			campaign()(s)
			s.Fault(func(operation string, _ url.Values) *twiliofake.Response {
				if operation == "services.campaigns" {
					return twiliofake.Failure(http.StatusNotFound)
				}
				return nil
			})
		}, nil},
		{"services that Twilio doesn't tell", american, func(s *twiliofake.Server) {
			s.Fault(func(operation string, _ url.Values) *twiliofake.Response {
				if operation == "services.list" {
					return twiliofake.Failure(http.StatusForbidden)
				}
				return nil
			})
		}, nil},
		{"neither SMS nor voice", american, func(s *twiliofake.Server) {
			s.SetNumber(twiliofake.Number{NoSMS: true, NoVoice: true})
		}, []string{"can't send SMS", "can't call"}},
		{"a suspended account", american, func(s *twiliofake.Server) { s.SetStatus("suspended") }, []string{"the Twilio account: it is suspended"}},
		{"numbers that can't be looked at", american, func(s *twiliofake.Server) {
			s.Fault(func(operation string, _ url.Values) *twiliofake.Response {
				if operation == "numbers.list" {
					return twiliofake.Refusal(http.StatusTooManyRequests, 20429)
				}
				return nil
			})
		}, []string{"look at TWILIO_FROM_NUMBER: request refused: too many requests"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := twiliofake.New(twiliofake.Options{From: tt.from})
			defer fake.Close()
			server := httptest.NewServer(fake)
			defer server.Close()
			if tt.set != nil {
				tt.set(fake)
			}
			o := fake.Options()
			got := New(Options{AccountSID: o.AccountSID, AuthToken: o.AuthToken, From: tt.from, APIURL: server.URL}).Survey(t.Context())
			if !slices.EqualFunc(got, tt.want, strings.Contains) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if strings.Contains(strings.Join(got, ""), tt.from) {
				t.Error("a number is told")
			}
		})
	}
}

func TestSurveyKnowsANumberOfSomebodyElse(t *testing.T) {
	fake := twiliofake.New(twiliofake.Options{})
	defer fake.Close()
	server := httptest.NewServer(fake)
	defer server.Close()
	o := fake.Options()
	got := New(Options{AccountSID: o.AccountSID, AuthToken: o.AuthToken, From: "+16175550199", APIURL: server.URL}).Survey(t.Context())
	if len(got) != 1 || !strings.Contains(got[0], "not a number of the account") {
		t.Errorf("got %q", got)
	}
}

// TestTheLibrarysOtherHostsAreLeftAlone: only where the settings name an address of
// their own does everything go there.
func TestTheLibrarysOtherHostsAreLeftAlone(t *testing.T) {
	tests := []struct{ settings, request, want string }{
		{"https://api.twilio.com", "https://messaging.twilio.com/v1/Services", "https://messaging.twilio.com/v1/Services"},
		{"https://api.twilio.com", "https://api.twilio.com/2010-04-01/Accounts", "https://api.twilio.com/2010-04-01/Accounts"},
		{"http://127.0.0.1:9/twilio", "https://messaging.twilio.com/v1/Services", "http://127.0.0.1:9/twilio/v1/Services"},
		{"http://127.0.0.1:9/twilio", "https://api.twilio.com/2010-04-01/Accounts", "http://127.0.0.1:9/twilio/2010-04-01/Accounts"},
	}
	for _, tt := range tests {
		to, err := url.Parse(tt.settings)
		if err != nil {
			t.Fatal(err)
		}
		var went string
		w := &wire{ctx: context.Background(), to: to, next: roundTrip(func(r *http.Request) (*http.Response, error) {
			went = r.URL.String()
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
		})}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, tt.request, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := w.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if went != tt.want {
			t.Errorf("%s by %s went to %s, want %s", tt.request, tt.settings, went, tt.want)
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestSurveyLooksAtEverySender(t *testing.T) {
	const american, elsewise, service = "+16175550100", "+442071838750", twiliofake.Service
	tests := []struct {
		name, senders string
		second        twiliofake.Number
		want          []string // parts, one for each line
	}{
		{"two good numbers", american + "," + elsewise, twiliofake.Number{}, nil},
		{"one that can't call", american + "," + elsewise, twiliofake.Number{NoVoice: true}, []string{"(the one that ends in 8750) can't call"}},
		{"one that is nobody's", american + ",+16175550199", twiliofake.Number{}, []string{"(the one that ends in 0199) is not a number of the account"}},
		{"a service, and a number for calls", service + "," + american, twiliofake.Number{Service: true, Campaigns: []string{"VERIFIED"}}, nil},
		{"a service alone", service, twiliofake.Number{Service: true}, []string{"no number that can call"}},
		{"a service without numbers", "MG00000000000000000000000000000001," + american, twiliofake.Number{Service: true}, []string{"has no number: add one"}},
		{"a service of somebody else's", "MG00000000000000000000000000000009," + american, twiliofake.Number{}, []string{"not one of the account's"}},
		{"a number that need not text", service + "," + elsewise, twiliofake.Number{NoSMS: true, Service: true}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := twiliofake.New(twiliofake.Options{From: american})
			defer fake.Close()
			server := httptest.NewServer(fake)
			defer server.Close()
			fake.AddNumber(elsewise, tt.second)
			o := fake.Options()
			got := New(Options{AccountSID: o.AccountSID, AuthToken: o.AuthToken, From: tt.senders, APIURL: server.URL}).Survey(t.Context())
			if !slices.EqualFunc(got, tt.want, strings.Contains) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if strings.Contains(strings.Join(got, ""), american) {
				t.Error("a number is told")
			}
		})
	}
}

func TestSurveyAsksForTheRegistrationOfAService(t *testing.T) {
	fake := twiliofake.New(twiliofake.Options{})
	defer fake.Close()
	server := httptest.NewServer(fake)
	defer server.Close()
	fake.AddNumber("+16175550100", twiliofake.Number{Service: true})
	o := fake.Options()
	got := New(Options{AccountSID: o.AccountSID, AuthToken: o.AuthToken, From: twiliofake.Service + "," + o.From, APIURL: server.URL}).Survey(t.Context())
	if len(got) != 1 || !strings.Contains(got[0], "the messaging service of TWILIO_FROM_NUMBER has no A2P 10DLC campaign") {
		t.Errorf("got %q", got)
	}
}
