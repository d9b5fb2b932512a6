package slack_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// house is a home as the commands make one.
func house() commands.Home {
	return commands.Home{Parts: []commands.Part{
		{Head: "Your open incidents", Items: []commands.Item{{
			Text: "PLATFORM-42 critical: <!channel> *Disk* & co", Offers: []oncall.Offer{
				{Label: "Acknowledge", Words: "ack PLATFORM-42", Style: "primary"}, {Label: "Swap…", Words: "swap shift now"},
			},
		}}},
		{Head: "On call", Items: []commands.Item{{Text: "platform/techops: Ana Ortiz"}}},
	}}
}

// homely is a world whose client publishes that home whenever it is to be drawn.
func homely(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	options := w.Options()
	w.client = slack.New(slack.Options{
		Token: options.BotToken, SigningSecret: options.SigningSecret, APIURL: w.api + "/api/", Now: w.now,
		Home: func(ctx context.Context, user string, outcome *commands.Reply) {
			if err := w.client.PublishHome(ctx, user, house(), outcome); err != nil {
				t.Errorf("publish: %v", err)
			}
		},
	})
	t.Cleanup(w.client.Close)
	app := httptest.NewServer(w.client.Handler(w.desk))
	t.Cleanup(app.Close)
	w.SetApp(app.URL+"/slack/commands", app.URL+"/slack/interactions")
	w.SetEvents(app.URL + "/slack/events")
	return w
}

// shows waits until somebody's home says that.
func (w *world) shows(t *testing.T, user, words string) slackfake.Message {
	t.Helper()
	var home slackfake.Message
	w.await(t, user+"'s home says "+words, func(*slackfake.Server) bool {
		_, home = w.Home(user)
		return strings.Contains(home.Words(), words)
	})
	return home
}

func TestAHomeIsDrawnForWhoeverOpensIt(t *testing.T) {
	w := homely(t)
	if err := w.OpenHome("U0ANA"); err != nil {
		t.Fatal(err)
	}
	home := w.shows(t, "U0ANA", "Your open incidents")
	for _, want := range []string{"PLATFORM-42 critical: &lt;!channel&gt; *Disk* &amp; co", "On call", "platform/techops: Ana Ortiz", "Acknowledge"} {
		if !strings.Contains(home.Words(), want) {
			t.Errorf("the home is %q, want %q in it", home.Words(), want)
		}
	}
	if view, _ := w.Home("U0BEN"); view.ID != "" {
		t.Error("somebody who never opened theirs has one")
	}
}

func TestAButtonAtHomeIsAnsweredThere(t *testing.T) {
	w := homely(t)
	if err := w.OpenHome("U0ANA"); err != nil {
		t.Fatal(err)
	}
	w.shows(t, "U0ANA", "On call")
	w.answers(commands.Reply{Text: "PLATFORM-42 acknowledged.", OK: true, Offers: []oncall.Offer{{Label: "Undo", Words: "undo 1"}}})
	if err := w.PressHome("U0ANA", "say:ack PLATFORM-42"); err != nil {
		t.Fatal(err)
	}
	home := w.shows(t, "U0ANA", "PLATFORM-42 acknowledged.")
	if !strings.Contains(home.Words(), "Undo") {
		t.Errorf("the home is %q, without what may be done now", home.Words())
	}
	if asked := w.desk.requests(); len(asked) != 1 || asked[0].Text != "ack PLATFORM-42" || asked[0].By != incident.By("ana") {
		t.Errorf("requests = %+v", asked)
	}
	if told := w.Messages("U0ANA"); len(told) > 0 {
		t.Errorf("a direct message, too: %+v", told)
	}
}

func TestAFormOpensFromHomeAndIsAnsweredThere(t *testing.T) {
	w := homely(t)
	if err := w.OpenHome("U0ANA"); err != nil {
		t.Fatal(err)
	}
	w.shows(t, "U0ANA", "On call")
	w.desk.answer = func(_ context.Context, r commands.Request) commands.Reply {
		if r.Form {
			return commands.Reply{Text: "Ben Wu is asked.", OK: true}
		}
		return commands.Reply{Text: "With whom?", Form: &commands.Form{Title: "Swap", Words: "swap {who}", Fields: []commands.Field{{Name: "who"}}}}
	}
	if err := w.PressHome("U0ANA", "say:swap shift now"); err != nil {
		t.Fatal(err)
	}
	var form slackfake.View
	w.await(t, "the form", func(*slackfake.Server) bool {
		for _, v := range w.Views() {
			if v.Type == "modal" {
				form = v
			}
		}
		return form.ID != ""
	})
	if _, err := w.Submit("U0ANA", form.ID, map[string]string{"who": "@ben"}); err != nil {
		t.Fatal(err)
	}
	w.shows(t, "U0ANA", "Ben Wu is asked.")
}

func TestTheLongestHomeFits(t *testing.T) {
	w := homely(t)
	long := strings.Repeat("<&>", 4000)
	h := commands.Home{}
	for p := range 40 {
		part := commands.Part{Head: fmt.Sprint(p, long)}
		for range 3 {
			part.Items = append(part.Items, commands.Item{Text: long, Offers: []oncall.Offer{{Label: long, Words: "ack"}}})
		}
		h.Parts = append(h.Parts, part)
	}
	if err := w.client.PublishHome(t.Context(), "U0ANA", h, &commands.Reply{Text: long, Lines: []string{long, long}}); err != nil {
		t.Fatal(err)
	}
	if words := w.shows(t, "U0ANA", "parts more").Words(); !strings.Contains(words, "… and ") {
		t.Errorf("it does not say what was left out")
	}
}

func TestAHomeThatIsRefusedIsAFault(t *testing.T) {
	w := homely(t)
	w.Fault(func(method string, _ url.Values) *slackfake.Response {
		if method == "views.publish" {
			return &slackfake.Response{Body: `{"ok":false,"error":"not_enabled"}`}
		}
		return nil
	})
	if f := fault(t, w.client.PublishHome(t.Context(), "U0ANA", house(), nil)); f.Retry == 0 {
		t.Errorf("fault = %+v, want one that says when to come back", f)
	}
}
