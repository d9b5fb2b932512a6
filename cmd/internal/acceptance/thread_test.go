package acceptance

import (
	"strings"
	"sync"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// events has Slack tell earshot, wherever it listens, what people do without a command.
func (w *world) events(addr string) { w.slack.SetEvents("http://" + addr + "/slack/events") }

// writes has somebody write in a thread.
func (w *world) writes(person string, card slackfake.Message, words string) slackfake.Message {
	w.t.Helper()
	m, err := w.slack.Say(slackIDs[person], card.Channel, card.TS, words)
	if err != nil {
		w.t.Fatalf("%s writes %q: %v", person, words, err)
	}
	return m
}

// marked counts the timeline's lines about messages that hold all those words.
func (w *world) marked(id string, words ...string) int {
	w.t.Helper()
	n := 0
	for _, e := range w.incident(id).Timeline {
		all := e.Kind == "marked"
		for _, word := range words {
			all = all && strings.Contains(e.Text, word)
		}
		if all {
			n++
		}
	}
	return n
}

// summary waits for the message at the end of a thread with its button.
func (w *world) summary(card slackfake.Message, id string) (summary slackfake.Message) {
	w.t.Helper()
	until(w.t, "the thread of "+id+" ends with a summary", func() bool {
		for _, m := range w.slack.Messages(card.Channel) {
			if m.ThreadTS == card.TS && strings.Contains(m.Words(), "Summary of "+id) {
				summary = m
				return true
			}
		}
		return false
	})
	return summary
}

// TestAThreadFromPageToWriteUp speaks in the thread, marks messages, ends the incident
// and asks for the write-up.
func TestAThreadFromPageToWriteUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, strings.Replace(day, "    members: [ana, ben, hal, paul]", "    members: [ana, ben, hal, paul]\n    mark: ':memo:'", 1))
	w.start()
	w.events(w.addr)
	id := w.send(triggered("# Checkout *fails* at https://shop.example.com @channel", ""))
	card := w.card(platform, id, "Ana Ortiz by chat")
	until(t, "the thread tells of the page", func() bool { return strings.Contains(w.thread(card), "chat message to Ana Ortiz") })

	w.mention("dina", card, "note the cache is cold")
	until(t, "the thread tells the note", func() bool { return strings.Contains(w.thread(card), "Dina Haddad: the cache is cold") })
	w.mention("ben", card, "escalate")
	w.card(platform, id, "Hal Byrne")
	w.mention("dina", card, "ack")
	w.card(platform, id, "acknowledged by Dina Haddad")

	said := w.writes("ben", card, "rolled back to <https://example.com/r|r41> &amp; waiting")
	for _, person := range []string{"ana", "ben", "ana"} {
		if err := w.slack.React(slackIDs[person], platform, said.TS, "memo"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.slack.React(slackIDs["ana"], platform, said.TS, "pushpin"); err != nil {
		t.Fatal(err)
	}
	if n := w.marked(id, "ben: rolled back to r41 (https://example.com/r) & waiting (added by ana, https://fake.slack.com/"); n != 1 || w.marked(id) != 1 {
		t.Errorf("the timeline has it %d times of %d", n, w.marked(id))
	}

	if err := w.click("ana", card.TS, "resolve"); err != nil {
		t.Fatal(err)
	}
	summary := w.summary(card, id)
	for _, want := range []string{"Acknowledged by Dina Haddad after", "Resolved by Ana Ortiz after", "first page after", "Ana Ortiz (1 by chat)", "Hal Byrne (", "1 alert"} {
		if !strings.Contains(summary.Words(), want) {
			t.Errorf("the summary is %q, want %q in it", summary.Words(), want)
		}
	}
	w.press("dina", summary, "Write-up")
	until(t, "the write-up stands in the thread", func() bool {
		for _, m := range w.slack.Messages(platform) {
			if m.ThreadTS == card.TS && len(m.Files) == 1 {
				return true
			}
		}
		return false
	})
	file := string(w.slack.Files()[0].Content)
	for _, want := range []string{"# " + id + ": \\#", "Checkout \\*fails\\*", "**marked** ben\\: rolled back", "**acknowledged** acknowledged by dina", "**note** Dina Haddad\\: the cache is cold"} {
		if !strings.Contains(file, want) {
			t.Errorf("the write-up has no %q:\n%s", want, file)
		}
	}
	if strings.Contains(file, "@channel") || strings.Contains(file, "https://") {
		t.Errorf("foreign words are alive in the write-up:\n%s", file)
	}
	w.hears("dina", "writeup "+id, "follows in its thread")
}

// TestTheShortcutAsksWhichIncident marks what was said outside of any thread.
func TestTheShortcutAsksWhichIncident(t *testing.T) {
	t.Parallel()
	w := newWorld(t, day)
	w.start()
	w.events(w.addr)
	w.send(triggered("First", ""))
	second := w.send(triggered("Second", ""))
	said, err := w.slack.Say(slackIDs["mona"], platform, "", "customers call")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.slack.Shortcut(slackIDs["ben"], platform, said.TS, "timeline_add"); err != nil {
		t.Fatal(err)
	}
	until(t, "a form asks which", func() bool { return len(w.slack.Views()) == 1 })
	if _, err := w.slack.Submit(slackIDs["ben"], w.slack.Views()[0].ID, map[string]string{"incident": second}); err != nil {
		t.Fatal(err)
	}
	w.whispered("ben", platform, "The message is on the timeline of "+second)
	if n := w.marked(second, "mona: customers call (added by ben"); n != 1 {
		t.Errorf("the timeline has it %d times", n)
	}
}

// TestTwoInstancesMarkAMessageOnce has people mark it at once, each at another instance,
// by reaction and by shortcut.
func TestTwoInstancesMarkAMessageOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, day)
	other := freeAddress(t)
	w.start()
	w.start("EARSHOT_LISTEN=" + other)
	id := w.send(triggered("Queue is stuck", ""))
	card := w.card(platform, id, "Ana Ortiz by chat")
	said := w.writes("ben", card, "it is the broker")
	var group sync.WaitGroup
	for i, person := range []string{"ana", "ben", "dina", "paul"} {
		addr := []string{w.addr, other}[i%2]
		w.events(addr)
		body, err := w.slack.ReactionBody(slackIDs[person], platform, said.TS, "pushpin")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			group.Go(func() { w.signed(addr, "/slack/events", body) })
		}
	}
	group.Wait()
	if n := w.marked(id); n != 1 {
		t.Errorf("the timeline has the message %d times", n)
	}
}

// signed delivers an event of Slack's.
func (w *world) signed(addr, path string, body []byte) {
	headers := []string{"Content-Type", "application/json"}
	for name, values := range w.slack.Sign(body, w.slack.Options().Now()) {
		headers = append(headers, name, values[0])
	}
	got, err := ask(w.t, "POST", "http://"+addr+path, string(body), headers...)
	if err != nil || got.status != 200 {
		w.t.Errorf("%s: status %d, %v", path, got.status, err)
	}
}

// TestHowMuchAThreadTells runs the same trouble in three teams.
func TestHowMuchAThreadTells(t *testing.T) {
	t.Parallel()
	for how, want := range map[string]struct{ told, untold []string }{
		"all":   {[]string{"opened: Disk", "SMS to Hal Byrne delivered", "SMS to Hal Byrne", "acknowledged by Ana Ortiz", "Summary of"}, nil},
		"brief": {[]string{"SMS to Hal Byrne", "acknowledged by Ana Ortiz", "Summary of"}, []string{"opened:", "delivered"}},
		"none":  {[]string{"Summary of"}, []string{"tier 1", "acknowledged by"}},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, strings.Replace(simple("{after: 0s, via: sms}"), "    slack_channel: C0PLATFORM", "    slack_channel: C0PLATFORM\n    thread: "+how, 1))
			w.phones.SetPace(0.001)
			w.start()
			id := w.send(triggered("Disk", ""))
			card := w.card(platform, id, "Hal Byrne by SMS")
			until(t, "the SMS has arrived", func() bool {
				for _, e := range w.incident(id).Timeline {
					if e.Kind == "delivered" {
						return true
					}
				}
				return false
			})
			if err := w.click("ana", card.TS, "ack"); err != nil {
				t.Fatal(err)
			}
			w.card(platform, id, "acknowledged by Ana Ortiz")
			if err := w.click("ana", card.TS, "resolve"); err != nil {
				t.Fatal(err)
			}
			w.summary(card, id)
			told := w.thread(card)
			for _, words := range want.told {
				if !strings.Contains(told, words) {
					t.Errorf("the thread has no %q:\n%s", words, told)
				}
			}
			for _, words := range want.untold {
				if strings.Contains(told, words) {
					t.Errorf("the thread has %q:\n%s", words, told)
				}
			}
			for _, m := range w.slack.Messages(platform) {
				if m.ThreadTS != "" && m.Broadcast {
					t.Errorf("the channel is shown %q", m.Words())
				}
			}
		})
	}
}

// TestEveryWordInAThreadMeansItsIncident says them one after the other while another
// incident is open, too.
func TestEveryWordInAThreadMeansItsIncident(t *testing.T) {
	t.Parallel()
	w := newWorld(t, day)
	w.start()
	w.events(w.addr)
	id := w.send(triggered("Queue is stuck", ""))
	card := w.card(platform, id, "Ana Ortiz by chat")
	other := w.send(triggered("Another trouble", ""))
	w.card(platform, other, "Ana Ortiz by chat")
	for _, tt := range []struct{ words, answer, state string }{
		{"ack", id + " acknowledged", "acknowledged"},
		{"unack", id + " given back", "triggered"},
		{"escalate", id + " escalated", "triggered"},
		{"add @wes", "is paged for " + id, "triggered"},
		{"note it is the broker", "Noted on " + id, "triggered"},
		{"snooze 1h", id + " snoozed until", "snoozed"},
		{"unack", id + " woken", "triggered"},
		{"reassign @ben", id + " is now with Ben Adeyemi", "triggered"},
		{"takeover", id, "acknowledged"},
		{"explain", id + " is acknowledged", "acknowledged"},
		{"resolve broker replaced", id + " resolved", "resolved"},
		{"note for the record", "Noted on " + id, "resolved"},
		{"writeup", "The write-up of " + id, "resolved"},
	} {
		w.mention("dina", card, tt.words)
		w.whispered("dina", platform, tt.answer)
		if got := w.incident(id).State; got != tt.state {
			t.Errorf("after %q it is %s, want %s", tt.words, got, tt.state)
		}
	}
	if got := w.incident(other).State; got != "triggered" {
		t.Errorf("the other one is %s", got)
	}
}

// TestMarksInARoom marks what is said in an incident's room, in no thread.
func TestMarksInARoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, big("1h"))
	w.slack.AddChannel(boss, "boss", slackIDs["mona"])
	w.start()
	w.events(w.addr)
	id := w.send(triggered("Shop is down", ""))
	w.send(triggered("Another trouble", ""))
	w.hears("ben", "room "+id, "is being opened")
	room := w.roomOf(id, inside("ana", "ben"))
	card := w.pinned(room.ID, id)
	said, err := w.slack.Say(slackIDs["ben"], room.ID, "", "rolled back")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.slack.React(slackIDs["ana"], room.ID, said.TS, "pushpin"); err != nil {
		t.Fatal(err)
	}
	if n := w.marked(id, "ben: rolled back (added by ana"); n != 1 {
		t.Errorf("the timeline has it %d times", n)
	}
	w.mention("ana", card, "ack")
	w.state(id, "acknowledged")
	w.mention("ana", said, "resolve all good")
	w.state(id, "resolved")
}
