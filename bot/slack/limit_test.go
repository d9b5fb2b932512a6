package slack_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// TestF40ALimitIsKeptAndTheLatestStateShown has Slack limit one channel: it is left
// alone for as long as Slack asked, other places are not, and then it gets the latest
// state in one call.
func TestF40ALimitIsKeptAndTheLatestStateShown(t *testing.T) {
	w := newWorld(t)
	w.Fault(func(method string, form url.Values) *slackfake.Response {
		if method != "chat.postMessage" || form.Get("channel") != "C0PLATFORM" {
			return nil
		}
		return &slackfake.Response{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"30"}}}
	})
	_, err := w.client.Show(t.Context(), scene(disk(), ""))
	if f := fault(t, err); f.Retry != 30*time.Second || f.Unknown {
		t.Fatalf("fault = %+v, want the time that Slack named", f)
	}
	w.Heal()
	for _, after := range []time.Duration{time.Second, 20 * time.Second} {
		w.wind(after)
		if _, err := w.client.Show(t.Context(), scene(disk(), "")); fault(t, err).Retry > 30*time.Second {
			t.Errorf("sent away with %v", err)
		}
	}
	if n := len(w.CallsTo("chat.postMessage")); n != 1 {
		t.Errorf("%d posts, want the limited one alone", n)
	}
	if _, _, err := w.client.Page(t.Context(), notice(disk())); err != nil {
		t.Errorf("a page to a person waits for a channel: %v", err)
	}
	w.wind(10 * time.Second)
	if _, err := w.client.Show(t.Context(), scene(acknowledged(), "")); err != nil {
		t.Fatal(err)
	}
	if cards := w.cards(); len(cards) != 1 || !strings.Contains(cards[0].Words(), "acknowledged by Ana Ortiz") {
		t.Errorf("cards = %+v, want one in the latest state", cards)
	}
}
