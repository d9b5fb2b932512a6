package slack_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// marking is a world in which events reach the app, with a card and what Ben said in
// its thread.
func marking(t *testing.T, text string) (w *world, card, said slackfake.Message) {
	t.Helper()
	w = newWorld(t)
	w.SetEvents(w.app + "/slack/events")
	card = posted(t, w, disk())
	said, err := w.Say("U0BEN", "C0PLATFORM", card.TS, text)
	if err != nil {
		t.Fatal(err)
	}
	return w, card, said
}

func TestAReactionPutsAMessageOnTheTimeline(t *testing.T) {
	w, _, said := marking(t, "it is the cache, <@U0ANA>: <https://example.com/a|graph> &amp; <!channel> in <#C1|web>")
	if err := w.React("U0ANA", "C0PLATFORM", said.TS, "pushpin"); err != nil {
		t.Fatal(err)
	}
	asked := w.desk.requests()
	if len(asked) != 1 {
		t.Fatalf("%d requests, want 1", len(asked))
	}
	got := asked[0]
	if got.Text != "mark" || got.Focus != "PLATFORM-42" || got.By != incident.By("ana") || got.Team != "platform" || got.Mark == nil {
		t.Fatalf("request = %+v", got)
	}
	want := commands.Mark{
		Ref: "C0PLATFORM:" + said.TS, Author: incident.By("ben"),
		Text: "it is the cache, @Ana Ortiz: graph (https://example.com/a) & @channel in web",
		Link: "https://fake.slack.com/archives/C0PLATFORM/p" + strings.ReplaceAll(said.TS, ".", "") + "?thread_ts=" + said.ThreadTS + "&cid=C0PLATFORM",
	}
	if *got.Mark != want {
		t.Errorf("mark = %+v\nwant   %+v", *got.Mark, want)
	}
	if told := w.whispers("U0ANA"); len(told) > 0 {
		t.Errorf("ana is told %q of what shows by itself", told)
	}
}

func TestReactionsThatMarkNothing(t *testing.T) {
	w, card, said := marking(t, "hello")
	top, err := w.Say("U0BEN", "C0PLATFORM", "", "a thread of people's own")
	if err != nil {
		t.Fatal(err)
	}
	below, err := w.Say("U0BEN", "C0PLATFORM", top.TS, "an answer")
	if err != nil {
		t.Fatal(err)
	}
	w.AddChannel("C0OTHER", "other", "U0ANA")
	other, err := w.Say("U0ANA", "C0OTHER", "", "far away")
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string][3]string{
		"another emoji":           {"C0PLATFORM", said.TS, "eyes"},
		"our own card":            {"C0PLATFORM", card.TS, "pushpin"},
		"outside of any thread":   {"C0PLATFORM", top.TS, "pushpin"},
		"in somebody's thread":    {"C0PLATFORM", below.TS, "pushpin"},
		"in no channel of a team": {"C0OTHER", other.TS, "pushpin"},
	} {
		if err := w.React("U0ANA", r[0], r[1], r[2]); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if asked := w.desk.requests(); len(asked) > 0 {
		t.Errorf("requests = %+v, want none", asked)
	}
}

func TestAReactionIsHeardOnceHoweverOftenItComes(t *testing.T) {
	w, _, said := marking(t, "hello")
	body, err := w.ReactionBody("U0ANA", "C0PLATFORM", said.TS, "pushpin")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := w.Redeliver(body); err != nil {
			t.Fatal(err)
		}
	}
	if asked := w.desk.requests(); len(asked) != 1 {
		t.Errorf("%d requests, want 1", len(asked))
	}
}

func TestWhoMayNotMarkIsTold(t *testing.T) {
	w, _, said := marking(t, "hello")
	w.answers(commands.Reply{Text: "Only Platform's members may mark PLATFORM-42."})
	if err := w.React("U0ANA", "C0PLATFORM", said.TS, "pushpin"); err != nil {
		t.Fatal(err)
	}
	w.await(t, "the refusal", func(*slackfake.Server) bool {
		return slices.Contains(w.whispers("U0ANA"), "Only Platform's members may mark PLATFORM-42.")
	})
	w.FailAll(http.StatusServiceUnavailable)
	if status := reacted(t, w, said); status != http.StatusServiceUnavailable {
		t.Errorf("with Slack down the event is answered %d, want it delivered again", status)
	}
}

func reacted(t *testing.T, w *world, said slackfake.Message) int {
	t.Helper()
	body, err := w.ReactionBody("U0BEN", "C0PLATFORM", said.TS, "pushpin")
	if err != nil {
		t.Fatal(err)
	}
	status, _ := w.deliver(t, "/slack/events", body, nil)
	return status
}

func TestTheShortcutMarksInAThread(t *testing.T) {
	w, _, said := marking(t, "hello")
	if err := w.Shortcut("U0ANA", "C0PLATFORM", said.TS, "timeline_add"); err != nil {
		t.Fatal(err)
	}
	w.await(t, "ana is told", func(*slackfake.Server) bool { return slices.Contains(w.whispers("U0ANA"), "Done.") })
	asked := w.desk.requests()
	if len(asked) != 1 || asked[0].Focus != "PLATFORM-42" || asked[0].Mark.Text != "hello" || asked[0].Mark.Author != incident.By("ben") {
		t.Errorf("requests = %+v", asked)
	}
	if err := w.Shortcut("U0ANA", "C0PLATFORM", said.TS, "another_app"); err == nil {
		t.Error("a shortcut that is not ours was taken")
	}
}

func TestElsewhereTheShortcutAsksForTheIncident(t *testing.T) {
	w, _, _ := marking(t, "hello")
	w.AddUser("U0EVE", "Eve Low", "")
	long := strings.Repeat(`<"&\> `, 400)
	far, err := w.Say("U0EVE", "C0PLATFORM", "", long)
	if err != nil {
		t.Fatal(err)
	}
	w.desk.answer = func(_ context.Context, r commands.Request) commands.Reply {
		if r.Form {
			return commands.Reply{Text: "The message is on the timeline of PLATFORM-42.", OK: true}
		}
		return commands.Reply{Text: "Which?", Form: &commands.Form{Title: "Add to the timeline", Words: "mark {incident}", Fields: []commands.Field{
			{Name: "incident", Kind: commands.Choice, Options: []commands.Option{{Value: "PLATFORM-42", Label: "Disk full"}}},
		}}}
	}
	if err := w.Shortcut("U0ANA", "C0PLATFORM", far.TS, "timeline_add"); err != nil {
		t.Fatal(err)
	}
	w.await(t, "the form", func(*slackfake.Server) bool { return len(w.Views()) == 1 })
	if _, err := w.Submit("U0ANA", w.Views()[0].ID, map[string]string{"incident": "PLATFORM-42"}); err != nil {
		t.Fatal(err)
	}
	asked := w.desk.requests()
	last := asked[len(asked)-1]
	if last.Text != "mark PLATFORM-42" || last.Mark == nil || last.Mark.Ref != "C0PLATFORM:"+far.TS || last.Mark.Author.Name != "Eve Low" || len(last.Mark.Text) < 800 {
		t.Errorf("request = %+v with %+v", last, last.Mark)
	}
}

func TestATeamNamesItsOwnMark(t *testing.T) {
	for _, tt := range []struct {
		mark, reaction string
		want           bool
	}{{"", "pushpin", true}, {"", "📌", true}, {"", "eyes", false}, {"memo", "memo", true}, {"memo", "pushpin", false}} {
		if got := (oncall.Team{Mark: tt.mark}).Marks(tt.reaction); got != tt.want {
			t.Errorf("%q marks by %q: %v", tt.reaction, tt.mark, got)
		}
	}
}
