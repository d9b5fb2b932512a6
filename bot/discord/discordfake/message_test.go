package discordfake_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

const room = "3001"

// world is a fake with one channel and two people, and a bot that speaks to it.
func world(t *testing.T, options discordfake.Options) (*discordfake.Server, *discordgo.Session) {
	t.Helper()
	fake := discordfake.New(options)
	fake.AddUser("2001", "ana", false)
	fake.AddUser("2002", "ben", false)
	fake.AddChannel(room, "platform", discordfake.Text, false)
	server := httptest.NewServer(fake)
	t.Cleanup(func() {
		fake.Close()
		server.Close()
	})
	bot, err := discordgo.New("Bot " + fake.Options().Token)
	if err != nil {
		t.Fatal(err)
	}
	host, _ := url.Parse(server.URL)
	bot.Client = &http.Client{Transport: detour(host.Host)}
	bot.ShouldRetryOnRateLimit, bot.MaxRestRetries = false, 0
	bot.LogLevel = -1
	return fake, bot
}

// detour sends the library's requests to the fake.
type detour string

func (d detour) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = "http", string(d), ""
	return http.DefaultTransport.RoundTrip(r)
}

// quiet lets no text ping anybody.
func quiet() *discordgo.MessageAllowedMentions {
	return &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
}

// text is a message to post.
func text(content string) *discordgo.MessageSend {
	return &discordgo.MessageSend{Content: content, AllowedMentions: quiet()}
}

func post(t *testing.T, bot *discordgo.Session, channel string, m *discordgo.MessageSend) *discordgo.Message {
	t.Helper()
	sent, err := bot.ChannelMessageSendComplex(channel, m)
	if err != nil {
		t.Fatalf("post to %s: %v", channel, err)
	}
	return sent
}

// code is Discord's number of a refusal; 0: none.
func code(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	var rest *discordgo.RESTError
	if !errors.As(err, &rest) || rest.Message == nil {
		t.Fatalf("error = %v, want one of Discord's", err)
	}
	return rest.Message.Code
}

func TestMessagesArePostedEditedListedAndDeleted(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	first := post(t, bot, room, text("Disk full"))
	second := post(t, bot, room, text("Disk fuller"))
	edit := discordgo.NewMessageEdit(room, first.ID).SetContent("Disk empty")
	edit.AllowedMentions = quiet()
	edited, err := bot.ChannelMessageEditComplex(edit)
	if err != nil || edited.Content != "Disk empty" || edited.EditedTimestamp == nil {
		t.Fatalf("edited = %+v, %v", edited, err)
	}
	list, err := bot.ChannelMessages(room, 10, "", "", "")
	if err != nil || len(list) != 2 || list[0].ID != second.ID || list[1].Content != "Disk empty" {
		t.Fatalf("list = %+v, %v", list, err)
	}
	if err := bot.ChannelMessageDelete(room, second.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := bot.ChannelMessage(room, second.ID); code(t, err) != discordgo.ErrCodeUnknownMessage {
		t.Errorf("a deleted message: %v", err)
	}
	if m := fake.Messages(room); len(m) != 1 || m[0].Text() != "Disk empty" {
		t.Errorf("messages = %+v", m)
	}
	if v := fake.Violations(); len(v) != 0 {
		t.Errorf("violations = %q", v)
	}
}

func TestANonceIsPostedOnceInFiveMinutes(t *testing.T) {
	clock := newWound()
	fake, bot := world(t, discordfake.Options{Now: clock.now})
	body := map[string]any{"content": "once", "nonce": "PLATFORM-42", "enforce_nonce": true, "allowed_mentions": quiet()}
	for range 2 {
		if _, err := bot.RequestWithBucketID("POST", discordgo.EndpointChannelMessages(room), body, "x"); err != nil {
			t.Fatal(err)
		}
	}
	body["enforce_nonce"] = false
	if _, err := bot.RequestWithBucketID("POST", discordgo.EndpointChannelMessages(room), body, "x"); err != nil {
		t.Fatal(err)
	}
	if m := fake.Messages(room); len(m) != 2 {
		t.Errorf("%d messages, want two: the nonce was enforced for the first two posts", len(m))
	}
	body["enforce_nonce"] = true
	for _, tt := range []struct {
		name   string
		passed time.Duration
		posted int
	}{
		{"a message deleted since is still known", 5*time.Minute - 1, 0},
		{"five minutes later it is not", 1, 1},
	} {
		for _, m := range fake.Messages(room) {
			fake.Delete(m.ID)
		}
		clock.at = clock.at.Add(tt.passed)
		if _, err := bot.RequestWithBucketID("POST", discordgo.EndpointChannelMessages(room), body, "x"); err != nil {
			t.Fatal(err)
		}
		if n := len(fake.Messages(room)); n != tt.posted {
			t.Errorf("%s: %d messages, want %d", tt.name, n, tt.posted)
		}
	}
}

func TestS32WhatCouldPingIsRefusedAndNoted(t *testing.T) {
	parse := &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{discordgo.AllowedMentionTypeEveryone}}
	fake, bot := world(t, discordfake.Options{})
	for _, m := range []*discordgo.MessageSend{{Content: "@everyone"}, {Content: "@everyone", AllowedMentions: parse}} {
		_, err := bot.ChannelMessageSendComplex(room, m)
		if code(t, err) != 50035 {
			t.Errorf("error = %v", err)
		}
	}
	if v := fake.Violations(); len(v) != 2 || !strings.Contains(v[0], "parse [] is missing") || !strings.Contains(v[1], "everyone") {
		t.Errorf("violations = %q", v)
	}
	m := text("@everyone <@2001> <@2002>")
	m.AllowedMentions.Users = []string{"2001"}
	sent := post(t, bot, room, m)
	if sent.MentionEveryone || len(sent.Mentions) != 1 || sent.Mentions[0].ID != "2001" {
		t.Errorf("pinged %v %+v, want ana alone", sent.MentionEveryone, sent.Mentions)
	}
}
