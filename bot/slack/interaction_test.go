package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// posted shows a card and returns it as it stands in the channel.
func posted(t *testing.T, w *world, in incident.Incident) slackfake.Message {
	t.Helper()
	showing, err := w.client.Show(t.Context(), scene(in, ""))
	if err != nil {
		t.Fatal(err)
	}
	_, ts, _ := strings.Cut(showing.Ref, ":")
	m, ok := w.Message("C0PLATFORM", ts)
	if !ok {
		t.Fatalf("no message %s", showing.Ref)
	}
	return m
}

func TestClicks(t *testing.T) {
	w := newWorld(t)
	card := posted(t, w, disk())
	w.desk.answer = func(context.Context, commands.Request) commands.Reply {
		return commands.Reply{Text: "PLATFORM-42 is already acknowledged by Ben Wu.", OK: true}
	}
	if status, body, err := w.Click("U0ANA", "C0PLATFORM", card.TS, "ack"); err != nil || status != http.StatusOK || len(body) > 0 {
		t.Fatalf("answered %d %q %v, want an empty 200", status, body, err)
	}
	if status, _, err := w.Choose("U0BEN", "C0PLATFORM", card.TS, "snooze", "v1:snooze:PLATFORM-42:1h"); err != nil || status != http.StatusOK {
		t.Fatalf("answered %d %v", status, err)
	}
	asked := w.desk.requests()
	if len(asked) != 2 {
		t.Fatalf("%d requests, want 2", len(asked))
	}
	for i, want := range []commands.Request{
		{Verb: "ack", Incident: "PLATFORM-42", By: incident.By("ana"), Team: "platform"},
		{Verb: "snooze", Incident: "PLATFORM-42", Arg: "1h", By: incident.By("ben"), Team: "platform"},
	} {
		got := asked[i]
		if got.Verb != want.Verb || got.Incident != want.Incident || got.Arg != want.Arg || got.By != want.By || got.Team != want.Team {
			t.Errorf("request = %+v, want %+v", got, want)
		}
	}
	w.await(t, "both told in private", func(*slackfake.Server) bool {
		return len(w.whispers("U0ANA")) == 1 && len(w.whispers("U0BEN")) == 1
	})
	if again, ok := w.Message("C0PLATFORM", card.TS); !ok || again.Edits() != 0 {
		t.Error("the answer replaced the card")
	}
}

func TestF43F46RedeliveryHasOneEffect(t *testing.T) {
	w := newWorld(t)
	card := posted(t, w, disk())
	click, err := w.ActionBody("U0ANA", "C0PLATFORM", card.TS, "ack", "")
	if err != nil {
		t.Fatal(err)
	}
	command, err := w.CommandBody("U0ANA", "C0PLATFORM", "/oncall", "escalate PLATFORM-42")
	if err != nil {
		t.Fatal(err)
	}
	for path, body := range map[string][]byte{"/slack/interactions": click, "/slack/commands": command} {
		t.Run(path, func(t *testing.T) {
			before := len(w.desk.requests())
			for range 4 {
				status, _ := w.deliver(t, path, body, func(h http.Header) { h.Set("X-Slack-Retry-Num", "1") })
				if status != http.StatusOK {
					t.Errorf("status = %d, want 200", status)
				}
			}
			if n := len(w.desk.requests()) - before; n != 1 {
				t.Errorf("carried out %d times, want once", n)
			}
		})
	}
}

func TestFailedClickMayBeRetried(t *testing.T) {
	w := newWorld(t)
	card := posted(t, w, disk())
	body, err := w.ActionBody("U0ANA", "C0PLATFORM", card.TS, "ack", "")
	if err != nil {
		t.Fatal(err)
	}
	w.desk.answer = func(context.Context, commands.Request) commands.Reply {
		return commands.Reply{Text: "Please try again.", Err: errors.New("store away")}
	}
	for range 2 {
		if status, _ := w.deliver(t, "/slack/interactions", body, nil); status != http.StatusOK {
			t.Errorf("status = %d, want 200", status)
		}
	}
	if n := len(w.desk.requests()); n != 2 {
		t.Errorf("tried %d times, want twice", n)
	}
}

func TestF44AnswersInTimeWhateverTheRestDoes(t *testing.T) {
	w := newWorld(t)
	release := make(chan struct{})
	w.desk.answer = func(context.Context, commands.Request) commands.Reply {
		<-release // heeds no context
		return commands.Reply{OK: true}
	}
	reply, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "ack PLATFORM-42") // the fake gives up after 3 s
	close(release)
	if err != nil || !strings.Contains(reply.Message.Text, "Not recorded yet") {
		t.Errorf("answered %q, %v", reply.Message.Text, err)
	}
}

func TestS05ResponseURLs(t *testing.T) {
	w := newWorld(t)
	card := posted(t, w, disk())
	called := make(chan struct{}, 1)
	evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called <- struct{}{} }))
	defer evil.Close()
	body, err := w.ActionBody("U0ANA", "C0PLATFORM", card.TS, "ack", "")
	if err != nil {
		t.Fatal(err)
	}
	form, _ := url.ParseQuery(string(body))
	var payload map[string]any
	if err := json.Unmarshal([]byte(form.Get("payload")), &payload); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{evil.URL + "/response/1", "https://hooks.slack.com.evil.example/x", "file:///etc/passwd", ""} {
		payload["response_url"] = to
		payload["actions"].([]any)[0].(map[string]any)["action_ts"] = to // another click
		encoded, _ := json.Marshal(payload)
		before := len(w.CallsTo("chat.postEphemeral"))
		w.deliver(t, "/slack/interactions", []byte(url.Values{"payload": {string(encoded)}}.Encode()), nil)
		w.await(t, "answered through the API instead of "+to, func(s *slackfake.Server) bool {
			return len(s.CallsTo("chat.postEphemeral")) > before
		})
	}
	select {
	case <-called:
		t.Error("a URL from the payload was called")
	default:
	}
}

func TestOddInteractions(t *testing.T) {
	w := newWorld(t)
	payload := func(s string) []byte { return []byte(url.Values{"payload": {s}}.Encode()) }
	tests := []struct {
		name   string
		body   []byte
		status int
	}{
		{"no payload", []byte("a=b"), http.StatusBadRequest},
		{"a payload that is no JSON", payload("{"), http.StatusBadRequest},
		{"a kind that we do not offer", payload(`{"type":"view_closed"}`), http.StatusOK},
		{"S22 a bot's click", payload(`{"type":"block_actions","user":{"id":"U0BOT","is_bot":true},"actions":[{"value":"v1:ack:PLATFORM-42"}]}`), http.StatusOK},
		{"nobody's click", payload(`{"type":"block_actions","actions":[{"value":"v1:ack:PLATFORM-42"}]}`), http.StatusOK},
		{"a value that is not ours", payload(`{"type":"block_actions","user":{"id":"U0ANA"},"actions":[{"value":"rm -rf"}]}`), http.StatusBadRequest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if status, _ := w.deliver(t, "/slack/interactions", tt.body, nil); status != tt.status {
				t.Errorf("status = %d, want %d", status, tt.status)
			}
		})
	}
	if n := len(w.desk.requests()); n != 0 {
		t.Errorf("%d requests carried out, want none", n)
	}
}
