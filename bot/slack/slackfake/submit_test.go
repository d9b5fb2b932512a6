package slackfake_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

func words(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, text, false, false)
}

// shift is a form with one input of each kind.
func shift() slack.ModalViewRequest {
	who := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, "person",
		slack.NewOptionBlockObject("@ana", words("Ana"), nil), slack.NewOptionBlockObject("@ben", words("Ben"), nil))
	who.InitialOption = who.Options[0]
	from := slack.NewDateTimePickerBlockElement("moment")
	from.InitialDateTime = 1772960400
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "shift", PrivateMetadata: "kept", Title: words("Shift"), Submit: words("Take"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewSectionBlock(words("Fill in."), nil, nil),
			slack.NewInputBlock("who", words("Who"), words("One of us"), who),
			slack.NewInputBlock("from", words("From"), nil, from),
			slack.NewInputBlock("why", words("Why"), nil, slack.NewPlainTextInputBlockElement(nil, "text")).WithOptional(true),
		}},
	}
}

// opened is the id of a form that Ana has before her.
func opened(t *testing.T, fake *slackfake.Server, api *slack.Client, app *app, view slack.ModalViewRequest) string {
	t.Helper()
	app.answer = ""
	if _, err := fake.Command("U0ANA", room, "/oncall", "take"); err != nil {
		t.Fatal(err)
	}
	got, err := api.OpenViewContext(t.Context(), app.words[len(app.words)-1].TriggerID, view)
	if err != nil {
		t.Fatal(err)
	}
	return got.ID
}

func TestFormsAreFilledIn(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	app := newApp(t, fake)
	id := opened(t, fake, api, app, shift())
	reply, err := fake.Submit("U0ANA", id, map[string]string{"person": "@ben", "why": "a {b} & c"})
	if err != nil || reply.Status != http.StatusOK || reply.Action != "" {
		t.Fatalf("reply = %+v, %v", reply, err)
	}
	got := app.clicks[0]
	state := got.View.State.Values
	if got.Type != slack.InteractionTypeViewSubmission || got.User.ID != "U0ANA" || got.TriggerID == "" || got.View.ID != id ||
		got.View.CallbackID != "shift" || got.View.PrivateMetadata != "kept" || got.View.Hash == "" || got.Team.ID != fake.Options().TeamID {
		t.Errorf("submission = %+v", got)
	}
	if state["who"]["person"].SelectedOption.Value != "@ben" || state["from"]["moment"].SelectedDateTime != 1772960400 || state["why"]["text"].Value != "a {b} & c" {
		t.Errorf("state = %+v", state)
	}
	if n := len(fake.Views()); n != 0 {
		t.Errorf("%d forms are still open", n)
	}
	if _, err := fake.Submit("U0ANA", id, nil); err == nil {
		t.Error("a closed form was sent off")
	}
}

func TestAnswersToForms(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	app := newApp(t, fake)
	tests := []struct {
		name, answer string
		action       string
		errors       map[string]string
		open         int
		broken       bool
	}{
		{"errors leave it open", `{"response_action":"errors","errors":{"from":"too late"}}`, "errors", map[string]string{"from": "too late"}, 1, false},
		{"clear closes all", `{"response_action":"clear"}`, "clear", nil, 0, false},
		{"update shows another", `{"response_action":"update","view":{"type":"modal","title":{"type":"plain_text","text":"Done"},"blocks":[]}}`, "update", nil, 1, false},
		{"an error where there is no input", `{"response_action":"errors","errors":{"person":"who?"}}`, "errors", map[string]string{"person": "who?"}, 1, true},
		{"an unknown action", `{"response_action":"dance"}`, "dance", nil, 1, true},
		{"no JSON", `ok`, "", nil, 1, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id := opened(t, fake, api, app, shift())
			app.answer = tt.answer
			got, err := fake.Submit("U0ANA", id, nil)
			if (err != nil) != tt.broken || got.Action != tt.action || !maps.Equal(got.Errors, tt.errors) {
				t.Errorf("reply = %+v, %v", got, err)
			}
			if n := len(fake.Views()); n != tt.open {
				t.Errorf("%d forms open, want %d", n, tt.open)
			}
			app.answer = `{"response_action":"clear"}`
			for _, v := range fake.Views() {
				_, _ = fake.Submit("U0ANA", v.ID, nil) // the next case starts without any
			}
		})
	}
}

func TestFormsThatSlackRefuses(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	app := newApp(t, fake)
	tests := map[string]func(*slack.ModalViewRequest){
		"no submit":              func(v *slack.ModalViewRequest) { v.Submit = nil },
		"a long title":           func(v *slack.ModalViewRequest) { v.Title = words(strings.Repeat("x", 25)) },
		"much to keep":           func(v *slack.ModalViewRequest) { v.PrivateMetadata = strings.Repeat("x", 3001) },
		"a button as an input":   input(slack.NewButtonBlockElement("a", "v", words("b"))),
		"a moment long ago":      input(&slack.DateTimePickerBlockElement{Type: slack.METDatetimepicker, InitialDateTime: 99}),
		"a choice without any":   input(slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, "a")),
		"a choice outside of it": input(&slack.SelectBlockElement{Type: slack.OptTypeStatic, Options: []*slack.OptionBlockObject{slack.NewOptionBlockObject("a", words("A"), nil)}, InitialOption: slack.NewOptionBlockObject("b", words("B"), nil)}),
		"too long a text":        input(slack.NewPlainTextInputBlockElement(nil, "a").WithInitialValue(strings.Repeat("x", 3001))),
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := fake.Command("U0ANA", room, "/oncall", "take"); err != nil {
				t.Fatal(err)
			}
			view := shift()
			change(&view)
			if _, err := api.OpenViewContext(t.Context(), app.words[len(app.words)-1].TriggerID, view); err == nil || err.Error() != "invalid_arguments" {
				t.Errorf("error = %v, want invalid_arguments", err)
			}
		})
	}
	id := opened(t, fake, api, app, shift())
	for _, values := range []map[string]string{{"person": "@eve"}, {"from": "noon"}, {"from": ""}, {"none": "x"}} {
		if _, err := fake.Submit("U0ANA", id, values); err == nil {
			t.Errorf("%v was sent off", values)
		}
	}
	if _, err := fake.Submit("U0BEN", id, nil); err == nil {
		t.Error("somebody else sent it off")
	}
}

// input puts an element into an input of the form.
func input(element slack.BlockElement) func(*slack.ModalViewRequest) {
	return func(v *slack.ModalViewRequest) {
		v.Blocks.BlockSet = []slack.Block{slack.NewInputBlock("odd", words("Odd"), nil, element)}
	}
}
