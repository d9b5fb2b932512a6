package slackfake_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// dial opens a connection as an app does, and reads its hello.
func dial(t *testing.T, fake *slackfake.Server) *websocket.Conn {
	t.Helper()
	api := slack.New("", slack.OptionAppLevelToken(fake.Options().AppToken), slack.OptionAPIURL(fake.Options().URL+"/api/"))
	_, url, err := api.StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn, res, err := websocket.DefaultDialer.DialContext(t.Context(), url, http.Header{"Origin": {"https://api.slack.com"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	var hello struct {
		Type string `json:"type"`
	}
	if err := conn.ReadJSON(&hello); err != nil || hello.Type != "hello" {
		t.Fatalf("began with %q, %v; want hello", hello.Type, err)
	}
	return conn
}

// an envelope as the app reads it.
type envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"`
	Reason  string          `json:"reason"`
	Accepts bool            `json:"accepts_response_payload"`
	Attempt int             `json:"retry_attempt"`
	Payload json.RawMessage `json:"payload"`
}

func next(t *testing.T, conn *websocket.Conn) envelope {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	var e envelope
	if err := conn.ReadJSON(&e); err != nil {
		t.Fatalf("read an envelope: %v", err)
	}
	return e
}

func TestACommandIsAnsweredOverTheSocket(t *testing.T) {
	fake, _ := workspace(t, slackfake.Options{})
	conn := dial(t, fake)
	answered := make(chan slackfake.Reply, 1)
	go func() {
		reply, err := fake.Command("U0ANA", room, "/oncall", "who")
		if err != nil {
			t.Error(err)
		}
		answered <- reply
	}()
	e := next(t, conn)
	if e.Type != "slash_commands" || !e.Accepts || !strings.Contains(string(e.Payload), `"text":"who"`) {
		t.Errorf("got %+v", e)
	}
	if err := conn.WriteJSON(map[string]any{"envelope_id": e.ID, "payload": map[string]string{"text": "Ana"}}); err != nil {
		t.Fatal(err)
	}
	if m := (<-answered).Message; m.Text != "Ana" || m.Ephemeral != "U0ANA" {
		t.Errorf("shown %+v", m)
	}
}

func TestWhatIsNotAcknowledgedComesAgainOverAnother(t *testing.T) {
	fake, _ := workspace(t, slackfake.Options{OpenEvery: -1})
	first, second := dial(t, fake), dial(t, fake)
	said := make(chan error, 1)
	go func() {
		_, err := fake.Mention("U0ANA", room, "", "ack")
		said <- err
	}()
	one := next(t, first)
	_ = first.Close()
	two := next(t, second)
	if one.Attempt != 0 || two.Attempt != 1 || string(one.Payload) != string(two.Payload) {
		t.Errorf("got %+v, then %+v", one, two)
	}
	if err := second.WriteJSON(map[string]string{"envelope_id": two.ID}); err != nil {
		t.Fatal(err)
	}
	if err := <-said; err != nil {
		t.Error(err)
	}
}

func TestAnAppIsAskedToLeave(t *testing.T) {
	fake, _ := workspace(t, slackfake.Options{})
	conn := dial(t, fake)
	id := fake.Links()[0]
	if err := fake.Disconnect(id, "warning"); err != nil || len(fake.Links()) != 1 {
		t.Errorf("warned: %v, %v", err, fake.Links())
	}
	if err := fake.Disconnect(id, "refresh_requested"); err != nil || len(fake.Links()) != 0 {
		t.Errorf("asked: %v, %v", err, fake.Links())
	}
	for _, want := range []string{"warning", "refresh_requested"} {
		if e := next(t, conn); e.Type != "disconnect" || e.Reason != want {
			t.Errorf("got %+v, want %s", e, want)
		}
	}
}

func TestConnectionsAreRefused(t *testing.T) {
	tests := []struct {
		name    string
		options slackfake.Options
		token   string
		want    []string
	}{
		{"the third at once", slackfake.Options{}, "xapp-fake", []string{"", "", "slack rate limit exceeded, retry after 2s"}},
		{"another's token", slackfake.Options{}, "xapp-old", []string{"invalid_auth"}},
		{"the bot's token", slackfake.Options{}, "xoxb-fake", []string{"not_allowed_token_type"}},
		{"no scope", slackfake.Options{AppScopes: []string{}}, "xapp-fake", []string{"missing_scope"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake, _ := workspace(t, tt.options)
			api := slack.New("", slack.OptionAppLevelToken(tt.token), slack.OptionAPIURL(fake.Options().URL+"/api/"))
			var got []string
			for range tt.want {
				_, _, err := api.StartSocketModeContext(t.Context())
				text := ""
				if err != nil {
					text = err.Error()
				}
				got = append(got, text)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
