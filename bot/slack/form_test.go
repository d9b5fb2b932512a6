package slack_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// asking is a reply that a form goes with.
func asking() commands.Reply {
	return commands.Reply{Text: "Whom, and for how long?", Form: &commands.Form{
		Title: "Put somebody on call", Submit: "Override", Note: "In place of <!channel> everybody else.",
		Words: "override {schedule} {person} from {from} to {to} {why}",
		Fields: []commands.Field{
			{Name: "schedule", Label: "Schedule", Kind: commands.Choice, Value: "platform/techops", Options: []commands.Option{{Value: "platform/techops", Label: "techops"}, {Value: "platform/devs"}}},
			{Name: "person", Label: "Who", Kind: commands.Choice, Options: []commands.Option{{Value: "@ana", Label: "Ana Ortiz"}, {Value: "@ben", Label: "Ben Wu"}}},
			{Name: "from", Label: "From", Kind: commands.Moment, Value: "2026-03-09T10:00:00+01:00"},
			{Name: "to", Kind: commands.Moment, Hint: "at most 30 days"},
			{Name: "why", Label: "Why", Kind: commands.Line, Optional: true},
		},
	}}
}

var filledIn = map[string]string{"person": "@ben", "to": "1773050400", "why": "{person}"}

// form is the one form that stands before somebody.
func (w *world) form(t *testing.T) slackfake.View {
	t.Helper()
	views := w.Views()
	if len(views) != 1 {
		t.Fatalf("%d forms are open, want one", len(views))
	}
	return views[0]
}

func TestMissingWordsAreAskedForByAForm(t *testing.T) {
	w := newWorld(t)
	w.answers(asking())
	answer, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "override")
	if err != nil || answer.Status != http.StatusOK || len(answer.Body) > 0 {
		t.Fatalf("answered %d %q, %v, want an empty 200", answer.Status, answer.Body, err)
	}
	form := w.form(t)
	if form.User != "U0ANA" || strings.Contains(string(form.JSON), "<!channel>") {
		t.Errorf("form = %s", form.JSON)
	}
	w.answers(commands.Reply{Text: "Ben instead of Ana.", OK: true, Offers: undo})
	reply, err := w.Submit("U0ANA", form.ID, filledIn)
	if err != nil || reply.Status != http.StatusOK || len(reply.Body) > 0 {
		t.Fatalf("reply = %+v, %v, want an empty 200", reply, err)
	}
	w.await(t, "told in private", func(*slackfake.Server) bool { return len(w.asides("U0ANA")) == 1 })
	pressed(t, w.asides("U0ANA")[0], "Undo")
	got := w.desk.requests()[1]
	if want := "override platform/techops @ben from 2026-03-09T09:00:00Z to 2026-03-09T10:00:00Z {person}"; got.Text != want {
		t.Errorf("said %q, want %q", got.Text, want)
	}
	if !got.Form || got.By != incident.By("ana") || got.Team != "platform" || got.Source != "slack" {
		t.Errorf("asked %+v", got)
	}
	if n := len(w.Views()); n != 0 {
		t.Errorf("%d forms are still open", n)
	}
}

func TestProblemsStandAtTheirField(t *testing.T) {
	w := newWorld(t)
	w.answers(asking())
	if _, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "override"); err != nil {
		t.Fatal(err)
	}
	form := w.form(t)
	tests := []struct {
		name        string
		reply       commands.Reply
		field, says string
	}{
		{"of the field that is meant", commands.Reply{Text: "That ends before it starts.", Lines: []string{"for 2h"}, Field: "to"}, "to", "That ends before it starts. for 2h"},
		{"of no field", commands.Reply{Text: "Only members may."}, "schedule", "Only members may."},
		{"of a field that there isn't", commands.Reply{Text: "Who?", Field: "whom"}, "schedule", "Who?"},
		{"of ours", commands.Reply{Text: "Please try again.", Err: errors.New("store away")}, "schedule", "Please try again."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.answers(tt.reply)
			got, err := w.Submit("U0ANA", form.ID, filledIn)
			if err != nil || got.Action != "errors" || got.Errors[tt.field] != tt.says || len(got.Errors) != 1 {
				t.Errorf("reply = %+v, %v", got, err)
			}
			if again := w.form(t); again.ID != form.ID {
				t.Error("the form was closed")
			}
		})
	}
	if n := len(w.asides("U0ANA")); n != 0 {
		t.Errorf("%d messages in private beside the errors", n)
	}
}

func TestAFormIsSentOffOnce(t *testing.T) {
	w := newWorld(t)
	w.answers(asking())
	if _, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "override"); err != nil {
		t.Fatal(err)
	}
	body, err := w.SubmitBody("U0ANA", w.form(t).ID, filledIn)
	if err != nil {
		t.Fatal(err)
	}
	w.answers(commands.Reply{Text: "Ben instead of Ana.", OK: true})
	for range 3 {
		if status, answer := w.deliver(t, "/slack/interactions", body, nil); status != http.StatusOK || answer != "" {
			t.Errorf("answered %d %q", status, answer)
		}
	}
	if n := len(w.desk.requests()) - 1; n != 1 {
		t.Errorf("carried out %d times, want once", n)
	}
}

func TestAButtonOpensAForm(t *testing.T) {
	w := newWorld(t)
	said, err := w.Say("U0ANA", "C0PLATFORM", "", "<@U0BOT> override")
	if err != nil {
		t.Fatal(err)
	}
	w.answers(asking())
	w.mention(t, "U0ANA", said.TS, "override")
	w.await(t, "answered with a button", func(*slackfake.Server) bool { return len(w.asides("U0ANA")) == 1 })
	aside := w.asides("U0ANA")[0]
	if !strings.HasPrefix(aside.Words(), "Whom, and for how long?") || len(w.Views()) != 0 {
		t.Errorf("answered %q", aside.Words())
	}
	button := pressed(t, aside, "Put somebody on call")
	if _, _, err := w.Click("U0ANA", "C0PLATFORM", aside.TS, button.ActionID); err != nil {
		t.Fatal(err)
	}
	w.await(t, "the form opens", func(s *slackfake.Server) bool { return len(s.Views()) == 1 })
	w.answers(commands.Reply{Text: "Ben instead of Ana.", OK: true})
	if _, err := w.Submit("U0ANA", w.form(t).ID, filledIn); err != nil {
		t.Fatal(err)
	}
	w.await(t, "told in the thread", func(*slackfake.Server) bool {
		all := w.asides("U0ANA")
		return len(all) == 2 && all[1].ThreadTS == said.TS
	})
}

func TestAFormThatCannotOpenIsAnAnswer(t *testing.T) {
	w := newWorld(t)
	w.answers(asking())
	w.Fault(func(method string, _ url.Values) *slackfake.Response {
		if method == "views.open" {
			return slackfake.Refusal("expired_trigger_id")
		}
		return nil
	})
	answer, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "override")
	if err != nil || !strings.Contains(answer.Message.Text, "Whom, and for how long?") || !strings.Contains(answer.Message.Text, "/oncall help") {
		t.Fatalf("answered %q, %v", answer.Message.Text, err)
	}
	if button := pressed(t, answer.Message, "Put somebody on call"); button.Value != "say:override" {
		t.Errorf("button = %+v", button)
	}
	if _, _, err := w.Click("U0ANA", "C0PLATFORM", answer.Message.TS, "say1"); err != nil {
		t.Fatal(err)
	}
	w.await(t, "told instead", func(s *slackfake.Server) bool {
		m, ok := s.Message("C0PLATFORM", answer.Message.TS)
		return ok && m.Edits() == 1
	})
}

func TestWhoeverCannotBeToldThereIsToldDirectly(t *testing.T) {
	w := newWorld(t)
	w.AddUser("U0EVE", "Eve", "")
	w.answers(asking())
	if _, err := w.Command("U0EVE", "C0PLATFORM", "/oncall", "override"); err != nil {
		t.Fatal(err)
	}
	w.answers(commands.Reply{Text: "Ben instead of Ana.", OK: true})
	if _, err := w.Submit("U0EVE", w.form(t).ID, filledIn); err != nil {
		t.Fatal(err)
	}
	w.await(t, "told directly", func(s *slackfake.Server) bool {
		all := s.Messages("U0EVE")
		return len(all) == 1 && all[0].Text == "Ben instead of Ana."
	})
}

func TestSlowSlackLosesTheFormAndNotTheAnswer(t *testing.T) {
	t.Parallel()                                                        // waits for seconds
	w := newWorldWith(t, slackfake.Options{Patience: 20 * time.Second}) // far longer than Slack's, which is no matter of this machine's speed
	w.answers(asking())
	w.Fault(func(method string, _ url.Values) *slackfake.Response {
		if method == "views.open" {
			return &slackfake.Response{Delay: time.Minute, Body: "{}"}
		}
		return nil
	})
	answer, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "override")
	if err != nil || !strings.Contains(answer.Message.Text, "Whom, and for how long?") {
		t.Errorf("answered %q, %v", answer.Message.Text, err)
	}
}

func TestTheLargestFormStaysWithinLimits(t *testing.T) {
	for _, filler := range []string{"x", "&", "<", "ж", "😀"} {
		w := newWorld(t)
		long := func(n int) string { return strings.Repeat(filler, n) }
		reply := asking()
		f := reply.Form
		f.Title, f.Submit, f.Note = long(100), long(100), long(9000)
		for i := range f.Fields {
			f.Fields[i].Label, f.Fields[i].Hint = long(3000), long(3000)
		}
		for range 150 {
			f.Fields[1].Options = append(f.Fields[1].Options, commands.Option{Value: "@" + long(50), Label: long(100)}, commands.Option{Value: long(151)})
		}
		f.Fields[0].Options, f.Fields[4].Value = nil, long(9000)
		w.answers(reply)
		if answer, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "override"); err != nil || len(answer.Body) > 0 {
			t.Errorf("%q: answered %s, %v", filler, answer.Body, err)
		}
		w.form(t)
		f.Words = long(3000)
		if answer, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "override"); err != nil || answer.Message.Text == "" {
			t.Errorf("%q: a form that keeps too much: answered %s, %v", filler, answer.Body, err)
		}
	}
}

func TestOddSubmissions(t *testing.T) {
	t.Parallel() // waits for seconds
	w := newWorld(t)
	payload := func(s string) []byte { return []byte(url.Values{"payload": {s}}.Encode()) }
	for name, body := range map[string]string{
		"nobody's":                   `{"type":"view_submission","view":{"private_metadata":"{}"}}`,
		"somebody else's form":       `{"type":"view_submission","user":{"id":"U0ANA"},"view":{"private_metadata":"x"}}`,
		"values of an unknown shape": `{"type":"view_submission","user":{"id":"U0ANA"},"view":{"private_metadata":"{}","state":{"values":[]}}}`,
	} {
		if status, _ := w.deliver(t, "/slack/interactions", payload(body), nil); status != http.StatusBadRequest {
			t.Errorf("%s: status = %d, want 400", name, status)
		}
	}
	if n := len(w.desk.requests()); n != 0 {
		t.Errorf("%d requests carried out, want none", n)
	}
	w.desk.answer = func(ctx context.Context, _ commands.Request) commands.Reply {
		<-ctx.Done()
		return commands.Reply{Err: ctx.Err()}
	}
	late := payload(`{"type":"view_submission","user":{"id":"U0ANA"},"view":{"id":"V1","private_metadata":"{\"words\":\"undo {n}\",\"fields\":[\"n\"]}"}}`)
	if status, answer := w.deliver(t, "/slack/interactions", late, nil); status != http.StatusOK || !strings.Contains(answer, `"errors":{"n":`) {
		t.Errorf("a late one answered %d %s", status, answer)
	}
}
