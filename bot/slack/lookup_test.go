package slack_test

import (
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// TestWordsInAThreadMeanItsNewestCard asks in threads where more stands than Slack
// tells at once.
func TestWordsInAThreadMeanItsNewestCard(t *testing.T) {
	w := newWorld(t)
	root := posted(t, w, disk())
	talk := func(ts string) {
		for range 250 {
			if _, err := w.Say("U0BEN", "C0PLATFORM", ts, "and again"); err != nil {
				t.Fatal(err)
			}
		}
	}
	talk(root.TS)
	again := scene(disk(), "")
	again.Incident.ID, again.Card.Thread = "PLATFORM-43", "C0PLATFORM:"+root.TS
	if _, err := w.client.Show(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	talk(root.TS)
	chat, err := w.Say("U0BEN", "C0PLATFORM", "", "lunch?")
	if err != nil {
		t.Fatal(err)
	}
	talk(chat.TS)
	for i, ts := range []string{root.TS, chat.TS} {
		w.mention(t, "U0ANA", ts, "ack")
		w.await(t, "answered in private", func(*slackfake.Server) bool { return len(w.whispers("U0ANA")) == i+1 })
		if got, want := w.desk.requests()[i].Focus, []incident.ID{"PLATFORM-43", ""}[i]; got != want {
			t.Errorf("in thread %d %q is meant, want %q", i+1, got, want)
		}
	}
}
