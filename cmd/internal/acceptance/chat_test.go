package acceptance

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// day is a configuration in which nothing happens by itself after the first page.
var day = configuration(map[string]string{
	"ana": "{after: 0s, via: chat}",
	"ben": "{after: 0s, via: chat, every: 1s, times: 60}",
	"hal": "{after: 0s, via: voice, every: 1s, times: 60}",
}, `
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, ben, hal, paul]
    schedules:
      techops: {layers: [{participants: [ana], shift: 1w, start: 2020-01-06T09:00}]}
    policies:
      default:
        tiers:
          - {page: [schedule:techops], wait: 1h}
          - {page: [person:hal], wait: 1h}
  web:
    name: Web
    members: [wes, ben]
    policies: {default: {tiers: [{page: [person:ben], wait: 1h}]}}
`)

func TestAClickTakesTheIncident(t *testing.T) {
	t.Parallel()
	w := newWorld(t, day)
	w.start()
	id := w.send(triggered("Queue is stuck", ""))
	card := w.card(platform, id, "Ana Ortiz by chat")
	if err := w.click("dina", card.TS, "ack"); err != nil {
		t.Fatal(err)
	}
	w.card(platform, id, "acknowledged by ")
	if by := w.incident(id).State; by != "acknowledged" {
		t.Errorf("after the click the incident is %s", by)
	}
	card = w.card(platform, id, "acknowledged by Dina Haddad after ")
	if _, ok := card.Control("ack"); ok {
		t.Error("the card still asks for an acknowledgement")
	}
	if err := w.click("ana", card.TS, "resolve"); err != nil {
		t.Fatal(err)
	}
	w.card(platform, id, "resolved by Ana Ortiz after ")
}

func TestTheWordsOfTheSlashCommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, day)
	w.start()
	first := w.send(triggered("First of two", ""))
	second := w.send(triggered("Second of two", ""))
	tests := []struct {
		name, text string
		want       []string
	}{
		{"who is on call", "who", []string{"platform/techops: Ana Ortiz"}},
		{"what is open", "list", []string{"2 open incidents", first, second, "First of two"}},
		{"a typo in the word", "rezolve " + first, []string{"resolve"}},
		{"a typo in the number", "ack PLATFORM-99", []string{"PLATFORM-99"}},
		{"help", "help", []string{"ack", "escalate", "who"}},
		{"help for one word", "help ack", []string{"ack"}},
		{"taken", "ack " + first, []string{first + " acknowledged"}},
		{"taken again", "ack " + first, []string{first + " is already acknowledged by you"}},
		{"to the next tier", "escalate " + second, []string{second + " escalated", "Hal Byrne"}},
		{"ended, in small letters and with a note", "resolve " + strings.ToLower(second) + " it was the cache", []string{second + " resolved"}},
		{"what is open in the end", "list", []string{"1 open incident", first}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reply, err := w.slack.Command(slackIDs["ben"], platform, "/oncall", tt.text)
			if err != nil {
				t.Fatalf("/oncall %s: %v", tt.text, err)
			}
			words := reply.Message.Words()
			for _, want := range tt.want {
				if !strings.Contains(words, want) {
					t.Errorf("/oncall %s: %q, want %q in it", tt.text, words, want)
				}
			}
			if reply.Message.Ephemeral != slackIDs["ben"] {
				t.Errorf("/oncall %s: not seen by ben alone", tt.text)
			}
		})
	}
	if got := w.incident(first); got.State != "acknowledged" || got.by() != "ben" {
		t.Errorf("%s is %s by %q, want acknowledged by ben", first, got.State, got.by())
	}
	if got := w.incident(second).State; got != "resolved" {
		t.Errorf("%s is %s, want resolved", second, got)
	}
}

// TestOnlyAKeyTakesTheCall escalates to hal, whose phone is answered by children,
// by a mailbox and at last by himself.
func TestOnlyAKeyTakesTheCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, day)
	w.phones.SetPace(0.001)
	w.start()
	hal := w.phones.Phone(numbers["hal"])
	hal.OnCall(twiliofake.Presses("1238"))
	id := w.send(triggered("Replica is behind", ""))
	card := w.card(platform, id, "Ana Ortiz by chat", "Tier 2 (Hal Byrne)")
	if err := w.click("ana", card.TS, "escalate"); err != nil {
		t.Fatal(err)
	}
	until(t, "wrong keys were pressed", func() bool { return ended(hal, "123", 1) })
	hal.OnCall(twiliofake.Voicemail())
	until(t, "the mailbox heard it out", func() bool { return ended(hal, "", 1) })
	hal.OnCall(twiliofake.Ignores())
	until(t, "somebody listened and pressed nothing", func() bool { return ended(hal, "", 3) })
	if got := w.incident(id).State; got != "triggered" {
		t.Fatalf("without its key the incident is %s", got)
	}
	hal.OnCall(twiliofake.Presses("4"))
	w.state(id, "acknowledged")
	if by := w.incident(id).by(); by != "hal" {
		t.Errorf("acknowledged by %q, want hal", by)
	}
	w.card(platform, id, "acknowledged by Hal Byrne after ")
	until(t, "the call says so", func() bool {
		for _, c := range hal.Calls() {
			if s := c.State(); s.Keys == "4" && strings.Contains(strings.Join(s.Spoken, " "), "acknowledged") {
				return true
			}
		}
		return false
	})
}

// ended reports whether that many calls to a phone are over in which just these
// keys were pressed.
func ended(p *twiliofake.Phone, keys string, calls int) bool {
	for _, c := range p.Calls() {
		if s := c.State(); s.Over() && s.Keys == keys {
			calls--
		}
	}
	return calls <= 0
}

// click presses a button of a message in the platform's channel.
func (w *world) click(person, ts, button string) error {
	status, body, err := w.slack.Click(slackIDs[person], platform, ts, button)
	if err == nil && status != http.StatusOK {
		w.t.Errorf("click on %s: status %d: %s", button, status, body)
	}
	return err
}

// reply sends an SMS from a phone, and returns when and how it was answered.
func (w *world) reply(p *twiliofake.Phone, text string) (at time.Time, words string) {
	w.t.Helper()
	status, body, err := p.Reply(text)
	at = time.Now()
	if err != nil || status != http.StatusOK {
		w.t.Fatalf("reply %q: status %d, %v: %s", text, status, err, body)
	}
	return at, strings.ReplaceAll(strings.ReplaceAll(string(body), "&#39;", "'"), "&apos;", "'")
}
