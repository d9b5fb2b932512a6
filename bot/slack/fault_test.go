package slack_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestStormKeepsToTheBudget(t *testing.T) {
	w := newWorld(t)
	var away []time.Duration
	for range 20 {
		_, err := w.client.Show(t.Context(), scene(disk(), ""))
		if err == nil {
			continue
		}
		away = append(away, fault(t, err).Retry)
	}
	if n := len(w.cards()); n < 5 || n > 8 {
		t.Errorf("%d cards at once, want a burst of about five", n)
	}
	for i := 1; i < len(away); i++ {
		if away[i] == away[i-1] {
			t.Errorf("two are told to come back at the same moment, in %v", away[i])
		}
		if away[i] > 16*time.Second {
			t.Errorf("one is sent away for %v", away[i])
		}
	}
	if _, _, err := w.client.Page(t.Context(), notice(disk())); err != nil {
		t.Errorf("a page waits for the cards: %v", err)
	}
}

func TestF42EveryNoIsSorted(t *testing.T) {
	tests := []struct {
		name   string
		answer *slackfake.Response
		card   incident.Fault // Admin: "mend" where some is wanted
	}{
		{"429 with a time", &slackfake.Response{Status: 429, Header: http.Header{"Retry-After": {"30"}}}, incident.Fault{Retry: 30 * time.Second}},
		{"429 without one", slackfake.Failure(429), incident.Fault{Retry: 5 * time.Second}},
		{"ratelimited in the body", slackfake.Refusal("ratelimited"), incident.Fault{Retry: 5 * time.Second}},
		{"503", slackfake.Failure(503), incident.Fault{Retry: 10 * time.Second, Unknown: true}},
		{"404", slackfake.Failure(404), incident.Fault{Retry: 10 * time.Second, Admin: "mend"}},
		{"an outage page", &slackfake.Response{Body: "<html>We are sorry"}, incident.Fault{Retry: 10 * time.Second, Unknown: true}},
		{"an empty answer", &slackfake.Response{Body: "{}"}, incident.Fault{Retry: 10 * time.Second, Unknown: true}},
		{"a cut connection", &slackfake.Response{Drop: true}, incident.Fault{Retry: 10 * time.Second, Unknown: true}},
		{"internal_error", slackfake.Refusal("internal_error"), incident.Fault{Retry: 10 * time.Second, Unknown: true}},
		{"fatal_error", slackfake.Refusal("fatal_error"), incident.Fault{Retry: 10 * time.Second, Unknown: true}},
		{"service_unavailable", slackfake.Refusal("service_unavailable"), incident.Fault{Retry: 10 * time.Second}},
		{"message_not_found", slackfake.Refusal("message_not_found"), incident.Fault{Retry: time.Second, Gone: true}},
		{"channel_not_found", slackfake.Refusal("channel_not_found"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
		{"is_archived", slackfake.Refusal("is_archived"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
		{"not_in_channel", slackfake.Refusal("not_in_channel"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
		{"invalid_auth", slackfake.Refusal("invalid_auth"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
		{"token_revoked", slackfake.Refusal("token_revoked"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
		{"account_inactive", slackfake.Refusal("account_inactive"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
		{"missing_scope", slackfake.Refusal("missing_scope"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
		{"msg_too_long", slackfake.Refusal("msg_too_long"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
		{"user_disabled", slackfake.Refusal("user_disabled"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
		{"user_not_found", slackfake.Refusal("user_not_found"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
		{"cannot_dm_bot", slackfake.Refusal("cannot_dm_bot"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
		{"one never heard of", slackfake.Refusal("moon_phase"), incident.Fault{Retry: time.Minute, Admin: "mend"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.Fault(func(string, url.Values) *slackfake.Response { return tt.answer })
			_, err := w.client.Show(t.Context(), scene(disk(), ""))
			f := fault(t, err)
			if f.Retry != tt.card.Retry || f.Unknown != tt.card.Unknown || f.Gone != tt.card.Gone || (f.Admin != "") != (tt.card.Admin != "") {
				t.Errorf("card: %+v, want %+v", f, tt.card)
			}
			if f.Reason == "" || strings.Contains(f.Reason+f.Admin, w.Options().BotToken) {
				t.Errorf("reason = %q", f.Reason)
			}
			w.wind(time.Hour)
			_, _, err = w.client.Page(t.Context(), notice(disk()))
			p := fault(t, err)
			short := tt.answer.Status == 429 && tt.card.Retry <= 5*time.Second || tt.name == "ratelimited in the body"
			if (p.Retry > 0) != short || p.Unknown != tt.answer.Drop || p.Gone {
				t.Errorf("page: %+v", p)
			}
		})
	}
}

func TestUnreachableSlackTookNothing(t *testing.T) {
	w := newWorld(t)
	dead := slack.New(slack.Options{Token: "xoxb", APIURL: "http://127.0.0.1:1/api/", Now: w.now})
	_, err := dead.Show(t.Context(), scene(disk(), ""))
	if f := fault(t, err); f.Unknown || f.Retry <= 0 || f.Retry > 15*time.Second {
		t.Errorf("fault = %+v, want a plain retry", f)
	}
}

func TestF39SlowSlackIsGivenUp(t *testing.T) {
	w := newWorld(t)
	hasty := slack.New(slack.Options{
		Token: w.Options().BotToken, APIURL: w.api + "/api/", Now: w.now, HTTP: &http.Client{Timeout: 50 * time.Millisecond},
	})
	w.Fault(func(string, url.Values) *slackfake.Response { return &slackfake.Response{Delay: time.Minute} })
	_, err := hasty.Show(t.Context(), scene(disk(), ""))
	if f := fault(t, err); !f.Unknown || f.Retry <= 0 {
		t.Errorf("fault = %+v, want unknown", f)
	}
}

func TestDeadContextIsPassedThrough(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.Fault(func(string, url.Values) *slackfake.Response {
		cancel()
		return &slackfake.Response{Delay: time.Minute}
	})
	_, err := w.client.Show(ctx, scene(disk(), ""))
	if !errors.Is(err, context.Canceled) || !fault(t, err).Unknown {
		t.Errorf("error = %v, want the context's and an unknown outcome", err)
	}
	calls := len(w.Calls())
	if _, err := w.client.Show(ctx, scene(disk(), "")); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want the context's", err)
	}
	if len(w.Calls()) != calls {
		t.Error("called Slack for a caller who had gone")
	}
}

func TestTokenStaysAtTheAPI(t *testing.T) {
	w := newWorld(t)
	w.Fault(func(string, url.Values) *slackfake.Response {
		return &slackfake.Response{Status: 307, Header: http.Header{"Location": {w.app + "/stolen"}}}
	})
	_, err := w.client.Show(t.Context(), scene(disk(), ""))
	if f := fault(t, err); f.Admin == "" {
		t.Errorf("fault = %+v, want a redirect refused", f)
	}
}
