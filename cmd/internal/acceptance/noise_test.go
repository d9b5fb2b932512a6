package acceptance

import (
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// TestALifeIsOneMessageInTheChannel leads an incident through all that may happen to it
// and counts what the channels of both platforms got: one card each, and a quiet thread.
func TestALifeIsOneMessageInTheChannel(t *testing.T) {
	t.Parallel()
	w := newDuo(t, false)
	w.begin(false)
	id := w.send(triggered("Queue is stuck", ""))
	card := w.card(platform, id, "Ana Ortiz by chat")
	thread := w.show(id, "Ana Ortiz by chat")
	steps := []struct{ words, state, told string }{
		{"ack " + id, "acknowledged", "acknowledged by"},
		{"note " + id + " a disk is on its way", "acknowledged", "a disk is on its way"},
		{"unack " + id, "triggered", ""},
		{"escalate " + id, "triggered", "scalated"},
		{"snooze " + id + " 1h", "snoozed", "nooze"},
		{"unack " + id, "triggered", ""},
		{"add " + id + " @paul", "triggered", "Paul Novak"},
		{"ack " + id, "acknowledged", ""},
		{"resolve " + id + " it was the cache", "resolved", "resolved by"},
	}
	for _, s := range steps {
		for range 3 { // the sender repeats itself
			w.send(triggered("Queue is stuck", ""))
		}
		w.say("ana", s.words)
		w.state(id, s.state)
		until(t, "the thread tells "+s.told, func() bool { return strings.Contains(w.thread(card), s.told) })
	}
	w.card(platform, id, "resolved by Ana Ortiz after ")
	w.show(id, "resolved by Ana Ortiz after ")
	until(t, "the summary stands in either thread", func() bool {
		var told []string
		for _, m := range w.discord.Messages(thread.ID) {
			told = append(told, m.Text())
		}
		return strings.Contains(w.thread(card), "it was the cache") && strings.Contains(strings.Join(told, "\n"), "it was the cache")
	})
	count(t, "Slack's channel", w.slack.Messages(platform), 1, func(m slackfake.Message) (string, bool) {
		return m.Words(), m.ThreadTS == "" && m.Ephemeral == ""
	})
	count(t, "Slack's thread", w.slack.Messages(platform), 20, func(m slackfake.Message) (string, bool) {
		return m.Words(), m.ThreadTS == card.TS && m.TS != card.TS
	})
	count(t, "Discord's channel", w.discord.Messages(room), 1, func(m discordfake.Message) (string, bool) {
		return m.Text(), m.For == ""
	})
	count(t, "Discord's thread", w.discord.Messages(thread.ID), 20, func(m discordfake.Message) (string, bool) {
		return m.Text(), m.For == ""
	})
}

// count wants at most so many of the messages that everybody sees there.
func count[M any](t *testing.T, where string, all []M, most int, seen func(M) (text string, ok bool)) {
	t.Helper()
	var texts []string
	for _, m := range all {
		if text, ok := seen(m); ok {
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 || len(texts) > most {
		t.Errorf("%s has %d messages, want %d at most:\n%s", where, len(texts), most, strings.Join(texts, "\n---\n"))
	}
}
