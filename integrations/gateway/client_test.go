package gateway

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestARequestIsWhatTheTemplatesSay(t *testing.T) {
	const dlr = "https%3A%2F%2Foncall.example.com%2Fgateway%2Fstatus%3Fpage%3DPLATFORM-42%252Fp3%26sig%3D"
	tests := []struct {
		name    string
		recipe  func(base string) Recipe
		method  string
		target  string // the beginning
		kind    string
		body    string // the beginning
		receipt bool
	}{
		{"JSON is posted", vendor, "POST", "/v1/send?key=" + canaryQuery, "application/json",
			`{"to": "16175550108", "text": "PLATFORM-42: \"full\" \u0026 \u003cloud\u003e", "callback": "https://oncall.example.com/gateway/status?page=`, true},
		{"a modem is asked by an address alone", func(base string) Recipe {
			return Recipe{Method: "GET", URL: base + "/cgi-bin/sendsms?to={{urlquery .To}}&text={{urlquery .Text}}"}
		}, "GET", "/cgi-bin/sendsms?to=%2B16175550108&text=PLATFORM-42%3A+%22full%22+%26+%3Cloud%3E", "", "", false},
		{"a form has its own type", func(base string) Recipe {
			return Recipe{URL: base, Secret: canarySecret, Body: "to={{digits .To}}&text={{urlquery .Text}}&dlr={{urlquery .Callback}}"}
		}, "POST", "/", "application/x-www-form-urlencoded", "to=16175550108&text=PLATFORM-42%3A+%22full%22+%26+%3Cloud%3E&dlr=" + dlr, true},
		{"XML is escaped", func(base string) Recipe {
			return Recipe{URL: base, Method: "PUT", Body: `<sms to="{{.To}}">{{html .Text}}</sms>`}
		}, "PUT", "/", "application/xml", `<sms to="+16175550108">PLATFORM-42: &#34;full&#34; &amp; &lt;loud&gt;</sms>`, false},
		{"plain text stays what it is, its type is given", func(base string) Recipe {
			return Recipe{URL: base + "/{{.To}}", ContentType: "text/plain; charset=iso-8859-1", Body: "{{.Text}}"}
		}, "POST", "/+16175550108", "text/plain; charset=iso-8859-1", `PLATFORM-42: "full" & <loud>`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, tt.recipe)
			var mute string
			n := s.notice()
			n.Tell = func(why string) { mute = why }
			ref, receipt, err := s.client.Page(t.Context(), n)
			if err != nil || ref == "" || receipt != tt.receipt {
				t.Fatalf("ref %q, receipt %v, %v; want receipt %v", ref, receipt, err, tt.receipt)
			}
			if strings.Contains(mute, "no receipts") == tt.receipt || !strings.Contains(mute, "no replies") {
				t.Errorf("the timeline is told %q", mute)
			}
			r := s.had()[0]
			if r.Method != tt.method || !strings.HasPrefix(r.URL.RequestURI(), tt.target) || r.Header.Get("Content-Type") != tt.kind || !strings.HasPrefix(r.body, tt.body) {
				t.Errorf("got %s %s (%s)\n%s", r.Method, r.URL.RequestURI(), r.Header.Get("Content-Type"), r.body)
			}
		})
	}
	s := newStage(t, vendor)
	if _, _, err := s.client.Page(t.Context(), s.notice()); err != nil {
		t.Fatal(err)
	}
	if h := s.had()[0].Header; h.Get("Authorization") != "Bearer "+canaryKey || h.Get("X-Page") != "PLATFORM-42/p3" {
		t.Errorf("headers are %v", h)
	}
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		name   string
		status int
		wish   string // Retry-After
		body   string
		reason string // empty: it is taken
		retry  time.Duration
		admin  bool
	}{
		{"taken", 200, "", "", "", 0, false},
		{"accepted", 202, "", "{", "", 0, false},
		{"a number that is none, in its own words", 400, "", `{"error": {"code": 17, "message": "invalid destination"}}`, "SMS refused: the gateway answered 400 (error code message invalid destination)", 0, false},
		{"words that repeat what is secret", 422, "", "no credit for " + canaryKey + " " + canaryQuery + " " + hal + " (16175550108)", "SMS refused: the gateway answered 422 (no credit for)", 0, false},
		{"a page in HTML", 400, "", "<html><h1>Oh</h1></html>", "SMS refused: the gateway answered 400", 0, false},
		{"an endless line", 400, "", strings.Repeat("never ", 20_000), "SMS refused: the gateway answered 400 (" + strings.TrimSpace(strings.Repeat("never ", 13)) + ")", 0, false},
		{"a wrong key", 401, "", "", "SMS refused: the gateway answered 401", 0, true},
		{"not for us", 403, "", "", "SMS refused: the gateway answered 403", 0, true},
		{"a path that is not there", 404, "", "", "SMS refused: the gateway answered 404", 0, true},
		{"another place", 302, "", "", "SMS refused: the gateway answered 302", 0, true},
		{"F55 too many", 429, "3", "", "SMS refused: the gateway answered 429", 3 * time.Second, false},
		{"F55 too many for longer than a page has", 429, "3600", "", "SMS refused: the gateway answered 429", maxRetry, false},
		{"F55 an error of its own", 500, "", "", "SMS refused: the gateway answered 500", retryAfter, false},
		{"F55 away", 503, "soon", "", "SMS refused: the gateway answered 503", retryAfter, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, vendor)
			s.answers(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "http://"+r.Host+"/elsewhere")
				if tt.wish != "" {
					w.Header().Set("Retry-After", tt.wish)
				}
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			})
			if tt.reason == "" {
				if _, _, err := s.client.Page(t.Context(), s.notice()); err != nil {
					t.Fatal(err)
				}
				return
			}
			f := s.fails(t, s.notice())
			if f.Reason != tt.reason || f.Retry != tt.retry || (f.Admin != "") != tt.admin || f.Unknown || f.Down {
				t.Errorf("got %+v, want %q, retry %s, admin %v", f, tt.reason, tt.retry, tt.admin)
			}
			if n := len(s.had()); n != 1 {
				t.Errorf("the gateway was asked %d times", n)
			}
		})
	}
}

func TestAnAnswerWithoutAnEnd(t *testing.T) {
	s := newStage(t, vendor)
	s.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		for {
			if _, err := w.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	})
	if f := s.fails(t, s.notice()); f.Reason != "SMS refused: the gateway answered 400" {
		t.Errorf("got %+v", f)
	}
}

func TestF54AGatewayThatTakesTheRequestAndDoesNotAnswer(t *testing.T) {
	s := newStage(t, vendor)
	ctx, cancel := context.WithCancel(t.Context())
	s.answers(func(_ http.ResponseWriter, r *http.Request) {
		cancel() // as the timeout would
		<-r.Context().Done()
	})
	_, _, err := s.client.Page(ctx, s.notice())
	var f *incident.Fault
	if !errors.As(err, &f) || !f.Unknown || f.Retry > 0 {
		t.Fatalf("error = %+v, want an unknown outcome", err)
	}
	s.tellsNothing(t, f.Reason)
	s.answers(func(http.ResponseWriter, *http.Request) {})
	n := s.notice()
	n.Doubtful = true
	if _, _, err := s.client.Page(t.Context(), n); err != nil || len(s.had()) != 2 {
		t.Errorf("in doubt it is not sent again: %v, %d requests", err, len(s.had()))
	}
}

func TestF55AGatewayThatCanNotBeReached(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	self := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(self.Close)
	self.Config.ErrorLog = nil
	for name, base := range map[string]string{"a closed port": gone.URL, "a certificate that nobody vouches for": self.URL} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, func(string) Recipe { return vendor(base) })
			if f := s.fails(t, s.notice()); f.Retry != retryAfter || f.Unknown {
				t.Errorf("got %+v, want another try", f)
			}
			if found := s.client.Survey(t.Context()); len(found) != 1 || !strings.HasPrefix(found[0], "sms_gateway: ") {
				t.Errorf("the survey finds %q", found)
			}
		})
	}
}

func TestWhatIsRefusedBeforeTheGatewayIsAsked(t *testing.T) {
	tests := []struct {
		name   string
		change func(*stage, *incident.Notice)
		reason string
	}{
		{"no gateway", func(s *stage, _ *incident.Notice) { s.setup = Setup{} }, "no provider for sms is configured"},
		{"a call", func(_ *stage, n *incident.Notice) { n.Via = oncall.Voice }, "the SMS gateway can't page by voice"},
		{"no incident", func(_ *stage, n *incident.Notice) { n.Incidents = nil }, "SMS about no incident"},
		{"no number", func(_ *stage, n *incident.Notice) { n.To.Phone = "" }, "SMS not sent: no phone number"},
		{"F64 a phone that replied STOP", func(s *stage, _ *incident.Notice) { s.desk.closed = oncall.Trouble{Words: "blocked by STOP"} }, "SMS refused: blocked by STOP"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, vendor)
			n := s.notice()
			n.Ask = func() error {
				t.Error("leave is asked for what is not sent")
				return nil
			}
			tt.change(s, &n)
			f := s.fails(t, n)
			if f.Reason != tt.reason || f.Retry > 0 || len(s.had()) > 0 {
				t.Errorf("got %+v after %d requests, want %q", f, len(s.had()), tt.reason)
			}
		})
	}
}

func TestAPageThatIsNotWantedAnyMoreIsNotSent(t *testing.T) {
	s := newStage(t, vendor)
	n := s.notice()
	n.Ask = func() error { return incident.ErrWithdrawn }
	for range 6 { // none of which opens the breaker
		if _, _, err := s.client.Page(t.Context(), n); !errors.Is(err, incident.ErrWithdrawn) {
			t.Fatalf("error = %v, want ErrWithdrawn", err)
		}
	}
	if len(s.had()) > 0 {
		t.Error("it is sent all the same")
	}
}

func TestAWordThatIsNoPage(t *testing.T) {
	s := newStage(t, vendor)
	if err := s.client.Tell(t.Context(), "+16175550108", "123456 is the code"); err != nil {
		t.Fatal(err)
	}
	if got := s.had(); len(got) != 1 || !strings.Contains(got[0].body, "123456 is the code") {
		t.Errorf("the gateway got %+v", got)
	}
	s.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
	if err := s.client.Tell(t.Context(), "+16175550108", "again"); err == nil {
		t.Error("a refusal is taken for a yes")
	}
	s.setup = Setup{}
	if err := s.client.Tell(t.Context(), "+16175550108", "again"); err == nil || len(s.had()) != 2 {
		t.Errorf("without a gateway: %v after %d requests", err, len(s.had()))
	}
}

func TestADeadGatewayIsLeftAlone(t *testing.T) {
	s := newStage(t, vendor)
	s.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	for range 5 {
		if f := s.fails(t, s.notice()); f.Down {
			t.Fatalf("left alone too early: %+v", f)
		}
	}
	if f := s.fails(t, s.notice()); !f.Down || f.Retry > 0 || len(s.had()) != 5 {
		t.Errorf("got %+v after %d requests, want Down after 5", f, len(s.had()))
	}
	if s.counts["sms retry"] != 5 || s.counts["sms refused"] != 1 {
		t.Errorf("counted %v", s.counts)
	}
}

func TestTheSurveySendsNothing(t *testing.T) {
	s := newStage(t, vendor)
	if found := s.client.Survey(t.Context()); len(found) > 0 {
		t.Errorf("it finds %q", found)
	}
	r := s.had()
	if len(r) != 1 || r[0].Method != http.MethodHead || r[0].URL.RequestURI() != "/" || r[0].Header.Get("Authorization") != "" {
		t.Errorf("the gateway is asked %+v", r)
	}
	c := New(Options{Setup: func() Setup { return s.setup }})
	if found := c.Survey(t.Context()); len(found) != 1 || !strings.Contains(found[0], "no public URL") {
		t.Errorf("receipts that can't arrive: it finds %q", found)
	}
	c = New(Options{Setup: func() Setup { return Setup{} }})
	if found := c.Survey(t.Context()); found != nil {
		t.Errorf("without a gateway it finds %q", found)
	}
}
