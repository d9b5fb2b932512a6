package twiliofake_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	twilio "github.com/twilio/twilio-go"
	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

const (
	hal    = "+16175550108"
	public = "https://oncall.example.com"
)

// app is the other side: it verifies every signature against its public URL and
// answers each path with what it was told.
type app struct {
	mu       sync.Mutex
	answers  map[string]string // by path; by path and Digits where keys count
	got      []request
	unsigned int
}

type request struct {
	path string
	form url.Values
}

func (a *app) answer(path, xml string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers[path] = xml
}

func (a *app) requests(path string) []url.Values {
	a.mu.Lock()
	defer a.mu.Unlock()
	var forms []url.Values
	for _, r := range a.got {
		if r.path == path {
			forms = append(forms, r.form)
		}
	}
	return forms
}

// account is a fake, an app it can reach under its public URL alone, and a client.
func account(t *testing.T) (*twiliofake.Server, *twilio.RestClient, *app) {
	t.Helper()
	fake := twiliofake.New(twiliofake.Options{})
	a := &app{answers: map[string]string{}}
	validator := client.NewRequestValidator(fake.Options().AuthToken)
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		a.mu.Lock()
		defer a.mu.Unlock()
		if !validator.ValidateBody(public+r.URL.RequestURI(), body, r.Header.Get("X-Twilio-Signature")) {
			a.unsigned++
			http.Error(w, "forged", http.StatusUnauthorized)
			return
		}
		a.got = append(a.got, request{r.URL.Path, form})
		xml, ok := a.answers[r.URL.Path+" "+form.Get("Digits")]
		if !ok {
			xml, ok = a.answers[r.URL.Path]
		}
		if !ok {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		_, _ = io.WriteString(w, xml)
	}))
	server := httptest.NewServer(fake)
	fake.SetApp(public, behind.URL, public+"/twilio/sms")
	t.Cleanup(func() {
		fake.Close()
		server.Close()
		behind.Close()
		if a.unsigned > 0 {
			t.Errorf("%d requests had a wrong signature", a.unsigned)
		}
	})
	return fake, newClient(fake, server.URL, fake.Options().AuthToken), a
}

func newClient(fake *twiliofake.Server, address, token string) *twilio.RestClient {
	base := &client.Client{
		Credentials: client.NewCredentials(fake.Options().AccountSID, token),
		HTTPClient:  &http.Client{Timeout: 5 * time.Second, Transport: redirect(strings.TrimPrefix(address, "http://"))},
	}
	base.SetAccountSid(fake.Options().AccountSID)
	return twilio.NewRestClientWithParams(twilio.ClientParams{Client: base})
}

// redirect sends requests for api.twilio.com to another host.
type redirect string

func (host redirect) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = "http", string(host), string(host)
	return http.DefaultTransport.RoundTrip(r)
}

func waitFor(t *testing.T, fake *twiliofake.Server, what string, condition func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := fake.Wait(ctx, func(*twiliofake.Server) bool { return condition() }); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func sms(fake *twiliofake.Server, body string) *api.CreateMessageParams {
	p := &api.CreateMessageParams{}
	return p.SetTo(hal).SetFrom(fake.Options().From).SetBody(body).SetStatusCallback(public + "/twilio/status?page=42%2Fp3").SetValidityPeriod(120)
}

func TestMessagesReachThePhoneWithReceipts(t *testing.T) {
	tests := []struct {
		name      string
		behaviour twiliofake.SMSBehaviour
		receipts  []string
		code      string
		arrived   bool
	}{
		{"delivered", twiliofake.Delivers(), []string{"sent", "delivered"}, "", true},
		{"undelivered", twiliofake.Undelivers(30003), []string{"sent", "undelivered"}, "30003", false},
		{"failed", twiliofake.Fails(30008), []string{"failed"}, "30008", false},
		{"only sent", twiliofake.OnlySent(), []string{"sent"}, "", true},
		{"silent", twiliofake.Silent(), nil, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake, rest, app := account(t)
			phone := fake.Phone(hal)
			phone.OnSMS(tt.behaviour)
			created, err := rest.Api.CreateMessage(sms(fake, "PLATFORM-42 CRITICAL: Disk full"))
			if err != nil {
				t.Fatal(err)
			}
			if len(*created.Sid) != 34 || *created.Status != "queued" || *created.NumSegments != "1" || created.ErrorCode != nil {
				t.Errorf("created = %+v", created)
			}
			waitFor(t, fake, "receipts", func() bool {
				m := phone.Messages()[0]
				return len(fake.Callbacks()) == len(tt.receipts) && m.Status != "queued" && m.Arrived == tt.arrived
			})
			var got []string
			for _, form := range app.requests("/twilio/status") {
				got = append(got, form.Get("MessageStatus"))
				if form.Get("MessageSid") != *created.Sid || form.Get("To") != hal {
					t.Errorf("receipt = %v", form)
				}
			}
			if strings.Join(got, " ") != strings.Join(tt.receipts, " ") {
				t.Errorf("receipts = %v, want %v", got, tt.receipts)
			}
			fetched, err := rest.Api.FetchMessage(*created.Sid, nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.code != "" {
				last := app.requests("/twilio/status")[len(got)-1]
				if last.Get("ErrorCode") != tt.code || fetched.ErrorCode == nil {
					t.Errorf("code = %q, fetched %+v", last.Get("ErrorCode"), fetched)
				}
			}
			if m := phone.Messages()[0]; m.Body != "PLATFORM-42 CRITICAL: Disk full" || m.Validity != 2*time.Minute {
				t.Errorf("message = %+v", m)
			}
		})
	}
}

func TestListsAreFilteredAndPaged(t *testing.T) {
	fake, rest, _ := account(t)
	before := time.Now().Add(-time.Second)
	for _, body := range []string{"one", "two", "three"} {
		if _, err := rest.Api.CreateMessage(sms(fake, body)); err != nil {
			t.Fatal(err)
		}
	}
	other := sms(fake, "other").SetTo("+16175550199")
	if _, err := rest.Api.CreateMessage(other); err != nil {
		t.Fatal(err)
	}
	p := &api.ListMessageParams{}
	p.SetTo(hal).SetDateSentAfter(before).SetPageSize(2)
	found, err := rest.Api.ListMessage(p)
	if err != nil || len(found) != 3 || *found[0].Body != "three" || *found[2].Body != "one" {
		t.Errorf("found %d, %v", len(found), err)
	}
	p.SetDateSentAfter(time.Now().Add(time.Hour))
	if found, err := rest.Api.ListMessage(p); err != nil || len(found) != 0 {
		t.Errorf("found %d in the future, %v", len(found), err)
	}
}

func TestRepliesFromAPhone(t *testing.T) {
	fake, rest, app := account(t)
	phone := fake.Phone(hal)
	if status, _, err := phone.Reply("14"); status != http.StatusNoContent || err != nil {
		t.Fatalf("reply = %d, %v", status, err)
	}
	form := app.requests("/twilio/sms")[0]
	if form.Get("From") != hal || form.Get("To") != fake.Options().From || form.Get("Body") != "14" || form.Get("NumMedia") != "0" {
		t.Errorf("form = %v", form)
	}
	app.answer("/twilio/sms", `<Response><Message>Acknowledged</Message></Response>`)
	if _, _, err := phone.Reply("4"); err != nil {
		t.Fatal(err)
	}
	heard := phone.Messages()
	if last := heard[len(heard)-1]; last.Body != "Acknowledged" || last.Inbound || !last.Arrived {
		t.Errorf("heard %+v", last)
	}
	if _, _, err := phone.Reply("STOP"); err != nil {
		t.Fatal(err)
	}
	_, err := rest.Api.CreateMessage(sms(fake, "x"))
	wantError(t, err, 400, 21610)
	if _, _, err := phone.Reply("start"); err != nil {
		t.Fatal(err)
	}
	if _, err := rest.Api.CreateMessage(sms(fake, "x")); err != nil {
		t.Error(err)
	}
}

func TestSegments(t *testing.T) {
	tests := []struct {
		name string
		text string
		want int
	}{
		{"one", strings.Repeat("a", 160), 1},
		{"two", strings.Repeat("a", 161), 2},
		{"brackets count twice", strings.Repeat("[", 81), 2},
		{"unicode", strings.Repeat("ł", 71), 2},
		{"short unicode", "🔥", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := twiliofake.Segments(tt.text); got != tt.want {
				t.Errorf("segments = %d, want %d", got, tt.want)
			}
		})
	}
}
