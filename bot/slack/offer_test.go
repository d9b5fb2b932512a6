package slack_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var undo = []oncall.Offer{{Label: "Undo", Words: "undo 12", Style: "danger"}, {Label: "Who", Words: "who platform"}}

// pressed is the button of a message with that label.
func pressed(t *testing.T, m slackfake.Message, label string) slackfake.Control {
	t.Helper()
	for _, c := range m.Controls() {
		if c.Text == label {
			return c
		}
	}
	t.Fatalf("no button %q in %q", label, m.Words())
	return slackfake.Control{}
}

func TestOffersAreButtonsThatSayWords(t *testing.T) {
	w := newWorld(t)
	w.answers(commands.Reply{Text: "Ben instead of <!channel> Ana.", Lines: []string{"until Sat"}, OK: true, Offers: undo})
	answer, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "override @ben for 2h")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := answer.Message.Words(), "Ben instead of &lt;!channel&gt; Ana.\n• until Sat\nUndo\nWho"; got != want {
		t.Errorf("words = %q, want %q", got, want)
	}
	button := pressed(t, answer.Message, "Undo")
	if button.Value != "say:undo 12" || button.Style != "danger" || button.ActionID == pressed(t, answer.Message, "Who").ActionID {
		t.Errorf("button = %+v", button)
	}
	w.answers(commands.Reply{Text: "Undone: Ana again.", OK: true})
	status, body, err := w.Click("U0ANA", "C0PLATFORM", answer.Message.TS, button.ActionID)
	if err != nil || status != http.StatusOK || len(body) > 0 {
		t.Fatalf("answered %d %q %v, want an empty 200", status, body, err)
	}
	w.await(t, "the answer takes the place of the buttons", func(s *slackfake.Server) bool {
		m, ok := s.Message("C0PLATFORM", answer.Message.TS)
		return ok && m.Text == "Undone: Ana again." && len(m.Controls()) == 0
	})
	if n := len(w.asides("U0ANA")); n != 1 {
		t.Errorf("%d messages in private, want the one", n)
	}
	asked := w.desk.requests()
	if got := asked[1]; got.Text != "undo 12" || got.Verb != "" || got.By != incident.By("ana") || got.Team != "platform" || got.Source != "slack" {
		t.Errorf("asked %+v", got)
	}
}

func TestOffersInPublicStay(t *testing.T) {
	w := newWorld(t)
	letter := sending(oncall.Letter{Team: "platform", Text: "Ana asks for cover.", Offers: []oncall.Offer{{Label: "Take it", Words: "volunteer 7"}}})
	if _, err := w.client.Deliver(t.Context(), letter, roster); err != nil {
		t.Fatal(err)
	}
	m := w.cards()[0]
	body, err := w.ActionBody("U0BEN", "C0PLATFORM", m.TS, pressed(t, m, "Take it").ActionID, "")
	if err != nil {
		t.Fatal(err)
	}
	w.answers(commands.Reply{Text: "Yours.", OK: true, Offers: undo})
	for range 3 {
		if status, _ := w.deliver(t, "/slack/interactions", body, nil); status != http.StatusOK {
			t.Errorf("status = %d, want 200", status)
		}
	}
	w.await(t, "told in private", func(*slackfake.Server) bool { return len(w.asides("U0BEN")) == 1 })
	pressed(t, w.asides("U0BEN")[0], "Undo")
	if again, ok := w.Message("C0PLATFORM", m.TS); !ok || again.Edits() != 0 {
		t.Error("the answer replaced what all see")
	}
	if asked := w.desk.requests(); len(asked) != 1 || asked[0].Text != "volunteer 7" {
		t.Errorf("asked %+v, want once", asked)
	}
}

func TestOffersStayForAnotherTryWhenSomethingBreaks(t *testing.T) {
	w := newWorld(t)
	w.answers(commands.Reply{Text: "Ben instead of Ana.", OK: true, Offers: undo})
	answer, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "override @ben for 2h")
	if err != nil {
		t.Fatal(err)
	}
	w.answers(commands.Reply{Text: "Please try again.", Err: errors.New("store away")})
	if _, _, err := w.Click("U0ANA", "C0PLATFORM", answer.Message.TS, "say1"); err != nil {
		t.Fatal(err)
	}
	w.await(t, "told in private", func(*slackfake.Server) bool { return len(w.asides("U0ANA")) == 2 })
	pressed(t, w.asides("U0ANA")[0], "Undo")
}

func TestOffersKeepToSlacksLimits(t *testing.T) {
	for size, want := range map[int]int{50: 25, 1996: 3, 1997: 0} {
		w := newWorld(t)
		reply := commands.Reply{Text: strings.Repeat("&", 3000), OK: true, Offers: []oncall.Offer{{Label: "Nothing"}}}
		for range 10 {
			reply.Lines = append(reply.Lines, strings.Repeat("<", 1000))
		}
		for range 40 {
			reply.Offers = append(reply.Offers, oncall.Offer{Label: strings.Repeat("l", 100), Words: strings.Repeat("ä", size)})
		}
		w.answers(reply)
		answer, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "gaps")
		if err != nil {
			t.Fatal(err)
		}
		if n := len(answer.Message.Controls()); n != want {
			t.Errorf("%d buttons of %d characters, want %d", n, size, want)
		}
	}
}

func TestMentionsOfferToo(t *testing.T) {
	w := newWorld(t)
	w.answers(commands.Reply{Text: "Ben instead of Ana.", OK: true, Offers: undo})
	said, err := w.Say("U0ANA", "C0PLATFORM", "", "<@U0BOT> override @ben for 2h")
	if err != nil {
		t.Fatal(err)
	}
	w.mention(t, "U0ANA", said.TS, "override @ben for 2h")
	w.await(t, "answered in the thread", func(*slackfake.Server) bool { return len(w.asides("U0ANA")) == 1 })
	aside := w.asides("U0ANA")[0]
	if aside.ThreadTS != said.TS || pressed(t, aside, "Undo").Value != "say:undo 12" {
		t.Errorf("answer = %+v", aside)
	}
	if asked := w.desk.requests(); len(asked) != 1 || asked[0].Text != "override @ben for 2h" || asked[0].Team != "platform" {
		t.Errorf("asked %+v", asked)
	}
}
