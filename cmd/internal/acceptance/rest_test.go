package acceptance

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// TestOneProgramIsLimitedAndBothLeaveTheChannelAlone has Slack limit a channel for an
// hour when the one program posts there: the other does not try, and its cards in other
// channels go on, and so do pages.
func TestOneProgramIsLimitedAndBothLeaveTheChannelAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, stormConfig())
	other := freeAddress(t)
	w.start()
	w.start("EARSHOT_LISTEN=" + other)
	w.slack.Fault(func(method string, form url.Values) *slackfake.Response {
		if method != "chat.postMessage" || form.Get("channel") != platform {
			return nil
		}
		return &slackfake.Response{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"3600"}}}
	})
	posts := func() (n int) {
		for _, c := range w.slack.CallsTo("chat.postMessage") {
			if c.Form.Get("channel") == platform {
				n++
			}
		}
		return n
	}
	tell := func(base, title, routing string) {
		if got, err := triggered(title, routing).to(t.Context(), base); err != nil || got.status != http.StatusAccepted {
			t.Fatalf("alert not taken: %v, %d", err, got.status)
		}
	}
	tell(w.base(), "The first", "")
	until(t, "the one knows that it is limited", func() bool {
		got, err := ask(t, http.MethodGet, w.base()+"/metrics", "")
		return err == nil && strings.Contains(got.body, `earshot_chat_requests_total{method="chat.postMessage",provider="slack",result="limited"} 1`)
	})
	for i := range 5 {
		tell("http://"+other, fmt.Sprint("More of it ", i), "")
		tell("http://"+other, fmt.Sprint("Shop is down ", i), "web")
	}
	until(t, "the other's cards stand in another channel", func() bool { return len(w.slack.Messages("C0WEB")) > 0 })
	until(t, "people are paged", func() bool { return toldOf(w.phones.Phone(numbers["hal"])) >= 6 })
	if n := posts(); n != 1 {
		t.Errorf("%d posts to the channel that is limited, want the first alone", n)
	}
}
