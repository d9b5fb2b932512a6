package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// providers are two chats and a phone company in miniature.
type providers struct {
	slack   *slackfake.Server
	discord *discordfake.Server
	twilio  *twiliofake.Server
	env     []string // leads to them
}

// newProviders starts providers that know what testdata/online.yaml names.
func newProviders(t *testing.T) providers {
	t.Helper()
	p := providers{
		slack:   slackfake.New(slackfake.Options{}),
		discord: discordfake.New(discordfake.Options{}),
		twilio:  twiliofake.New(twiliofake.Options{}),
	}
	t.Cleanup(func() { p.slack.Close() })
	t.Cleanup(func() { p.twilio.Close() })
	serve := func(h http.Handler) string {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return server.URL
	}
	p.env = []string{
		"SLACK_API_URL", serve(p.slack) + "/api/", "SLACK_BOT_TOKEN", p.slack.Options().BotToken, "SLACK_SIGNING_SECRET", p.slack.Options().SigningSecret,
		"DISCORD_API_URL", serve(p.discord) + "/api/v9/", "DISCORD_BOT_TOKEN", p.discord.Options().Token,
		"TWILIO_API_URL", serve(p.twilio), "TWILIO_ACCOUNT_SID", p.twilio.Options().AccountSID,
		"TWILIO_AUTH_TOKEN", p.twilio.Options().AuthToken, "TWILIO_FROM_NUMBER", p.twilio.Options().From,
	}
	p.slack.AddUser("U0ANA", "ana", "Europe/Madrid")
	p.slack.AddChannel("C0PLATFORM", "platform", "U0ANA")
	p.discord.AddUser("2001", "ana", false)
	p.discord.AddChannel("3001", "platform", discordfake.Text, false)
	return p
}

func TestCheckOnlineTriesTheCredentials(t *testing.T) {
	const online = "testdata/online.yaml"
	tests := []struct {
		name   string
		config string
		env    []string // over the right ones
		change func(providers)
		status int
		says   []string
	}{
		{"all know us", online, nil, nil, 0, []string{"0 errors, 0 warnings"}},
		{"Discord is not set up", online, []string{"DISCORD_BOT_TOKEN", ""}, nil, 0, []string{"0 errors, 0 warnings"}},
		{"a Slack token of long ago", online, []string{"SLACK_BOT_TOKEN", "xoxb-old-secret"}, nil, 2, []string{"environment: Slack: ", "1 error,"}},
		{"Slack by socket, without an address of ours", online, []string{"SLACK_SIGNING_SECRET", "", "SLACK_APP_TOKEN", "xapp-fake"}, nil, 0, []string{"0 errors, 0 warnings"}},
		{"an app token of long ago", online, []string{"SLACK_APP_TOKEN", "xapp-old-secret"}, nil, 2,
			[]string{"environment: Slack: Slack refuses the app's token: set a fresh SLACK_APP_TOKEN", "1 error,"}},
		{"the bot's token in the app's place", online, []string{"SLACK_APP_TOKEN", "xoxb-fake"}, nil, 2,
			[]string{"environment: Slack: SLACK_APP_TOKEN is no app-level token", "1 error,"}},
		{"an app token that opens nothing", online, []string{"SLACK_APP_TOKEN", "xapp-fake"},
			func(p providers) {
				p.slack.Fault(func(method string, _ url.Values) *slackfake.Response {
					if method != "apps.connections.open" {
						return nil
					}
					return slackfake.Refusal("missing_scope")
				})
			}, 2, []string{"environment: Slack: SLACK_APP_TOKEN lacks the scope connections:write", "1 error,"}},
		{"a Discord token of long ago", online, []string{"DISCORD_BOT_TOKEN", "old-secret"}, nil, 2,
			[]string{"environment: Discord: DISCORD_BOT_TOKEN is not accepted", "1 error,"}},
		{"another's Twilio token", online, []string{"TWILIO_AUTH_TOKEN", "oldsecret"}, nil, 2, []string{"environment: Twilio: ", "1 error,"}},
		{"another's number", online, []string{"TWILIO_FROM_NUMBER", "+16175550199"}, nil, 2,
			[]string{"environment: Twilio: TWILIO_FROM_NUMBER is not a number of the account", "1 error,"}},
		{"a number that can't call", online, nil, func(p providers) { p.twilio.SetNumber(twiliofake.Number{NoVoice: true}) }, 2,
			[]string{"environment: Twilio: TWILIO_FROM_NUMBER can't call"}},
		{"a file that names one account alone", "testdata/calm.yaml", nil, func(p providers) { p.slack.AddUser("U0ANA", "ana", "UTC") }, 0, nil},
		{"a channel that the bot may not see", online, nil, func(p providers) { p.discord.AddChannel("3001", "platform", discordfake.Text, true) }, 2,
			[]string{"testdata/online.yaml:8:5: Discord: teams.platform.discord_channel: the bot may not see channel 3001", "1 error,"}},
		{"a Discord bot that may not pin", "testdata/places.yaml", nil, func(p providers) {
			p.discord.AddChannel("3002", "boss", discordfake.Text, false)
			p.slack.AddChannel("C0BOSS", "boss")
			p.discord.Deny(discordfake.ManageMessages)
		}, 2, []string{"testdata/places.yaml:8:5: Discord: teams.platform.discord_channel: the bot may not do all it has to in channel 3001; give its role there: Manage Messages", "1 error,"}},
		{"channels of others that are not there", "testdata/places.yaml", nil, nil, 2, []string{
			"testdata/places.yaml:12:20: Slack: teams.platform.stakeholders.slack_channel: Slack knows no channel C0BOSS",
			"testdata/places.yaml:12:43: Discord: teams.platform.stakeholders.discord_channel: there is no channel 3002",
			"Slack: digest.slack_channel: Slack knows no channel C0BOSS", "Discord: digest.discord_channel: there is no channel 3002", "4 errors,",
		}},
		{"no chat at all", online, []string{"SLACK_BOT_TOKEN", ""}, nil, 2, []string{"SLACK_BOT_TOKEN is not set"}},
		{"half an account", online, []string{"TWILIO_FROM_NUMBER", ""}, nil, 2, []string{"environment: TWILIO_ACCOUNT_SID", "belong together"}},
		{"a broken file is no reason not to try", "testdata/wrong.yaml", []string{"SLACK_BOT_TOKEN", "xoxb-old-secret"}, nil, 2,
			[]string{"testdata/wrong.yaml:5:15: ", "environment: Slack: ", "4 errors,"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newProviders(t)
			if tt.change != nil {
				tt.change(p)
			}
			got := earshot(t, "", words("check --online --config "+tt.config), append(p.env, tt.env...)...)
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

func TestCheckOnlineNamesThePlaceOfWhatIsNotThere(t *testing.T) {
	p := newProviders(t)
	got := earshot(t, "", words("check --online --config testdata/earshot.yaml"), p.env...)
	if got.status != 2 || !strings.Contains(got.err, "testdata/earshot.yaml:4:28: Slack: people.ben.slack: Slack knows no user U0BEN") {
		t.Errorf("status %d: %s", got.status, got.err)
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
