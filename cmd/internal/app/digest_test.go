package app

import (
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

// TestTheDigestOfAWeek winds the clock over a Monday morning on a real store: the
// figures and their chart are in both channels, once, whoever makes the pass.
func TestTheDigestOfAWeek(t *testing.T) {
	slack, discord := slackfake.New(slackfake.Options{}), discordfake.New(discordfake.Options{})
	t.Cleanup(slack.Close)
	t.Cleanup(discord.Close)
	atSlack, atDiscord := httptest.NewServer(slack), httptest.NewServer(discord)
	t.Cleanup(atSlack.Close)
	t.Cleanup(atDiscord.Close)
	slack.AddChannel("C0BOSS", "boss")
	discord.AddChannel("3900", "boss", discordfake.Text, false)
	config, err := ParseConfig("earshot.yaml", []byte(`
people:
  ana: {name: Ana Ortiz}
teams:
  platform:
    name: Platform
    schedules: {techops: {layers: [{participants: [ana], shift: 1w, start: 2026-01-05T09:00}]}}
digest: {slack_channel: C0BOSS, discord_channel: "3900", at: "mon 09:00"}
`))
	if err != nil {
		t.Fatal(err)
	}
	var now atomic.Int64
	monday := time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)
	now.Store(monday.Add(-time.Hour).UnixNano())
	url := redistest.Start(t).URL()
	settings := Settings{
		RedisURL: url,
		Slack:    SlackSettings{BotToken: slack.Options().BotToken, SigningSecret: "secret", APIURL: atSlack.URL + "/api/"},
		Discord:  DiscordSettings{BotToken: discord.Options().Token, APIURL: atDiscord.URL + "/api/v9/"},
	}
	var both []*App
	for range 2 {
		a, err := New(Options{Settings: settings, Config: config, Now: func() time.Time { return time.Unix(0, now.Load()).UTC() }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = a.Close() })
		both = append(both, a)
	}
	passes := func() {
		t.Helper()
		for _, a := range both {
			if err := a.handoff.Pass(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	passes()
	if n := len(slack.Messages("C0BOSS")) + len(discord.Messages("3900")); n > 0 {
		t.Errorf("%d messages of a week that ended before there was a digest", n)
	}
	now.Store(monday.UnixNano())
	passes()
	passes()
	inSlack, inDiscord := slack.Messages("C0BOSS"), discord.Messages("3900")
	if len(inSlack) != 1 || len(inDiscord) != 1 {
		t.Fatalf("%d messages in Slack and %d in Discord, want one each", len(inSlack), len(inDiscord))
	}
	const title = "Platform, the week to Mon 9 Mar 09:00:"
	for _, text := range []string{inSlack[0].Text, inDiscord[0].Content} {
		if !strings.HasPrefix(text, title) || !strings.Contains(text, "Ana Ortiz: 0 pages, 0 night wakes, on call 168 h") {
			t.Errorf("told %q", text)
		}
	}
	if files := slack.Files(); len(files) != 1 || !strings.HasPrefix(files[0].Alt, "Bar chart. Platform") {
		t.Errorf("files in Slack: %+v", files)
	}
	if m := inDiscord[0]; len(m.Attachments) != 1 {
		t.Errorf("attachments in Discord: %+v", m.Attachments)
	}
}
