package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

func deliver(t *testing.T, target string, body []byte, header http.Header) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(answer)
}

func TestS01S02Signatures(t *testing.T) {
	w := newWorld(t)
	body, err := w.CommandBody("U0ANA", "C0PLATFORM", "/oncall", "list")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		header func() http.Header
		status int
	}{
		{"a good one is heard", func() http.Header { return w.Sign(body, time.Now()) }, http.StatusOK},
		{"one of another body is not", func() http.Header { return w.Sign([]byte("text=ack"), time.Now()) }, http.StatusUnauthorized},
		{"one of six minutes ago is not", func() http.Header { return w.Sign(body, time.Now().Add(-6*time.Minute)) }, http.StatusUnauthorized},
		{"one of six minutes ahead is not", func() http.Header { return w.Sign(body, time.Now().Add(6*time.Minute)) }, http.StatusUnauthorized},
		{"none is refused", func() http.Header { return http.Header{} }, http.StatusUnauthorized},
		{"a time that is no number is refused", func() http.Header {
			h := w.Sign(body, time.Now())
			h.Set("X-Slack-Request-Timestamp", "noon")
			return h
		}, http.StatusUnauthorized},
		{"a time beyond all time is refused", func() http.Header {
			h := w.Sign(body, time.Now())
			h.Set("X-Slack-Request-Timestamp", "9223372036854775807")
			return h
		}, http.StatusUnauthorized},
		{"a short one is refused", func() http.Header {
			h := w.Sign(body, time.Now())
			h.Set("X-Slack-Signature", "v0=ab")
			return h
		}, http.StatusUnauthorized},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := len(w.desk.requests())
			status, _ := deliver(t, w.app+"/slack/commands", body, tt.header())
			if status != tt.status {
				t.Errorf("status = %d, want %d", status, tt.status)
			}
			if did := len(w.desk.requests()) > before; did != (tt.status == http.StatusOK) {
				t.Errorf("carried out = %v", did)
			}
		})
	}
}

func TestS01EmptySecretAcceptsNothing(t *testing.T) {
	w := newWorld(t)
	app := httptest.NewServer(slack.New(slack.Options{Token: "xoxb"}).Handler(w.desk))
	defer app.Close()
	empty := slackfake.New(slackfake.Options{SigningSecret: " "})
	defer empty.Close()
	body := []byte("command=/oncall&user_id=U0ANA&text=list")
	for _, header := range []http.Header{empty.Sign(body, time.Now()), w.Sign(body, time.Now())} {
		if status, _ := deliver(t, app.URL+"/slack/commands", body, header); status != http.StatusUnauthorized {
			t.Errorf("status = %d, want 401", status)
		}
	}
	if n := len(w.desk.requests()); n != 0 {
		t.Errorf("%d requests carried out, want none", n)
	}
}

func TestOversizedBody(t *testing.T) {
	w := newWorld(t)
	body := bytes.Repeat([]byte("a"), 2<<20)
	if status, _ := w.deliver(t, "/slack/commands", body, nil); status != http.StatusRequestEntityTooLarge {
		t.Errorf("status = %d, want 413", status)
	}
}

func TestCommand(t *testing.T) {
	w := newWorld(t)
	w.AddUser("U0EVE", "Eve", "")
	w.AddChannel("C0RANDOM", "random")
	w.desk.answer = func(context.Context, commands.Request) commands.Reply {
		return commands.Reply{Text: "On call <!channel>:", Lines: []string{"platform/techops: Ana & Ben"}, OK: true}
	}
	tests := []struct {
		name, user, channel, text string
		want                      commands.Request
	}{
		{"a person of the roster, in the team's channel", "U0ANA", "C0PLATFORM", "ack PLATFORM-42 &lt;now&gt;",
			commands.Request{Text: "ack PLATFORM-42 <now>", By: incident.By("ana"), Source: "slack", Team: "platform"}},
		{"a stranger, elsewhere", "U0EVE", "C0RANDOM", "",
			commands.Request{By: incident.Actor{Name: "Eve", Account: "slack U0EVE"}, Source: "slack"}},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reply, err := w.Command(tt.user, tt.channel, "/oncall", tt.text)
			if err != nil || reply.Status != http.StatusOK {
				t.Fatalf("answered %d, %v", reply.Status, err)
			}
			if reply.Message.Ephemeral != tt.user {
				t.Errorf("seen by %q, want the caller alone", reply.Message.Ephemeral)
			}
			if want := "On call &lt;!channel&gt;:\n• platform/techops: Ana &amp; Ben"; reply.Message.Text != want {
				t.Errorf("text = %q, want %q", reply.Message.Text, want)
			}
			got := w.desk.requests()[i]
			if got.Text != tt.want.Text || got.By != tt.want.By || got.Source != tt.want.Source || got.Team != tt.want.Team {
				t.Errorf("request = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestS03ForeignWorkspaceIsRefused(t *testing.T) {
	w := newWorld(t)
	if err := w.client.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	body := []byte("command=/oncall&user_id=U0ANA&team_id=T0OTHER&text=list")
	if status, _ := w.deliver(t, "/slack/commands", body, nil); status != http.StatusForbidden {
		t.Errorf("status = %d, want 403", status)
	}
	if reply, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "list"); err != nil || reply.Status != http.StatusOK {
		t.Errorf("our own workspace is answered %d, %v", reply.Status, err)
	}
}

func TestEvents(t *testing.T) {
	w := newWorld(t)
	card := posted(t, w, disk())
	mention, _ := json.Marshal(map[string]any{"type": "event_callback", "event_id": "Ev1", "event": map[string]any{
		"type": "app_mention", "user": "U0ANA", "text": "<@U0BOT> ack", "channel": "C0PLATFORM", "thread_ts": card.TS, "ts": "1.2",
	}})
	for range 3 {
		if status, _ := w.deliver(t, "/slack/events", mention, nil); status != http.StatusOK {
			t.Errorf("status = %d, want 200", status)
		}
	}
	w.await(t, "answered in private", func(*slackfake.Server) bool { return len(w.whispers("U0ANA")) == 1 })
	w.client.Close()
	asked := w.desk.requests()
	if len(asked) != 1 || asked[0].Text != "ack" || asked[0].Focus != "PLATFORM-42" || asked[0].By != incident.By("ana") {
		t.Errorf("asked %+v, want one ack with the thread's incident in focus", asked)
	}
}
