package twilio

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	twilioclient "github.com/twilio/twilio-go/client"
)

func TestSignaturesAgreeWithTheLibrary(t *testing.T) {
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

func TestSignatureMatrix(t *testing.T) {
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
