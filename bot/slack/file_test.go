package slack_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// ended is the card of an incident that is over, with a told thread.
func ended(t *testing.T, w *world) (card, summary slackfake.Message) {
	t.Helper()
	card = posted(t, w, disk())
	over := disk()
	over.State, over.ResolvedAt, over.ResolvedBy, over.Revision = incident.Resolved, nine, incident.By("ana"), 2
	s := scene(over, "C0PLATFORM:"+card.TS)
	s.News = []incident.Entry{{At: nine, Kind: incident.KindResolved, Text: "resolved by ana"}}
	if _, err := w.client.Show(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for _, m := range w.Messages("C0PLATFORM") {
		if m.ThreadTS == card.TS {
			return card, m
		}
	}
	t.Fatal("the thread says nothing")
	return
}

func TestAnEndIsSummedUpWithAButton(t *testing.T) {
	w := newWorld(t)
	_, summary := ended(t, w)
	if words := summary.Words(); !strings.Contains(words, "Summary of PLATFORM-42:") || !strings.Contains(words, "Resolved by Ana Ortiz") || summary.Broadcast {
		t.Errorf("the thread says %q", words)
	}
	if button, ok := summary.Control("writeup"); !ok || button.Text != "Write-up" || button.Value != "v1:writeup:PLATFORM-42" {
		t.Errorf("button = %+v", button)
	}
}

// handing has the desk answer with a file that belongs below a card.
func handing(w *world, ref string) {
	w.answers(commands.Reply{Text: "It follows.", OK: true, File: &commands.File{
		Name: "PLATFORM-42.md", Text: "# PLATFORM-42\n", Cards: []incident.Card{
			{Board: "discord", Channel: "3001", Ref: "3001:7"}, {Board: "slack", Channel: "C0PLATFORM", Ref: ref},
		},
	}})
}

// shared waits for the file in a channel.
func shared(t *testing.T, w *world, channel string) (found slackfake.Message) {
	t.Helper()
	w.await(t, "the file in "+channel, func(*slackfake.Server) bool {
		i := slices.IndexFunc(w.Messages(channel), func(m slackfake.Message) bool { return len(m.Files) == 1 })
		if i >= 0 {
			found = w.Messages(channel)[i]
		}
		return i >= 0
	})
	return found
}

func TestTheWriteUpStandsInTheThread(t *testing.T) {
	tests := []struct {
		name string
		ask  func(*world, slackfake.Message) error
	}{
		{"by the button", func(w *world, m slackfake.Message) error {
			_, _, err := w.Click("U0ANA", "C0PLATFORM", m.TS, "writeup")
			return err
		}},
		{"by the command", func(w *world, _ slackfake.Message) error {
			_, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "writeup PLATFORM-42")
			return err
		}},
		{"by a mention", func(w *world, m slackfake.Message) error {
			w.SetEvents(w.app + "/slack/events")
			_, err := w.Mention("U0ANA", "C0PLATFORM", m.ThreadTS, "writeup")
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			card, summary := ended(t, w)
			handing(w, "C0PLATFORM:"+card.TS)
			if err := tt.ask(w, summary); err != nil {
				t.Fatal(err)
			}
			if m := shared(t, w, "C0PLATFORM"); m.ThreadTS != card.TS {
				t.Errorf("it stands under %q, want the card", m.ThreadTS)
			}
			if f := w.Files()[0]; f.Name != "PLATFORM-42.md" || string(f.Content) != "# PLATFORM-42\n" {
				t.Errorf("file = %+v", f)
			}
		})
	}
}

func TestAWriteUpWithoutACardComesByDirectMessage(t *testing.T) {
	w := newWorld(t)
	handing(w, "")
	if _, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "writeup PLATFORM-42"); err != nil {
		t.Fatal(err)
	}
	shared(t, w, w.DM("U0ANA"))

	w = newWorld(t)
	card, _ := ended(t, w)
	handing(w, "C0PLATFORM:"+card.TS)
	w.Fault(func(method string, form url.Values) *slackfake.Response {
		if method == "files.completeUploadExternal" && form.Get("channel_id") == "C0PLATFORM" {
			return &slackfake.Response{Status: http.StatusOK, Body: `{"ok":false,"error":"not_in_channel"}`}
		}
		return nil
	})
	if _, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "writeup PLATFORM-42"); err != nil {
		t.Fatal(err)
	}
	shared(t, w, w.DM("U0ANA"))
}
