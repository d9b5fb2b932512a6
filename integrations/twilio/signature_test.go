package twilio

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
	twilioclient "github.com/twilio/twilio-go/client"
)

func TestS08SignaturesAgreeWithTheLibrary(t *testing.T) {
	v := twilioclient.NewRequestValidator("token")
	form := url.Values{"From": {"+16175550108"}, "Body": {" 14 \n"}, "AccountSid": {"AC1"}, "Empty": {""}}
	params := map[string]string{}
	for k := range form {
		params[k] = form.Get(k)
	}
	for _, target := range []string{
		"https://oncall.example.com/twilio/sms", "https://oncall.example.com:8443/twilio/sms",
		"http://oncall.example.com/twilio/voice?page=PLATFORM-42%2Fp3&to=ana", "https://oncall.example.com/a/twilio/sms",
	} {
		if !v.Validate(target, params, sign("token", target, form)) {
			t.Errorf("the library refuses what we signed for %s", target)
		}
	}
}

func TestS08SignatureMatrix(t *testing.T) {
	const sid, token = "AC00000000000000000000000000000001", "twiliofaketoken"
	form := url.Values{"AccountSid": {sid}, "CallSid": {"CA1"}, "CallStatus": {"ringing"}, "Blank": {"  x "}}
	with := func(key string, values ...string) url.Values {
		f := url.Values{}
		for k, v := range form {
			f[k] = v
		}
		f[key] = values
		return f
	}
	const path = "/twilio/status/call?page=PLATFORM-42%2Fp3"
	tests := []struct {
		name   string
		public string     // ours
		signed string     // the address that the sender signed
		form   url.Values // that the sender signed
		sent   url.Values // that arrives; nil: form
		token  string     // empty: ours
		header http.Header
		want   int
	}{
		{name: "as Twilio signs it", public: public, signed: public + path, form: form, want: 204},
		{name: "with the port that the scheme stands for", public: public, signed: public + ":443" + path, form: form, want: 204},
		{name: "without a port that is ours", public: public + ":8443", signed: public + path, form: form, want: 204},
		{name: "with a port that is ours", public: public + ":8443", signed: public + ":8443" + path, form: form, want: 204},
		{name: "a public URL with a slash at its end", public: public + "/", signed: public + path, form: form, want: 204},
		{name: "blanks count", public: public, signed: public + path, form: form, sent: with("Blank", "x"), want: 401},
		{name: "a repeated parameter, both signed", public: public, signed: public + path, form: with("Digits", "4", "6"), want: 204},
		{name: "a second value slipped in", public: public, signed: public + path, form: with("Digits", "4"), sent: with("Digits", "4", "6"), want: 401},
		{name: "a parameter slipped in", public: public, signed: public + path, form: form, sent: with("Digits", "4"), want: 401},
		{name: "another page", public: public, signed: public + strings.Replace(path, "p3", "p4", 1), form: form, want: 401},
		{name: "no query", public: public, signed: public + "/twilio/status/call", form: form, want: 401},
		{name: "http for https", public: public, signed: strings.Replace(public, "https", "http", 1) + path, form: form, want: 401},
		{name: "another token", public: public, signed: public + path, form: form, token: "other", want: 401},
		{name: "another account", public: public, signed: public + path, form: with("AccountSid", "AC2"), want: 401},
		{name: "no account", public: public, signed: public + path, form: url.Values{"CallStatus": {"ringing"}}, want: 401},
		{name: "no signature", public: public, form: form, want: 401},
		{name: "no public URL is configured", public: "", signed: "http://evil.example.com" + path, form: form, want: 401},
		{name: "a forged forwarded host", public: public, signed: "https://evil.example.com" + path, form: form, want: 401,
			header: http.Header{"X-Forwarded-Host": {"evil.example.com"}, "X-Forwarded-Proto": {"https"}}},
		{name: "a forwarded host changes nothing", public: public, signed: public + path, form: form, want: 204,
			header: http.Header{"X-Forwarded-Host": {"evil.example.com"}, "X-Forwarded-Proto": {"http"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newStage(t).desk
			c := New(Options{AccountSID: sid, AuthToken: token, PublicURL: tt.public})
			sent := tt.form
			if tt.sent != nil {
				sent = tt.sent
			}
			r := httptest.NewRequest("POST", "http://evil.example.com"+path, strings.NewReader(sent.Encode()))
			for k, v := range tt.header {
				r.Header[k] = v
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if tt.signed != "" {
				key := tt.token
				if key == "" {
					key = token
				}
				r.Header.Set("X-Twilio-Signature", sign(key, tt.signed, tt.form))
			}
			w := httptest.NewRecorder()
			c.Handler(d).ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("answered %d, want %d", w.Code, tt.want)
			}
			if changed := len(d.did()) > 0; changed != (tt.want == 204) {
				t.Errorf("events after an answer %d: %v", w.Code, d.did())
			}
		})
	}
}

func TestBodiesAreBounded(t *testing.T) {
	s := newStage(t)
	r := httptest.NewRequest("POST", "/twilio/sms", strings.NewReader(strings.Repeat("a", maxBody+1)))
	w := httptest.NewRecorder()
	s.client.Handler(s.desk).ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("answered %d, want 413", w.Code)
	}
}

// TestS08BodiesAgreeWithTheLibrary holds our reading of a body against the library's
// own validator, with and without the hash in the address.
func TestS08BodiesAgreeWithTheLibrary(t *testing.T) {
	v := twilioclient.NewRequestValidator("token")
	const path = "https://oncall.example.com/twilio/status/message?page=PLATFORM-42%2Fp3"
	body := `{"AccountSid":"AC1","MessageStatus":"delivered","Attempts":2}`
	hash := func(of string) string {
		sum := sha256.Sum256([]byte(of))
		return "&bodySHA256=" + hex.EncodeToString(sum[:])
	}
	tests := []struct {
		name, target, body string
		want               bool
	}{
		{"an object whose hash is signed", path + hash(body), body, true},
		{"another object", path + hash(body), strings.Replace(body, "AC1", "AC2", 1), false},
		{"a hash of nothing", path + "&bodySHA256=", body, false},
		{"a form", path, "AccountSid=AC1&MessageStatus=delivered", true},
		{"a form whose hash is signed instead of it", path + hash("x"), "AccountSid=AC1", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, err := url.Parse(tt.target)
			if err != nil {
				t.Fatal(err)
			}
			var made string // what Twilio would sign: no parameters where there is a hash
			if form, err := url.ParseQuery(tt.body); err == nil && !u.Query().Has(bodyHash) {
				made = sign("token", tt.target, form)
			} else {
				made = sign("token", tt.target, nil)
			}
			form, signed, err := parameters([]byte(tt.body), u.Query())
			got := err == nil && genuine("token", tt.target, signed, made)
			if got != tt.want || tt.want && form.Get("AccountSid") != "AC1" {
				t.Errorf("ours says %v, %v with %v, want %v", got, err, form, tt.want)
			}
			if theirs := v.ValidateBody(tt.target, []byte(tt.body), made); theirs != got && u.Query().Get(bodyHash) != "" {
				t.Errorf("the library says %v, ours %v", theirs, got)
			}
		})
	}
}

func TestS08AWebhookInJSONIsTaken(t *testing.T) {
	s := newStage(t)
	body := `{"AccountSid":"` + s.fake.Options().AccountSID + `","MessageStatus":"delivered"}`
	sum := sha256.Sum256([]byte(body))
	path := pathMessageStatus + "?page=PLATFORM-42%2Fp3&bodySHA256=" + hex.EncodeToString(sum[:])
	for sent, want := range map[string]int{body: http.StatusNoContent, strings.Replace(body, "delivered", "failed", 1): http.StatusUnauthorized} {
		r := httptest.NewRequest("POST", path, strings.NewReader(sent))
		r.Header.Set("X-Twilio-Signature", sign(s.fake.Options().AuthToken, public+path, nil))
		w := httptest.NewRecorder()
		s.client.Handler(s.desk).ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("answered %d to %s, want %d", w.Code, sent, want)
		}
	}
	if got := s.desk.did(); len(got) != 1 || got[0] != (incident.PageDelivered{Page: "PLATFORM-42/p3"}) {
		t.Errorf("events %v", got)
	}
}

func TestS09TwoTokensAreValidTogether(t *testing.T) {
	tests := []struct {
		name                       string
		primary, secondary, signed string
		want                       int
	}{
		{"the first", "old", "new", "old", 204},
		{"the second", "old", "new", "new", 204},
		{"the old one after it was dropped", "new", "", "old", 401},
		{"the new one before it is known", "old", "", "new", 401},
		{"an empty second token signs nothing", "old", "", "", 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.with(t, func(o *Options) { o.AuthToken, o.Secondary = tt.primary, tt.secondary })
			path := pathMessageStatus + "?page=PLATFORM-42%2Fp3"
			form := url.Values{"AccountSid": {s.fake.Options().AccountSID}, "MessageStatus": {"delivered"}}
			r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
			r.Header.Set("X-Twilio-Signature", sign(tt.signed, public+path, form))
			w := httptest.NewRecorder()
			s.client.Handler(s.desk).ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("answered %d, want %d", w.Code, tt.want)
			}
		})
	}
}

func TestS09TheFirstTokenSends(t *testing.T) {
	s := newStage(t)
	s.with(t, func(o *Options) { o.Secondary = "another" })
	s.page(t, s.notice(oncall.SMS, "PLATFORM-42/p3", "PLATFORM-42"))
}

func TestS10AForeignAccountOrNumberIsRefused(t *testing.T) {
	const service = twiliofake.Service
	tests := []struct {
		name, senders, account, to, service string
		want                                bool
	}{
		{"ours", first, "", first, "", true},
		{"ours, written otherwise", first, "", "+1 500 555-0006", "", true},
		{"the second of ours", first + "," + second, "", second, "", true},
		{"a number of our service", service, "", "+15005550009", service, true},
		{"another account, rightly signed", first, "AC00000000000000000000000000000002", first, "", false},
		{"another number of the account", first, "", second, "", false},
		{"a number of another service", service, "", second, "MG00000000000000000000000000000003", false},
		{"no number", first, "", "", "", false},
		{"no service where we have none", first, "", second, service, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.with(t, func(o *Options) { o.From = tt.senders })
			s.taken(t, "PLATFORM-42")
			form := s.fake.Phone(hal).ReplyForm("ack PLATFORM-42")
			form.Set("To", tt.to)
			form.Set("MessagingServiceSid", tt.service)
			if tt.account != "" {
				form.Set("AccountSid", tt.account)
			}
			code, _, err := s.fake.Post(public+pathSMS, form)
			if err != nil || (code == http.StatusOK) != tt.want || code != http.StatusUnauthorized && !tt.want {
				t.Errorf("answered %d, %v, want it taken: %v", code, err, tt.want)
			}
			if acked := s.acted(); acked != tt.want {
				t.Errorf("acted: %v, want %v", acked, tt.want)
			}
		})
	}
}
