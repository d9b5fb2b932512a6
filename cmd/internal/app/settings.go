package app

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/earshot-oncall/earshot/integrations/twilio"
)

// Settings are what the environment says.
type Settings struct {
	Listen        string
	PublicURL     string // empty: the configuration's
	RedisURL      string // empty: an own redis-server in DataDir
	DataDir       string
	APIToken      string
	MetricsListen string
	AllowVolatile bool
	LogLevel      string
	LogFormat     string
	CrashAt       string // for tests: kill the process at this named point
	Slack         SlackSettings
	Discord       DiscordSettings
	Twilio        TwilioSettings
}

// SlackSettings are the workspace's.
type SlackSettings struct {
	BotToken, SigningSecret, AppToken, APIURL string
}

// DiscordSettings are the bot's.
type DiscordSettings struct {
	BotToken, ApplicationID, PublicKey, APIURL string
}

// TwilioSettings are the account's.
type TwilioSettings struct {
	AccountSID, AuthToken, From, APIURL string

	Secondary string // a second token that webhooks may be signed with, while tokens are changed
}

// SettingsFromEnv reads the environment. The error holds every mistake, each on a
// line of its own.
func SettingsFromEnv(lookup func(string) (string, bool)) (Settings, error) {
	get := func(name, fallback string) string {
		if v, ok := lookup(name); ok && v != "" {
			return v
		}
		return fallback
	}
	s := Settings{
		Listen:        get("EARSHOT_LISTEN", ":8080"),
		PublicURL:     strings.TrimSuffix(get("EARSHOT_PUBLIC_URL", ""), "/"),
		RedisURL:      get("EARSHOT_REDIS_URL", ""),
		DataDir:       get("EARSHOT_DATA_DIR", "./data"),
		APIToken:      get("EARSHOT_API_TOKEN", ""),
		MetricsListen: get("EARSHOT_METRICS_LISTEN", ""),
		AllowVolatile: get("EARSHOT_ALLOW_VOLATILE_REDIS", "") == "1",
		LogLevel:      get("EARSHOT_LOG_LEVEL", "info"),
		LogFormat:     get("EARSHOT_LOG_FORMAT", "text"),
		CrashAt:       get("EARSHOT_CRASH_AT", ""),
		Slack: SlackSettings{
			BotToken: get("SLACK_BOT_TOKEN", ""), SigningSecret: get("SLACK_SIGNING_SECRET", ""),
			AppToken: get("SLACK_APP_TOKEN", ""), APIURL: get("SLACK_API_URL", "https://slack.com/api/"),
		},
		Discord: DiscordSettings{
			BotToken: get("DISCORD_BOT_TOKEN", ""), ApplicationID: get("DISCORD_APPLICATION_ID", ""),
			PublicKey: get("DISCORD_PUBLIC_KEY", ""), APIURL: get("DISCORD_API_URL", "https://discord.com/api/v9/"),
		},
		Twilio: TwilioSettings{
			AccountSID: get("TWILIO_ACCOUNT_SID", ""), AuthToken: get("TWILIO_AUTH_TOKEN", ""),
			Secondary: get("TWILIO_AUTH_TOKEN_SECONDARY", ""), From: get("TWILIO_FROM_NUMBER", ""), APIURL: get("TWILIO_API_URL", "https://api.twilio.com"),
		},
	}
	return s, s.check()
}

func (s Settings) check() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	type setting struct{ name, value string }
	for _, l := range []setting{{"EARSHOT_LISTEN", s.Listen}, {"EARSHOT_METRICS_LISTEN", s.MetricsListen}} {
		if _, _, err := net.SplitHostPort(l.value); l.value != "" && err != nil {
			wrong("%s: %q is not an address such as :8080 or 127.0.0.1:8080", l.name, l.value)
		}
	}
	for _, at := range []setting{
		{"EARSHOT_PUBLIC_URL", s.PublicURL}, {"SLACK_API_URL", s.Slack.APIURL},
		{"DISCORD_API_URL", s.Discord.APIURL}, {"TWILIO_API_URL", s.Twilio.APIURL},
	} {
		if u, err := url.Parse(at.value); at.value != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			wrong("%s: give a whole address such as https://oncall.example.com", at.name)
		}
	}
	if s.Slack.BotToken != "" && s.Slack.SigningSecret == "" && s.Slack.AppToken == "" {
		wrong("SLACK_BOT_TOKEN is set without SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP): take one from the Slack app's Basic Information page")
	}
	if s.Slack.AppToken != "" && s.Slack.BotToken == "" {
		wrong("SLACK_APP_TOKEN is set without SLACK_BOT_TOKEN: take it from the Slack app's OAuth & Permissions page")
	}
	if d := s.Discord; d.PublicKey != "" {
		if key, err := hex.DecodeString(d.PublicKey); err != nil || len(key) != ed25519.PublicKeySize {
			wrong("DISCORD_PUBLIC_KEY: copy the 64 characters from the application's General Information page")
		}
		if d.BotToken == "" {
			wrong("DISCORD_PUBLIC_KEY is set without DISCORD_BOT_TOKEN: take it from the application's Bot page")
		}
	}
	if t := s.Twilio; (t.AccountSID == "") != (t.AuthToken == "") || (t.AccountSID == "") != (t.From == "") {
		wrong("TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM_NUMBER belong together: set all three or none")
	}
	if s.Twilio.From != "" {
		if _, err := twilio.ParseSenders(s.Twilio.From); err != nil {
			wrong("TWILIO_FROM_NUMBER: %w", err)
		}
	}
	switch s.LogLevel {
	case "debug", "info", "warn", "error":
	default:
		wrong("EARSHOT_LOG_LEVEL: %q is none of debug, info, warn, error", s.LogLevel)
	}
	if s.LogFormat != "text" && s.LogFormat != "json" {
		wrong("EARSHOT_LOG_FORMAT: %q is neither text nor json", s.LogFormat)
	}
	return errors.Join(errs...)
}

// secrets are the values that may appear nowhere.
func (s Settings) secrets() []string {
	return []string{s.APIToken, s.Slack.BotToken, s.Slack.SigningSecret, s.Slack.AppToken, s.Discord.BotToken, s.Twilio.AuthToken, s.Twilio.Secondary}
}
