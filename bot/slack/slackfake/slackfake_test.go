package slackfake_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

const room = "C0PLATFORM"

// workspace is a fake with one channel and two people, and a client for it.
func workspace(t *testing.T, options slackfake.Options) (*slackfake.Server, *slack.Client) {
	t.Helper()
	fake := slackfake.New(options)
	fake.AddUser("U0ANA", "Ana Ortiz", "Europe/Madrid")
	fake.AddUser("U0BEN", "Ben", "America/New_York")
	fake.AddChannel(room, "platform", "U0ANA", "U0BEN")
	server := httptest.NewServer(fake)
	fake.SetURL(server.URL)
	t.Cleanup(func() {
		fake.Close()
		server.Close()
	})
	client := &http.Client{Timeout: 5 * time.Second}
	api := slack.New(fake.Options().BotToken, slack.OptionAPIURL(server.URL+"/api/"), slack.OptionHTTPClient(client))
	return fake, api
}

// card is a message as the app posts it: text, and blocks in a coloured attachment.
func card(text, label string) slack.MsgOption {
	button := slack.NewButtonBlockElement("ack", "PLATFORM-42", slack.NewTextBlockObject(slack.PlainTextType, label, false, false))
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, slack.NewTextBlockObject(slack.PlainTextType, "Snooze", false, false), "snooze",
		slack.NewOptionBlockObject("1h", slack.NewTextBlockObject(slack.PlainTextType, "1 hour", false, false), nil))
	return slack.MsgOptionCompose(
		slack.MsgOptionText(text, false),
		slack.MsgOptionAttachments(slack.Attachment{Color: "#a30200", Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, "*Disk full*", false, false), nil, nil),
			slack.NewActionBlock("", button, menu),
		}}}),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "incident", EventPayload: map[string]any{"id": "PLATFORM-42"}}),
	)
}

func post(t *testing.T, api *slack.Client, channel string, options ...slack.MsgOption) (string, string) {
	t.Helper()
	id, ts, err := api.PostMessageContext(t.Context(), channel, options...)
	if err != nil {
		t.Fatalf("post to %s: %v", channel, err)
	}
	return id, ts
}

func TestMessagesArePostedEditedAndRead(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	channel, ts := post(t, api, room, card("Disk full", "Acknowledge"))
	if channel != room {
		t.Errorf("channel = %s", channel)
	}
	_, reply := post(t, api, room, slack.MsgOptionText("paging Ana", false), slack.MsgOptionTS(ts))
	post(t, api, room, slack.MsgOptionText("nobody answered", false), slack.MsgOptionTS(ts), slack.MsgOptionBroadcast())

	history, err := api.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: room, IncludeAllMetadata: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(history.Messages) != 2 || history.Messages[0].Text != "nobody answered" || history.Messages[0].SubType != "thread_broadcast" {
		t.Fatalf("history = %+v, want the broadcast, then the card", history.Messages)
	}
	first := history.Messages[1]
	if first.Metadata.EventPayload["id"] != "PLATFORM-42" || first.ReplyCount != 2 || first.Attachments[0].Color != "a30200" {
		t.Errorf("card = %+v", first)
	}
	thread, _, _, err := api.GetConversationRepliesContext(t.Context(), &slack.GetConversationRepliesParameters{ChannelID: room, Timestamp: ts})
	if err != nil || len(thread) != 3 || thread[1].Timestamp != reply {
		t.Errorf("thread = %+v, %v", thread, err)
	}

	if _, _, _, err := api.UpdateMessageContext(t.Context(), room, ts, slack.MsgOptionText("acked", false)); err != nil {
		t.Fatal(err)
	}
	m, ok := fake.Message(room, ts)
	if !ok || m.Text != "acked" || m.Attachments == nil || m.Edits() != 1 || m.Revisions[0].Text != "Disk full" {
		t.Errorf("after update: %+v", m)
	}
	if _, _, _, err := api.UpdateMessageContext(t.Context(), room, ts, slack.MsgOptionText("bare", false), slack.MsgOptionAttachments([]slack.Attachment{}...)); err != nil {
		t.Fatal(err)
	}
	if m, _ := fake.Message(room, ts); m.Attachments != nil {
		t.Errorf("attachments were not cleared: %s", m.Attachments)
	}
	if _, _, err := api.DeleteMessageContext(t.Context(), room, ts); err != nil {
		t.Fatal(err)
	}
	if _, ok := fake.Message(room, ts); ok {
		t.Error("message is still there")
	}
}

func TestTextWithoutBlocksRemovesTheBlocks(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	_, ts := post(t, api, room, slack.MsgOptionText("a", false), slack.MsgOptionBlocks(slack.NewDividerBlock()))
	if m, _ := fake.Message(room, ts); m.Blocks == nil {
		t.Fatal("no blocks")
	}
	if _, _, _, err := api.UpdateMessageContext(t.Context(), room, ts, slack.MsgOptionText("b", false)); err != nil {
		t.Fatal(err)
	}
	if m, _ := fake.Message(room, ts); m.Blocks != nil || m.Text != "b" || !m.Edited {
		t.Errorf("after update: %+v", m)
	}
}

func TestHistoryComesInPages(t *testing.T) {
	_, api := workspace(t, slackfake.Options{})
	var stamps []string
	for range 5 {
		_, ts := post(t, api, room, slack.MsgOptionText("x", false))
		stamps = append(stamps, ts)
	}
	if !slices.IsSorted(stamps) {
		t.Errorf("timestamps do not rise: %v", stamps)
	}
	var got []string
	params := slack.GetConversationHistoryParameters{ChannelID: room, Limit: 2, Oldest: stamps[0]}
	for {
		page, err := api.GetConversationHistoryContext(t.Context(), &params)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Messages {
			got = append(got, m.Timestamp)
		}
		if params.Cursor = page.ResponseMetaData.NextCursor; params.Cursor == "" {
			break
		}
	}
	slices.Reverse(got)
	if !slices.Equal(got, stamps[1:]) {
		t.Errorf("got %v, want everything after the first of %v", got, stamps)
	}
}

func TestDirectMessages(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	channel, ts := post(t, api, "U0ANA", slack.MsgOptionText("you are paged", false))
	if !strings.HasPrefix(channel, "D") || channel != fake.DM("U0ANA") {
		t.Errorf("channel = %s, want the DM", channel)
	}
	if _, _, _, err := api.UpdateMessageContext(t.Context(), "U0ANA", ts, slack.MsgOptionText("x", false)); err == nil || err.Error() != "channel_not_found" {
		t.Errorf("update by user id = %v, want channel_not_found", err)
	}
	if _, _, _, err := api.UpdateMessageContext(t.Context(), channel, ts, slack.MsgOptionText("x", false)); err != nil {
		t.Error(err)
	}
	opened, _, already, err := api.OpenConversationContext(t.Context(), &slack.OpenConversationParameters{Users: []string{"U0ANA"}})
	if err != nil || opened.ID != channel || !already {
		t.Errorf("open = %v, %v, %v", opened, already, err)
	}
	if got := fake.Messages("U0ANA"); len(got) != 1 || got[0].Text != "x" {
		t.Errorf("messages = %+v", got)
	}
}

func TestPeople(t *testing.T) {
	_, api := workspace(t, slackfake.Options{})
	ana, err := api.GetUserByEmailContext(t.Context(), "ana.ortiz@example.com")
	if err != nil || ana.ID != "U0ANA" || ana.TZ != "Europe/Madrid" {
		t.Errorf("ana = %+v, %v", ana, err)
	}
	everybody, err := api.GetUsersContext(t.Context())
	if err != nil || len(everybody) != 3 {
		t.Errorf("users = %+v, %v", everybody, err)
	}
	members, _, err := api.GetUsersInConversationContext(t.Context(), &slack.GetUsersInConversationParameters{ChannelID: room})
	if err != nil || !slices.Contains(members, "U0BEN") || len(members) != 3 {
		t.Errorf("members = %v, %v", members, err)
	}
	info, err := api.GetConversationInfoContext(t.Context(), &slack.GetConversationInfoInput{ChannelID: room})
	if err != nil || info.Name != "platform" || !info.IsMember {
		t.Errorf("info = %+v, %v", info, err)
	}
}

func TestPinsAndPermalinks(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	_, ts := post(t, api, room, slack.MsgOptionText("x", false))
	if err := api.AddPinContext(t.Context(), room, slack.NewRefToMessage(room, ts)); err != nil {
		t.Fatal(err)
	}
	if m, _ := fake.Message(room, ts); !m.Pinned {
		t.Error("not pinned")
	}
	link, err := api.GetPermalinkContext(t.Context(), &slack.PermalinkParameters{Channel: room, Ts: ts})
	if err != nil || !strings.Contains(link, "/archives/"+room+"/p") {
		t.Errorf("link = %q, %v", link, err)
	}
}

func TestWaitSeesAChange(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	events, stop := fake.Subscribe()
	defer stop()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- fake.Wait(ctx, func(f *slackfake.Server) bool { return len(f.Messages(room)) == 1 }) }()
	_, ts := post(t, api, room, slack.MsgOptionText("x", false))
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for ev := range events {
		if ev.Kind == "posted" {
			if ev.TS != ts || ev.Channel != room {
				t.Errorf("event = %+v", ev)
			}
			break
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := fake.Wait(gone, func(*slackfake.Server) bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("wait = %v", err)
	}
}

func TestUnsignedPathsAreNotFound(t *testing.T) {
	fake, _ := workspace(t, slackfake.Options{})
	res, err := http.Post(fake.Options().URL+"/elsewhere", "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, _ = io.Copy(io.Discard, res.Body); res.StatusCode != http.StatusNotFound {
		t.Errorf("status = %d", res.StatusCode)
	}
}
