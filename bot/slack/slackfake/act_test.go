package slackfake_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// app is the other side: it verifies what the fake sends and answers what it is told.
type app struct {
	server *httptest.Server
	clicks []slack.InteractionCallback
	words  []slack.SlashCommand
	answer string
}

func newApp(t *testing.T, fake *slackfake.Server) *app {
	a := &app{}
	a.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		verifier, err := slack.NewSecretsVerifier(r.Header, fake.Options().SigningSecret)
		if err == nil {
			_, _ = verifier.Write(body)
			err = verifier.Ensure()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if r.URL.Path == "/commands" {
			command, _ := slack.SlashCommandParse(r)
			a.words = append(a.words, command)
		} else {
			click, err := slack.InteractionCallbackParse(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			a.clicks = append(a.clicks, click)
		}
		_, _ = io.WriteString(w, a.answer)
	}))
	t.Cleanup(a.server.Close)
	fake.SetApp(a.server.URL+"/commands", a.server.URL+"/interactions")
	return a
}

func TestClicksArriveSigned(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	app := newApp(t, fake)
	_, ts := post(t, api, room, card("Disk full", "Acknowledge"))
	if status, _, err := fake.Click("U0ANA", room, ts, "ack"); status != http.StatusOK || err != nil {
		t.Fatalf("click = %d, %v", status, err)
	}
	click := app.clicks[0]
	action := click.ActionCallback.BlockActions[0]
	if click.Type != slack.InteractionTypeBlockActions || click.User.ID != "U0ANA" || click.Channel.ID != room ||
		click.Container.MessageTs != ts || click.Container.ChannelID != room || click.Team.ID != fake.Options().TeamID ||
		click.APIAppID != fake.Options().AppID || click.TriggerID == "" || click.ResponseURL == "" || click.Message.Text != "Disk full" {
		t.Errorf("click = %+v", click)
	}
	if action.ActionID != "ack" || action.Value != "PLATFORM-42" || action.BlockID == "" || action.ActionTs == "" || action.Type != "button" {
		t.Errorf("action = %+v", action)
	}
	if status, _, err := fake.Choose("U0ANA", room, ts, "snooze", "1h"); status != http.StatusOK || err != nil {
		t.Fatalf("choose = %d, %v", status, err)
	}
	if got := app.clicks[1].ActionCallback.BlockActions[0].SelectedOption.Value; got != "1h" {
		t.Errorf("option = %q", got)
	}
	for _, missing := range []func() (int, []byte, error){
		func() (int, []byte, error) { return fake.Click("U0ANA", room, ts, "none") },
		func() (int, []byte, error) { return fake.Click("U0ANA", room, "1.000001", "ack") },
		func() (int, []byte, error) { return fake.Choose("U0ANA", room, ts, "snooze", "9h") },
	} {
		if _, _, err := missing(); err == nil {
			t.Error("clicked what is not there")
		}
	}
}

func TestForgedAndStaleRequestsAreToldApart(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	app := newApp(t, fake)
	_, ts := post(t, api, room, card("Disk full", "Acknowledge"))
	body, err := fake.ActionBody("U0ANA", room, ts, "ack", "")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		body []byte
		at   time.Time
		want int
	}{
		{"true", body, time.Now(), http.StatusOK},
		{"sent again", body, time.Now(), http.StatusOK},
		{"stale", body, time.Now().Add(-6 * time.Minute), http.StatusUnauthorized},
		{"forged", append([]byte("x"), body...), time.Now(), http.StatusUnauthorized},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, _ := http.NewRequest(http.MethodPost, app.server.URL+"/interactions", bytes.NewReader(tt.body))
			req.Header = fake.Sign(body, tt.at)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != tt.want {
				t.Errorf("status = %d, want %d", res.StatusCode, tt.want)
			}
		})
	}
}

func TestCommandsAreAnsweredPrivately(t *testing.T) {
	fake, _ := workspace(t, slackfake.Options{})
	app := newApp(t, fake)
	tests := []struct {
		name, answer, text, ephemeral string
	}{
		{"bare text", "Ana is on call", "Ana is on call", "U0BEN"},
		{"JSON", `{"response_type":"ephemeral","text":"Ana"}`, "Ana", "U0BEN"},
		{"for everybody", `{"response_type":"in_channel","text":"all"}`, "all", ""},
		{"nothing to say", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app.answer = tt.answer
			got, err := fake.Command("U0BEN", room, "/oncall", "who")
			if err != nil || got.Status != http.StatusOK || string(got.Body) != tt.answer {
				t.Fatalf("reply = %+v, %v", got, err)
			}
			if got.Message.Text != tt.text || got.Message.Ephemeral != tt.ephemeral {
				t.Errorf("message = %+v", got.Message)
			}
		})
	}
	word := app.words[0]
	if word.Command != "/oncall" || word.Text != "who" || word.UserID != "U0BEN" || word.ChannelID != room || word.TeamID == "" {
		t.Errorf("command = %+v", word)
	}
}

func TestResponseURLs(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	app := newApp(t, fake)
	_, ts := post(t, api, room, card("Disk full", "Acknowledge"))
	if _, _, err := fake.Click("U0ANA", room, ts, "ack"); err != nil {
		t.Fatal(err)
	}
	address := app.clicks[0].ResponseURL
	answer := func(m slack.WebhookMessage) error { return slack.PostWebhookContext(t.Context(), address, &m) }
	if err := answer(slack.WebhookMessage{Text: "already acked by Ben", ResponseType: slack.ResponseTypeEphemeral}); err != nil {
		t.Fatal(err)
	}
	if err := answer(slack.WebhookMessage{Text: "acked", ReplaceOriginal: true}); err != nil {
		t.Fatal(err)
	}
	_, _, _, err := api.SendMessageContext(t.Context(), room, slack.MsgOptionText("for all", false),
		slack.MsgOptionResponseURL(address, slack.ResponseTypeInChannel))
	if err != nil {
		t.Fatal(err)
	}
	got := fake.Messages(room)
	if len(got) != 3 || got[0].Text != "acked" || got[0].Edits() != 1 || got[1].Ephemeral != "U0ANA" || got[2].Text != "for all" || got[2].Ephemeral != "" {
		t.Errorf("messages = %+v", got)
	}
	for range 2 {
		if err := answer(slack.WebhookMessage{Text: "again"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := answer(slack.WebhookMessage{Text: "sixth"}); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("sixth use = %v, want 404", err)
	}
}

func TestFormsOpenOncePerTrigger(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	app := newApp(t, fake)
	if _, err := fake.Command("U0ANA", room, "/oncall", "me"); err != nil {
		t.Fatal(err)
	}
	form := slack.ModalViewRequest{Type: slack.VTModal, CallbackID: "me", Title: slack.NewTextBlockObject(slack.PlainTextType, "Me", false, false)}
	opened, err := api.OpenViewContext(t.Context(), app.words[0].TriggerID, form)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.OpenViewContext(t.Context(), app.words[0].TriggerID, form); err == nil || err.Error() != "exchanged_trigger_id" {
		t.Errorf("second use = %v", err)
	}
	if _, err := api.UpdateViewContext(t.Context(), form, "", "stale", opened.ID); err == nil || err.Error() != "hash_conflict" {
		t.Errorf("stale hash = %v", err)
	}
	if _, err := api.UpdateViewContext(t.Context(), form, "", opened.Hash, opened.ID); err != nil {
		t.Error(err)
	}
	home := slack.PublishViewContextRequest{UserID: "U0ANA", View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}}
	if _, err := api.PublishViewContext(t.Context(), home); err != nil {
		t.Error(err)
	}
	views := fake.Views()
	if len(views) != 2 || views[0].Callback != "me" || views[0].User != "U0ANA" || views[1].Type != "home" {
		t.Errorf("views = %+v", views)
	}
}

func TestControlsAndWords(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	_, ts := post(t, api, room, card("Disk full", "Acknowledge"))
	m, _ := fake.Message(room, ts)
	controls := m.Controls()
	if len(controls) != 2 || controls[0].Text != "Acknowledge" || controls[1].Options[0] != (slackfake.Option{Text: "1 hour", Value: "1h"}) {
		t.Errorf("controls = %+v", controls)
	}
	if got, want := m.Words(), "Disk full\n*Disk full*\nAcknowledge\nSnooze"; got != want {
		t.Errorf("words = %q, want %q", got, want)
	}
	var attachments []map[string]any
	if err := json.Unmarshal(m.Attachments, &attachments); err != nil || attachments[0]["color"] != "a30200" {
		t.Errorf("attachments = %s, %v", m.Attachments, err)
	}
}
