package acceptance

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// cardIn waits for the card of an incident in the thread of another's, shown in the
// channel too, with all these words.
func (w *world) cardIn(root slackfake.Message, id string, words ...string) slackfake.Message {
	w.t.Helper()
	var last slackfake.Message
	fits := func(m slackfake.Message) bool {
		return m.ThreadTS == root.TS && m.Broadcast && names(m.Text, id)
	}
	until(w.t, fmt.Sprint("the card of ", id, " in the thread says ", words), func() bool {
		all := slices.DeleteFunc(w.slack.Messages(root.Channel), func(m slackfake.Message) bool { return !fits(m) })
		if len(all) > 1 {
			w.t.Fatalf("%d cards of %s", len(all), id)
		}
		if len(all) == 1 {
			last = all[0]
		}
		return len(all) == 1 && !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(last.Words(), word) })
	})
	return last
}

// mention tells the app what somebody said to it in a thread.
func (w *world) mention(person string, root slackfake.Message, words string) {
	w.t.Helper()
	said, err := w.slack.Say(slackIDs[person], root.Channel, root.TS, "<@U0EARSHOT> "+words)
	if err != nil {
		w.t.Fatalf("%s says %q: %v", person, words, err)
	}
	body := []byte(encoded(map[string]any{"type": "event_callback", "event_id": "Ev" + said.TS, "event": map[string]any{
		"type": "app_mention", "user": said.User, "text": said.Text, "channel": said.Channel, "thread_ts": said.ThreadTS, "ts": said.TS,
	}}))
	headers := []string{"Content-Type", "application/json"}
	for name, values := range w.slack.Sign(body, time.Now()) {
		headers = append(headers, name, values[0])
	}
	got, err := ask(w.t, http.MethodPost, w.base()+"/slack/events", string(body), headers...)
	if err != nil || got.status != http.StatusOK {
		w.t.Fatalf("%s says %q: status %d, %v: %s", person, words, got.status, err, got.body)
	}
}

// TestAFlappingKeyStaysInOneThread fires a key again twice right after its end, the
// second time on a program that has just been started, and answers by the newest card's
// button and by words in the thread.
func TestAFlappingKeyStaysInOneThread(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	first := w.start()
	disk := func(action string) alert {
		return native(map[string]any{"dedup_key": "db1", "summary": "Disk full", "action": action})
	}
	one := w.send(disk("trigger"))
	root := w.card(platform, one, "Hal Byrne by SMS")
	until(t, "the card has a thread", func() bool { return strings.Contains(w.thread(root), "SMS to Hal Byrne") })
	w.send(disk("resolve"))
	two, known := w.took(disk("trigger"))
	if two == one || known {
		t.Fatalf("it fired again in %s, deduplicated %t", two, known)
	}
	again := w.cardIn(root, two, "again, last "+one, "Hal Byrne by SMS")
	w.card(platform, one, "resolved by native after ")
	until(t, "the thread tells of both", func() bool {
		return strings.Contains(w.thread(root), "resolved by native") && strings.Contains(w.thread(root), "again, last "+one)
	})
	w.press("ana", again, "Acknowledge")
	w.state(two, "acknowledged")
	w.cardIn(root, two, "acknowledged by Ana Ortiz after ")
	until(t, "the thread tells of the button", func() bool { return strings.Contains(w.thread(root), "acknowledged by Ana Ortiz") })
	if under := w.thread(again); under != "" {
		t.Errorf("a thread within the thread: %s", under)
	}
	w.mention("ben", root, "resolve it was the log")
	w.state(two, "resolved")
	w.cardIn(root, two, "resolved by Ben Adeyemi after ")

	first.kill()
	w.start()
	three := w.send(disk("trigger"))
	w.cardIn(root, three, "again, last "+two)
	w.mention("ana", root, "ack")
	w.state(three, "acknowledged")
	w.whispered("ana", platform, three+" acknowledged")
	w.cardIn(root, three, "acknowledged by Ana Ortiz after ")
	for _, id := range []string{one, two, three} {
		if n := w.paged(id, "sms", numbers["hal"]); n != 1 {
			t.Errorf("%s paged hal %d times, want once", id, n)
		}
	}
	w.only(three, two, one)
}

// TestAFlappingGroupSaysSo fires a group again whose members had all recovered, and has
// Slack's answer to its card get lost: there is one card all the same.
func TestAFlappingGroupSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	w.start()
	one := w.send(batch{group: "a", firing: []string{"db1", "db2"}}.alert())
	root := w.card(platform, one, "2 firing")
	until(t, "the card has a thread", func() bool { return strings.Contains(w.thread(root), "SMS to Hal Byrne") })
	w.send(batch{group: "a", over: []string{"db1", "db2"}}.alert())
	w.state(one, "resolved")
	var lost atomic.Bool // the answer to the first post in the thread that is shown outside
	w.slack.Fault(func(method string, form url.Values) *slackfake.Response {
		if method != "chat.postMessage" || form.Get("reply_broadcast") == "" || lost.Swap(true) {
			return nil
		}
		return &slackfake.Response{Accept: true, Drop: true}
	})
	two := w.send(batch{group: "a", firing: []string{"db2", "db3"}}.alert())
	w.cardIn(root, two, "again, last "+one, `2 firing: instance="db3", instance="db2"`)
	until(t, "the thread goes on", func() bool { return strings.Contains(w.thread(root), "again, last "+one) })
	other := w.send(batch{group: "b", firing: []string{"db4"}}.alert())
	if words := w.card(platform, other, "DiskFull").Words(); strings.Contains(words, "again") {
		t.Errorf("another group is told to be here again: %s", words)
	}
	if last := w.incident(two); !last.tells("again", "prometheus", "again, last "+one) {
		t.Errorf("the timeline lacks it: %+v", last.Timeline)
	}
}
