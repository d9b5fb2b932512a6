package twiliofake_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	twilio "github.com/twilio/twilio-go"
	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

func TestErrorsHaveTwiliosCodes(t *testing.T) {
	call := func(p *api.CreateCallParams) func(*twilio.RestClient) error {
		return func(rest *twilio.RestClient) error {
			_, err := rest.Api.CreateCall(p)
			return err
		}
	}
	message := func(change func(*api.CreateMessageParams)) func(*twilio.RestClient) error {
		return func(rest *twilio.RestClient) error {
			p := &api.CreateMessageParams{}
			p.SetTo(hal).SetFrom("+15005550006").SetBody("x")
			change(p)
			_, err := rest.Api.CreateMessage(p)
			return err
		}
	}
	tests := []struct {
		name   string
		do     func(*twilio.RestClient) error
		status int
		code   int
	}{
		{"bad number", message(func(p *api.CreateMessageParams) { p.SetTo("12") }), 400, 21211},
		{"somebody else's number", message(func(p *api.CreateMessageParams) { p.SetFrom("+15005550007") }), 400, 21606},
		{"to ourselves", message(func(p *api.CreateMessageParams) { p.SetTo("+15005550006") }), 400, 21266},
		{"no body", message(func(p *api.CreateMessageParams) { p.Body = nil }), 400, 21602},
		{"too long", message(func(p *api.CreateMessageParams) { p.SetBody(strings.Repeat("x", 1601)) }), 400, 21617},
		{"bad callback", message(func(p *api.CreateMessageParams) { p.SetStatusCallback("nowhere") }), 400, 21609},
		{"call without words", call((&api.CreateCallParams{}).SetTo(hal).SetFrom("+15005550006")), 400, 21205},
		{"no such message", func(rest *twilio.RestClient) error {
			_, err := rest.Api.FetchMessage("SM1", nil)
			return err
		}, 404, 20404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, rest, _ := account(t)
			wantError(t, tt.do(rest), tt.status, tt.code)
		})
	}
}

func wantError(t *testing.T, err error, status, code int) {
	t.Helper()
	refused, ok := errors.AsType[*client.TwilioRestError](err)
	if !ok || refused.Status != status || refused.Code != code {
		t.Errorf("error = %v, want %d with %d", err, status, code)
	}
}

func TestWrongTokenAndAccount(t *testing.T) {
	fake, rest, _ := account(t)
	server := httptest.NewServer(fake)
	defer server.Close()
	_, err := newClient(fake, server.URL, "wrong").Api.FetchAccount(fake.Options().AccountSID)
	wantError(t, err, 401, 20003)
	got, err := rest.Api.FetchAccount(fake.Options().AccountSID)
	if err != nil || *got.Status != "active" {
		t.Errorf("account = %+v, %v", got, err)
	}
}

func TestFaultsAndPlans(t *testing.T) {
	fake, rest, app := account(t)
	fake.FailAll(http.StatusServiceUnavailable)
	_, err := rest.Api.CreateMessage(sms(fake, "x"))
	wantError(t, err, 503, 20503)
	fake.Fault(func(operation string, form url.Values) *twiliofake.Response {
		if operation != "messages.create" || form.Get("To") != hal {
			return nil
		}
		return &twiliofake.Response{Accept: true, Drop: true}
	})
	fake.OnCallback(func(c twiliofake.Callback) twiliofake.Plan {
		if c.Form.Get("MessageStatus") == "sent" {
			return twiliofake.Plan{Late: true}
		}
		return twiliofake.Plan{Copies: 1}
	})
	if _, err := rest.Api.CreateMessage(sms(fake, "accepted")); err == nil {
		t.Error("the line was not cut")
	}
	fake.Heal()
	waitFor(t, fake, "callbacks", func() bool { return len(fake.Callbacks()) == 3 })
	var order []string
	for _, form := range app.requests("/twilio/status") {
		order = append(order, form.Get("MessageStatus"))
	}
	if got := strings.Join(order, " "); got != "delivered delivered sent" {
		t.Errorf("order = %s", got)
	}
	if n := len(fake.Phone(hal).Messages()); n != 1 {
		t.Errorf("%d messages, want the accepted one", n)
	}
	if requests := fake.RequestsTo("messages.create"); len(requests) != 2 || requests[0].Status != 503 || requests[1].Status != 0 {
		t.Errorf("requests = %+v", requests)
	}
}

func TestForgedSignaturesAreToldApart(t *testing.T) {
	fake, _, _ := account(t)
	validator := client.NewRequestValidator(fake.Options().AuthToken)
	target := public + "/twilio/sms?x=1&y=%2B"
	form := url.Values{"From": {hal}, "Body": {" 4 \n"}, "Empty": {""}}
	signature := fake.Sign(target, form)
	if !validator.ValidateBody(target, []byte(form.Encode()), signature) {
		t.Error("a true signature is refused")
	}
	form.Set("Body", "6")
	if validator.ValidateBody(target, []byte(form.Encode()), signature) {
		t.Error("a changed body passes")
	}
}
