package slackfake_test

import (
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

func TestEditsAreLimitedInTheWholeWorkspace(t *testing.T) {
	now := time.Date(2026, time.March, 8, 7, 0, 0, 0, time.UTC)
	fake, api := workspace(t, slackfake.Options{EditEvery: time.Second, EditBurst: 2, Now: func() time.Time { return now }})
	fake.AddChannel("C0OTHER", "other")
	text := slack.MsgOptionText("x", false)
	edit := func(channel, ts string) error {
		_, _, _, err := api.UpdateMessageContext(t.Context(), channel, ts, text)
		return err
	}
	_, here := post(t, api, room, text)
	_, there := post(t, api, "C0OTHER", text)
	for _, err := range []error{edit(room, here), edit("C0OTHER", there)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var limited *slack.RateLimitedError
	if err := edit(room, here); !errors.As(err, &limited) || limited.RetryAfter != time.Second {
		t.Errorf("third edit = %v, want a limit of 1s", err)
	}
	post(t, api, room, text)
	now = now.Add(time.Second)
	if err := edit("C0OTHER", there); err != nil {
		t.Error(err)
	}
}
