package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// providers starts Slack and Twilio in miniature and returns the environment that
// leads to them.
func providers(t *testing.T) []string {
	t.Helper()
	slack := slackfake.New(slackfake.Options{})
	t.Cleanup(func() { slack.Close() })
	workspace := httptest.NewServer(slack)
	t.Cleanup(workspace.Close)
	twilio := twiliofake.New(twiliofake.Options{})
	t.Cleanup(func() { twilio.Close() })
	account := httptest.NewServer(twilio)
	t.Cleanup(account.Close)
	return []string{
		"SLACK_API_URL", workspace.URL + "/api/", "SLACK_BOT_TOKEN", slack.Options().BotToken, "SLACK_SIGNING_SECRET", slack.Options().SigningSecret,
		"TWILIO_API_URL", account.URL, "TWILIO_ACCOUNT_SID", twilio.Options().AccountSID,
		"TWILIO_AUTH_TOKEN", twilio.Options().AuthToken, "TWILIO_FROM_NUMBER", twilio.Options().From,
	}
}

func TestCheckOnlineTriesTheCredentials(t *testing.T) {
	tests := []struct {
		name   string
		env    []string // over the right ones
		status int
		says   []string
	}{
		{"both know us", nil, 0, []string{"0 errors, 0 warnings"}},
		{"a Slack token of long ago", []string{"SLACK_BOT_TOKEN", "xoxb-old-secret"}, 2, []string{"environment: Slack: ", "1 error,"}},
		{"another's Twilio token", []string{"TWILIO_AUTH_TOKEN", "oldsecret"}, 2, []string{"environment: Twilio: ", "1 error,"}},
		{"no chat at all", []string{"SLACK_BOT_TOKEN", ""}, 2, []string{"SLACK_BOT_TOKEN is not set"}},
		{"half an account", []string{"TWILIO_FROM_NUMBER", ""}, 2, []string{"belong together"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := earshot(t, "", words("check --online --config testdata/calm.yaml"), append(providers(t), tt.env...)...)
			if got.status != tt.status {
				t.Errorf("status %d, want %d", got.status, tt.status)
			}
			for _, says := range tt.says {
				if !strings.Contains(got.out+got.err, says) {
					t.Errorf("said %q, want %q", got.out+got.err, says)
				}
			}
			if strings.Contains(got.out+got.err, "old-secret") || strings.Contains(got.out+got.err, "oldsecret") {
				t.Errorf("a secret is shown: %s%s", got.out, got.err)
			}
		})
	}
}

func TestServeRefusesAWrongSetUpWithStatusTwo(t *testing.T) {
	tests := []struct {
		name string
		args string
		env  []string
		says string
	}{
		{"a wrong configuration", "serve --config testdata/wrong.yaml", nil, "earshot: testdata/wrong.yaml:5:15: "},
		{"no chat", "serve --config testdata/calm.yaml", nil, "earshot: no chat is set up"},
		{"a wrong setting", "serve --config testdata/calm.yaml", []string{"EARSHOT_LOG_LEVEL", "loud"}, "earshot: EARSHOT_LOG_LEVEL: "},
		{"a demo for everybody", "demo --listen 0.0.0.0:8080", nil, "earshot: --listen"},
		{"a demo without a port", "demo --listen 127.0.0.1", nil, "earshot: --listen"},
		{"a demo with a wrong setting", "demo", []string{"EARSHOT_LOG_LEVEL", "loud"}, "earshot: EARSHOT_LOG_LEVEL: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := earshot(t, "", words(tt.args), tt.env...)
			if got.status != exitMisuse || !strings.Contains(got.err, tt.says) {
				t.Errorf("status %d: %s", got.status, got.err)
			}
		})
	}
}

func TestAPortInUseIsAFailure(t *testing.T) {
	taken := httptest.NewServer(nil)
	defer taken.Close()
	got := earshot(t, "", []string{"demo", "--listen", taken.Listener.Addr().String()})
	if got.status != exitFailed || !strings.Contains(got.err, "address already in use") {
		t.Errorf("status %d: %s", got.status, got.err)
	}
}
