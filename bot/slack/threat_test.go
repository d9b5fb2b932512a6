package slack_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// TestS01TheVendorsExample holds the fake's signatures, which the other tests trust,
// against the one in Slack's manual.
func TestS01TheVendorsExample(t *testing.T) {
	fake := slackfake.New(slackfake.Options{SigningSecret: "8f742231b10e8888abcd99yyyzzz85a5"})
	defer fake.Close()
	body := "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	got := fake.Sign([]byte(body), time.Unix(1531420618, 0)).Get("X-Slack-Signature")
	if want := "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"; got != want {
		t.Errorf("signature = %s, want %s", got, want)
	}
}

func TestS01AnyOtherSignatureIsRefused(t *testing.T) {
	w := newWorld(t)
	body := []byte("command=/oncall&user_id=U0ANA&text=list")
	good := w.Sign(body, time.Now())
	for at := range good.Get("X-Slack-Signature") {
		forged := good.Clone()
		signature := []byte(good.Get("X-Slack-Signature"))
		signature[at] ^= 1
		forged.Set("X-Slack-Signature", string(signature))
		if status, _ := deliver(t, w.app+"/slack/commands", body, forged); status != http.StatusUnauthorized {
			t.Errorf("with byte %d changed: status = %d, want 401", at, status)
		}
	}
	for name := range good {
		if !strings.HasPrefix(name, "X-Slack-") {
			continue
		}
		bare := good.Clone()
		bare.Del(name)
		if status, _ := deliver(t, w.app+"/slack/commands", body, bare); status != http.StatusUnauthorized {
			t.Errorf("without %s: status = %d, want 401", name, status)
		}
	}
	if n := len(w.desk.requests()); n != 0 {
		t.Errorf("%d requests carried out, want none", n)
	}
}

func TestS02AReplayIsHarmless(t *testing.T) {
	w := newWorld(t)
	card := posted(t, w, disk())
	click, err := w.ActionBody("U0ANA", "C0PLATFORM", card.TS, "ack", "")
	if err != nil {
		t.Fatal(err)
	}
	recorded := w.Sign(click, time.Now().Add(-4*time.Minute)) // still good, and known to somebody else
	for range 3 {
		if status, _ := deliver(t, w.app+"/slack/interactions", click, recorded); status != http.StatusOK {
			t.Errorf("status = %d, want 200", status)
		}
	}
	if n := len(w.desk.requests()); n != 1 {
		t.Errorf("carried out %d times, want once", n)
	}
}

func TestS03AForeignWorkspaceChangesNothingBySocket(t *testing.T) {
	w := newSocketWorld(t)
	l := w.listens(t, w.desk)
	w.linked(t, 2)
	if err := l.client.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	foreign, _ := json.Marshal(map[string]any{"type": "event_callback", "event_id": "Ev1", "team_id": "T0OTHER", "event": map[string]any{
		"type": "app_mention", "user": "U0ANA", "text": "<@U0BOT> ack", "channel": "C0PLATFORM", "ts": "1.1",
	}})
	if err := w.Redeliver(foreign); err != nil {
		t.Errorf("never acknowledged: %v", err)
	}
	l.stop()
	if n := len(w.desk.requests()); n != 0 {
		t.Errorf("%d requests carried out, want none", n)
	}
}

func TestS04TheChallengeIsSignedAndPlain(t *testing.T) {
	w := newWorld(t)
	body := []byte(`{"type":"url_verification","challenge":"<script>"}`)
	if status, _ := deliver(t, w.app+"/slack/events", body, http.Header{}); status != http.StatusUnauthorized {
		t.Errorf("unsigned: status = %d, want 401", status)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.app+"/slack/events", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = w.Sign(body, time.Now())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || string(said) != "<script>" {
		t.Errorf("answered with %d %q, %v", res.StatusCode, said, err)
	}
	if kind := res.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("answered as %q: a browser might run it", kind)
	}
}

func TestS22BotsAreNotHeard(t *testing.T) {
	w := newWorld(t)
	card := posted(t, w, disk())
	tests := []struct {
		name  string
		event map[string]any
	}{
		{"a bot's mention", map[string]any{"bot_id": "B0OTHER", "user": "U0OTHER"}},
		{"nobody's mention", map[string]any{}},
		{"what is no mention", map[string]any{"type": "message", "user": "U0ANA"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			event := map[string]any{"type": "app_mention", "text": "<@U0BOT> ack", "channel": "C0PLATFORM", "thread_ts": card.TS, "ts": "1.1"}
			for name, value := range tt.event {
				event[name] = value
			}
			body, _ := json.Marshal(map[string]any{"type": "event_callback", "event_id": "Ev " + tt.name, "event": event})
			if status, _ := w.deliver(t, "/slack/events", body, nil); status != http.StatusOK {
				t.Errorf("status = %d, want 200", status)
			}
		})
	}
	w.client.Close()
	if n := len(w.desk.requests()); n != 0 {
		t.Errorf("%d requests carried out, want none", n)
	}
	if n := len(w.CallsTo("chat.postEphemeral")); n != 0 {
		t.Errorf("bots were answered %d times", n)
	}
}
