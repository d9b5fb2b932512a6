package slackfake_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

func TestErrorsHaveSlacksNames(t *testing.T) {
	text := slack.MsgOptionText("x", false)
	section := func(n int) slack.MsgOption {
		return slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, strings.Repeat("x", n), false, false), nil, nil))
	}
	fill := func(blocks, size int) slack.MsgOption {
		var set []slack.Block
		for range blocks {
			set = append(set, slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, strings.Repeat("x", size), false, false), nil, nil))
		}
		return slack.MsgOptionBlocks(set...)
	}
	button := func(label, value string) slack.MsgOption {
		return slack.MsgOptionBlocks(slack.NewActionBlock("", slack.NewButtonBlockElement("a", value, slack.NewTextBlockObject(slack.PlainTextType, label, false, false))))
	}
	post := func(channel string, options ...slack.MsgOption) func(*slack.Client) error {
		return func(api *slack.Client) error {
			_, _, err := api.PostMessage(channel, options...)
			return err
		}
	}
	tests := []struct {
		name   string
		change func(*slackfake.Server)
		call   func(*slack.Client) error
		want   string
	}{
		{"unknown channel", nil, post("C0NONE", text), "channel_not_found"},
		{"archived channel", change(func(c *slackfake.Channel) { c.Archived = true }), post(room, text), "is_archived"},
		{"private channel without us", change(func(c *slackfake.Channel) { c.Private, c.Left = true, true }), post(room, text), "channel_not_found"},
		{"public channel without us is fine", change(func(c *slackfake.Channel) { c.Left = true }), post(room, text), ""},
		{"deactivated user", func(f *slackfake.Server) { f.ChangeUser("U0ANA", func(u *slackfake.User) { u.Deleted = true }) }, post("U0ANA", text), "user_disabled"},
		{"no text", nil, post(room), "no_text"},
		{"thread that is not there", nil, post(room, text, slack.MsgOptionTS("1.000001")), "thread_not_found"},
		{"section of 3000", nil, post(room, section(3000)), ""},
		{"section of 3001", nil, post(room, section(3001)), "invalid_blocks"},
		{"51 blocks", nil, post(room, fill(51, 1)), "invalid_blocks"},
		{"too much text in all", nil, post(room, fill(5, 2900)), "msg_blocks_too_long"},
		{"button label of 76", nil, post(room, button(strings.Repeat("x", 76), "v")), "invalid_blocks"},
		{"button value of 2001", nil, post(room, button("ok", strings.Repeat("x", 2001))), "invalid_blocks"},
		{"header of 151", nil, post(room, slack.MsgOptionBlocks(slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, strings.Repeat("x", 151), false, false)))), "invalid_blocks"},
		{"update of nothing", nil, func(api *slack.Client) error {
			_, _, _, err := api.UpdateMessage(room, "1.000001", text)
			return err
		}, "message_not_found"},
		{"update with 4001 bytes", nil, func(api *slack.Client) error {
			_, ts, _ := api.PostMessage(room, text)
			_, _, _, err := api.UpdateMessage(room, ts, slack.MsgOptionText(strings.Repeat("x", 4001), false))
			return err
		}, "msg_too_long"},
		{"update of somebody else's", func(f *slackfake.Server) { _, _ = f.Say("U0ANA", room, "", "mine") }, func(api *slack.Client) error {
			history, _ := api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: room})
			_, _, _, err := api.UpdateMessage(room, history.Messages[0].Timestamp, text)
			return err
		}, "cant_update_message"},
		{"ephemeral to a stranger", nil, func(api *slack.Client) error {
			_, err := api.PostEphemeral(room, "U0NONE", text)
			return err
		}, "user_not_in_channel"},
		{"unknown user", nil, func(api *slack.Client) error {
			_, err := api.GetUserInfo("U0NONE")
			return err
		}, "user_not_found"},
		{"unknown method", nil, func(api *slack.Client) error { return api.UnArchiveConversation(room) }, "unknown_method"},
		{"trigger nobody gave out", nil, func(api *slack.Client) error {
			_, err := api.OpenView("1.2.3", slack.ModalViewRequest{Type: slack.VTModal, Title: slack.NewTextBlockObject(slack.PlainTextType, "Snooze", false, false)})
			return err
		}, "invalid_trigger_id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake, api := workspace(t, slackfake.Options{})
			if tt.change != nil {
				tt.change(fake)
			}
			got := ""
			if err := tt.call(api); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("error = %q, want %q", got, tt.want)
			}
		})
	}
}

func change(with func(*slackfake.Channel)) func(*slackfake.Server) {
	return func(fake *slackfake.Server) { fake.ChangeChannel(room, with) }
}

func TestTokensAndScopes(t *testing.T) {
	fake, _ := workspace(t, slackfake.Options{Scopes: []string{"chat:write"}})
	base := fake.Options().URL + "/api/"
	var scopes string
	api := slack.New(fake.Options().BotToken, slack.OptionAPIURL(base), slack.OptionOnResponseHeaders(func(_ string, h http.Header) { scopes = h.Get("X-OAuth-Scopes") }))
	who, err := api.AuthTestContext(t.Context())
	if err != nil || who.UserID != fake.Options().BotUID || who.TeamID != fake.Options().TeamID {
		t.Errorf("auth.test = %+v, %v", who, err)
	}
	if scopes != "chat:write" {
		t.Errorf("scopes = %q", scopes)
	}
	_, err = api.GetUserInfoContext(t.Context(), "U0ANA")
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) || refused.Err != "missing_scope" || refused.Needed != "users:read" {
		t.Errorf("users.info = %+v, want missing_scope", err)
	}
	if _, err := slack.New("xoxb-wrong", slack.OptionAPIURL(base)).AuthTestContext(t.Context()); err == nil || err.Error() != "invalid_auth" {
		t.Errorf("wrong token: %v", err)
	}
}

func TestRateLimitPerChannel(t *testing.T) {
	now := time.Date(2026, time.March, 8, 7, 0, 0, 0, time.UTC)
	fake, api := workspace(t, slackfake.Options{PostEvery: time.Second, PostBurst: 2, Now: func() time.Time { return now }})
	fake.AddChannel("C0OTHER", "other")
	text := slack.MsgOptionText("x", false)
	post(t, api, room, text)
	post(t, api, room, text)
	_, _, err := api.PostMessageContext(t.Context(), room, text)
	var limited *slack.RateLimitedError
	if !errors.As(err, &limited) || limited.RetryAfter != time.Second {
		t.Fatalf("third post = %v, want a limit of 1s", err)
	}
	post(t, api, "C0OTHER", text)
	now = now.Add(time.Second)
	post(t, api, room, text)
	if calls := fake.CallsTo("chat.postMessage"); calls[2].Status != http.StatusTooManyRequests {
		t.Errorf("calls = %+v", calls)
	}
}

func TestFaults(t *testing.T) {
	text := slack.MsgOptionText("x", false)
	tests := []struct {
		name   string
		fault  slackfake.Response
		posted int
		check  func(error) bool
	}{
		{"server error", *slackfake.Failure(503), 0, func(err error) bool {
			var status slack.StatusCodeError
			return errors.As(err, &status) && status.Code == 503
		}},
		{"rate limit", slackfake.Response{Status: 429, Header: http.Header{"Retry-After": {"7"}}}, 0, func(err error) bool {
			var limited *slack.RateLimitedError
			return errors.As(err, &limited) && limited.RetryAfter == 7*time.Second
		}},
		{"refusal", *slackfake.Refusal("internal_error"), 0, func(err error) bool { return err != nil && err.Error() == "internal_error" }},
		{"done, then the line is cut", slackfake.Response{Accept: true, Drop: true}, 1, func(err error) bool {
			var broken *url.Error
			return errors.As(err, &broken)
		}},
		{"line is cut", slackfake.Response{Drop: true}, 0, func(err error) bool { return err != nil }},
		{"done, answered late", slackfake.Response{Delay: time.Millisecond}, 1, func(err error) bool { return err == nil }},
		{"done, and an outage page", slackfake.Response{Accept: true, Body: "<html>"}, 1, func(err error) bool { return err != nil }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake, api := workspace(t, slackfake.Options{})
			fake.Fault(func(method string, form url.Values) *slackfake.Response {
				if method != "chat.postMessage" || form.Get("channel") != room {
					return nil
				}
				return &tt.fault
			})
			_, _, err := api.PostMessageContext(t.Context(), room, text)
			if !tt.check(err) {
				t.Errorf("error = %#v", err)
			}
			if n := len(fake.Messages(room)); n != tt.posted {
				t.Errorf("%d messages, want %d", n, tt.posted)
			}
			fake.Heal()
			post(t, api, room, text)
		})
	}
}
