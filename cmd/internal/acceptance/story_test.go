package acceptance

import (
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// night is the story's configuration: minutes are seconds.
var night = configuration(map[string]string{
	"ana":  "{after: 0s, via: chat}, {after: 1s, via: sms}, {after: 2s, via: voice, every: 3s}",
	"wes":  "{after: 0s, via: chat, every: 2s, times: 60}",
	"dina": "{after: 0s, via: chat}, {after: 1s, via: sms}",
	"hal":  "{after: 0s, via: sms}, {after: 2s, via: voice, every: 2s}",
	"paul": "{after: 0s, via: chat}, {after: 1s, via: sms, every: 1s}",
	"mona": "{after: 0s, via: chat}, {after: 1s, via: voice, every: 2s}",
}, `
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, ben, dina, hal, paul]
    schedules:
      techops:   {layers: [{participants: [ana], shift: 1w, start: 2020-01-06T09:00}]}
      secondary: {layers: [{participants: [dina], shift: 1w, start: 2020-01-06T09:00}]}
    policies:
      default:
        tiers:
          - {page: [schedule:techops, schedule:web/devs], wait: 5s}
          - {page: [schedule:secondary], wait: 3s}
          - {page: [person:hal], wait: 4s}
          - {page: [team:management], wait: 10m}
        fallback: [channel]
  web:
    name: Web
    slack_channel: C0WEB
    members: [wes]
    schedules:
      devs: {layers: [{participants: [wes], shift: 1w, start: 2020-01-06T09:00}]}
    policies: {default: {tiers: [{page: [schedule:devs], wait: 1h}]}}
  management:
    name: Management
    members: [mona, paul]
`)

// TestTheWholeStory is the night for which the product is made.
func TestTheWholeStory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, night)
	w.start()
	ana, hal, mona := w.phones.Phone(numbers["ana"]), w.phones.Phone(numbers["hal"]), w.phones.Phone(numbers["mona"])
	ana.OnCall(twiliofake.PicksUp())

	const summary = "97 percent of var is used on db1"
	if id := w.send(prometheus("firing", "DiskFull", summary)); id != "PLATFORM-1" {
		t.Fatalf("Alertmanager was told of incident %q, want PLATFORM-1", id)
	}
	card := w.card(platform, "PLATFORM-1", "PLATFORM-1", "CRITICAL", "DiskFull: "+summary,
		"Ana Ortiz", "Wes Lindqvist", "Next:", "Tier 2 (Dina Haddad) at ")
	for _, button := range []string{"ack", "resolve", "escalate"} {
		if _, ok := card.Control(button); !ok {
			t.Errorf("the card has no button %q: %v", button, card.Controls())
		}
	}
	until(t, "ana has a direct message", func() bool { return w.directed("ana", "PLATFORM-1") })
	until(t, "wes has a direct message", func() bool { return w.directed("wes", "PLATFORM-1") })

	// The old Nagios fires too, at another team: its pages go on whatever becomes of
	// the first incident.
	w.send(nagios("CRITICAL", "shop/http", "HTTP on shop-web is down", "web"))
	w.card(web, "WEB-1", "HTTP on shop-web is down", "Wes Lindqvist")

	until(t, "ana has an SMS", func() bool { return texted(ana, "PLATFORM-1 CRITICAL: DiskFull") })
	if !texted(ana, "Reply 14 ack, 16 resolve, 15 escalate") {
		t.Errorf("ana's SMS offers no answers: %v", ana.Messages())
	}
	until(t, "ana's call takes keys", func() bool { c := ana.Call(); return c != nil && c.State().Listening })
	call := ana.Calls()[0]
	if spoken := strings.Join(call.State().Spoken, " "); !strings.Contains(spoken, summary) || !strings.Contains(spoken, "Platform") || !strings.Contains(spoken, "press 4") {
		t.Errorf("the call says %q", spoken)
	}
	for !call.State().Over() {
		if err := call.Timeout(); err != nil {
			t.Fatalf("nobody presses a key: %v", err)
		}
	}
	ana.OnCall(twiliofake.Rings())
	if state := w.incident("PLATFORM-1").State; state != "triggered" {
		t.Fatalf("a call without a key left the incident %s", state)
	}

	until(t, "dina, tier two, has a direct message", func() bool { return w.directed("dina", "PLATFORM-1") })
	until(t, "hal has an SMS", func() bool { return texted(hal, "PLATFORM-1 CRITICAL: DiskFull") })
	until(t, "hal's phone rings", func() bool { c := hal.Call(); return c != nil && c.Status() == "ringing" })
	until(t, "paul, management, has a direct message", func() bool { return w.directed("paul", "PLATFORM-1") })
	until(t, "mona's phone rings", func() bool { c := mona.Call(); return c != nil && c.Status() == "ringing" })

	answered, words := w.reply(hal, "4")
	if !strings.Contains(words, "PLATFORM-1 acknowledged. Others' pages have stopped.") {
		t.Errorf("hal is answered %q", words)
	}
	card = w.card(platform, "PLATFORM-1", "acknowledged by Hal Byrne after ")
	if _, ok := card.Control("ack"); ok {
		t.Error("the card still asks for an acknowledgement")
	}
	until(t, "no phone rings any more for it", func() bool {
		return !slices.ContainsFunc(w.phones.Calls(), func(c *twiliofake.Call) bool { return c.Status() == "ringing" })
	})
	seen := w.paged("WEB-1", "chat", slackIDs["wes"])
	until(t, "the other incident's pages go on", func() bool { return w.paged("WEB-1", "chat", slackIDs["wes"]) >= seen+3 })
	w.silentSince("PLATFORM-1", answered)

	for _, want := range []string{"Ana Ortiz", "Wes Lindqvist", "SMS", "call", "Dina Haddad", "Hal Byrne", "Mona Reyes", "acknowledged by Hal Byrne"} {
		until(t, "the thread tells of "+want, func() bool { return strings.Contains(w.thread(card), want) })
	}

	w.send(prometheus("resolved", "DiskFull", summary))
	w.card(platform, "PLATFORM-1", "resolved by prometheus after ")
	w.send(nagios("RECOVERY", "shop/http", "HTTP on shop-web is up", "web"))
	card = w.cardWhere(web, "WEB-1", "is over", func(m slackfake.Message) bool { return strings.Contains(m.Words(), "resolved by nagios after ") })
	if controls := card.Controls(); len(controls) != 0 {
		t.Errorf("a resolved incident offers %v", controls)
	}
}

// directed reports whether somebody has a direct message about an incident.
func (w *world) directed(person, id string) bool {
	return slices.ContainsFunc(w.slack.Messages(slackIDs[person]), func(m slackfake.Message) bool {
		return names(m.Text+" "+m.Words(), id)
	})
}

// texted reports whether an SMS with these words has arrived at a phone.
func texted(p *twiliofake.Phone, words string) bool {
	return slices.ContainsFunc(p.Messages(), func(m twiliofake.Message) bool {
		return !m.Inbound && m.Arrived && strings.Contains(m.Body, words)
	})
}
