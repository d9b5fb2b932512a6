package acceptance

import (
	"net/http"
	"strings"
	"testing"
)

// TestF44FormsOpenWhileTheStoreStandsStill stops redis-server and asks, by a menu and by
// words, for what needs more of them; what is filled in counts once the store is back.
func TestF44FormsOpenWhileTheStoreStandsStill(t *testing.T) {
	t.Parallel()
	t.Run("Slack", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, day)
		w.start()
		id := w.send(triggered("Queue is stuck", ""))
		card := w.card(platform, id, "Ana Ortiz by chat")
		var menu, note string
		for _, c := range card.Controls() {
			for _, o := range c.Options {
				if strings.HasPrefix(o.Value, "v1:note:") {
					menu, note = c.ActionID, o.Value
				}
			}
		}
		w.redis.Pause()
		w.say("ben", "override platform")
		status, body, err := w.slack.Choose(slackIDs["ana"], platform, card.TS, menu, note)
		if err != nil || status != http.StatusOK {
			t.Fatalf("status %d, %v: %s", status, err, body)
		}
		until(t, "both forms open", func() bool { return len(w.slack.Views()) == 2 })
		w.redis.Resume()
		until(t, "the note is taken", func() bool {
			reply, err := w.slack.Submit(slackIDs["ana"], w.slack.Views()[1].ID, map[string]string{"text": "disk is on its way"})
			return err == nil && reply.Status == http.StatusOK && len(reply.Errors) == 0
		})
		until(t, "the note is told", func() bool { return w.told(id, "disk is on its way") })
	})
	t.Run("Discord", func(t *testing.T) {
		t.Parallel()
		w := newDuo(t, false)
		w.begin(false)
		id := w.send(triggered("Queue is stuck", ""))
		w.show(id, "Ana Ortiz by chat")
		w.redis.Pause()
		form, err := w.discord.Command(discordIDs["ben"], room, "oncall note", map[string]string{"id": id})
		if err != nil || form.Modal == nil {
			t.Fatalf("answer %+v, %v, want a form", form, err)
		}
		w.redis.Resume()
		until(t, "the note is told", func() bool {
			if _, err := w.discord.Submit(discordIDs["ben"], form, map[string]string{"text": "disk is on its way"}); err != nil {
				t.Fatal(err)
			}
			return w.told(id, "disk is on its way")
		})
	})
}
