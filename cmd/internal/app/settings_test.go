package app

import (
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
)

func env(pairs ...string) func(string) (string, bool) {
	known := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		known[pairs[i]] = pairs[i+1]
	}
	return func(name string) (string, bool) {
		v, ok := known[name]
		return v, ok
	}
}

func TestSettingsHaveDefaults(t *testing.T) {
	s, err := SettingsFromEnv(env())
	if err != nil {
		t.Fatal(err)
	}
	if s.Listen != ":8080" || s.DataDir != "./data" || s.Slack.APIURL != "https://slack.com/api/" || s.Twilio.APIURL != "https://api.twilio.com" ||
		s.Discord.APIURL != "https://discord.com/api/v9/" {
		t.Errorf("defaults are %+v", s)
	}
}

func TestSettingsNameWhatIsWrong(t *testing.T) {
	tests := []struct {
		name  string
		pairs []string
		says  string
	}{
		{"a port alone", []string{"EARSHOT_LISTEN", "8080"}, "EARSHOT_LISTEN"},
		{"half an address", []string{"EARSHOT_PUBLIC_URL", "oncall.example.com"}, "EARSHOT_PUBLIC_URL"},
		{"another scheme", []string{"TWILIO_API_URL", "ftp://x"}, "TWILIO_API_URL"},
		{"no address of Discord's", []string{"DISCORD_API_URL", "discord"}, "DISCORD_API_URL"},
		{"a token without its secret", []string{"SLACK_BOT_TOKEN", "xoxb-1"}, "SLACK_SIGNING_SECRET"},
		{"an app's token without the bot's", []string{"SLACK_APP_TOKEN", "xapp-1"}, "SLACK_BOT_TOKEN"},
		{"an account without a number", []string{"TWILIO_ACCOUNT_SID", "AC1", "TWILIO_AUTH_TOKEN", "t"}, "TWILIO_FROM_NUMBER"},
		{"a sender that is neither number nor service", []string{"TWILIO_ACCOUNT_SID", "AC1", "TWILIO_AUTH_TOKEN", "t", "TWILIO_FROM_NUMBER", "EARSHOT"}, "TWILIO_FROM_NUMBER: \"EARSHOT\""},
		{"an unknown level", []string{"EARSHOT_LOG_LEVEL", "loud"}, "EARSHOT_LOG_LEVEL"},
		{"an unknown format", []string{"EARSHOT_LOG_FORMAT", "xml"}, "EARSHOT_LOG_FORMAT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := SettingsFromEnv(env(tt.pairs...))
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error = %v, want one that names %s", err, tt.says)
			}
		})
	}
}

func TestSlackNeedsOneWayToReachUs(t *testing.T) {
	for _, way := range []string{"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"} {
		if _, err := SettingsFromEnv(env("SLACK_BOT_TOKEN", "xoxb-1", way, "x")); err != nil {
			t.Errorf("with %s: %v", way, err)
		}
	}
}

func TestSettingsNameEveryMistakeAtOnce(t *testing.T) {
	_, err := SettingsFromEnv(env("EARSHOT_LISTEN", "8080", "EARSHOT_LOG_LEVEL", "loud", "SLACK_BOT_TOKEN", "xoxb-1"))
	if err == nil || len(strings.Split(err.Error(), "\n")) != 3 {
		t.Errorf("error = %v, want three lines", err)
	}
}

func TestNoSecretOfTheSettingsIsLogged(t *testing.T) {
	s, err := SettingsFromEnv(env("EARSHOT_API_TOKEN", "canary-api", "SLACK_BOT_TOKEN", "xoxb-canary", "SLACK_SIGNING_SECRET", "canary-signing",
		"TWILIO_ACCOUNT_SID", "AC1", "TWILIO_AUTH_TOKEN", "canary-twilio", "TWILIO_FROM_NUMBER", "+16175550100"))
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			s.LogFormat = format
			var out strings.Builder
			log := newLog(&out, s)
			log.Error("it broke", "err", errors.New("Bearer canary-api refused"), "url", "https://x/?token=xoxb-canary",
				slog.Group("deep", "secret", "canary-signing"), "auth", "Basic canary-twilio")
			if strings.Contains(out.String(), "canary") {
				t.Errorf("a secret is logged: %s", out.String())
			}
			if !strings.Contains(out.String(), "[redacted]") {
				t.Errorf("nothing is redacted: %s", out.String())
			}
		})
	}
}

func TestACrashPointThatIsNotSetIsNoHook(t *testing.T) {
	if crashPoint("") != nil {
		t.Error("without EARSHOT_CRASH_AT there is a hook")
	}
	point := crashPoint("after-commit:3")
	point("before-commit")
	point("after-commit")
	point("after-commit") // the third time would kill this test
}

func TestTwoListenersNeedTwoAddresses(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	config, err := ParseConfig("earshot.yaml", []byte("people: {}\nteams: {}\n"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(Options{Settings: Settings{Listen: address, MetricsListen: address, RedisURL: "redis://127.0.0.1:1"}, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	if _, err := a.listen(t.Context()); err == nil || !strings.Contains(err.Error(), "EARSHOT_METRICS_LISTEN") {
		t.Errorf("error = %v, want one that names EARSHOT_METRICS_LISTEN", err)
	}
}

func TestS09TheSecondTokenIsASecretToo(t *testing.T) {
	s, err := SettingsFromEnv(env("TWILIO_ACCOUNT_SID", "AC1", "TWILIO_AUTH_TOKEN", "t", "TWILIO_AUTH_TOKEN_SECONDARY", "canary-second",
		"TWILIO_FROM_NUMBER", "+16175550100, MG00000000000000000000000000000002"))
	if err != nil || s.Twilio.Secondary != "canary-second" {
		t.Fatalf("settings %+v, %v", s.Twilio, err)
	}
	s.LogFormat = "text"
	var out strings.Builder
	newLog(&out, s).Error("it broke", "err", errors.New("canary-second refused"))
	if strings.Contains(out.String(), "canary") {
		t.Errorf("a secret is logged: %s", out.String())
	}
}
