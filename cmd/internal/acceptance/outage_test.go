package acceptance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// TestPhonesGoOnWithoutSlack has Slack answer 503 to everything: whoever would be
// told by chat hears by phone at once, the others at their time, and the card comes
// when Slack is back.
func TestPhonesGoOnWithoutSlack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, configuration(map[string]string{
		"ana": "{after: 0s, via: chat}, {after: 30m, via: sms}, {after: 1h, via: voice}",
		"hal": "{after: 0s, via: sms}, {after: 1s, via: voice}",
	}, `
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, hal]
    policies:
      default:
        tiers:
          - {page: [person:ana], wait: 2s}
          - {page: [person:hal], wait: 1h}
`))
	w.start()
	w.slack.FailAll(http.StatusServiceUnavailable)
	id := w.send(triggered("Disk full", ""))
	ana, hal := w.phones.Phone(numbers["ana"]), w.phones.Phone(numbers["hal"])
	until(t, "ana has an SMS long before its time", func() bool { return texted(ana, id) })
	until(t, "hal has an SMS", func() bool { return texted(hal, id) })
	until(t, "hal's phone rings", func() bool { return hal.Call() != nil })
	if n := w.paged(id, "sms", numbers["ana"]) + w.paged(id, "sms", numbers["hal"]); n != 2 {
		t.Errorf("%d SMS went out, want one to each", n)
	}
	if n := len(w.cards(platform, id)); n != 0 {
		t.Fatalf("%d cards while Slack is away", n)
	}

	w.slack.Heal()
	w.card(platform, id, "Disk full", "Ana Ortiz by SMS", "Direct message to Ana Ortiz failed")
	w.reply(ana, "4")
	w.card(platform, id, "acknowledged by Ana Ortiz after ")
}

// TestThePhoneThatFailsIsFollowedAtOnce has Twilio fail in several ways: the next
// step of the person, and of the team, does not wait for its time.
func TestThePhoneThatFailsIsFollowedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, configuration(map[string]string{
		"hal": "{after: 0s, via: sms}, {after: 1h, via: voice}",
		"ana": "{after: 0s, via: sms}, {after: 1h, via: chat}",
	}, `
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, hal]
    policies:
      default:
        tiers:
          - {page: [person:hal], wait: 1h}
          - {page: [person:ana], wait: 1h}
`))
	w.start()
	hal, ana := w.phones.Phone(numbers["hal"]), w.phones.Phone(numbers["ana"])
	hal.OnSMS(twiliofake.Undelivers(30003)) // taken, then reported as lost
	hal.OnCall(twiliofake.Busy())
	ana.OnSMS(twiliofake.RefusesSMS(21610)) // refused at once
	id := w.send(triggered("Disk full", ""))
	until(t, "hal is called", func() bool { return w.paged(id, "voice", numbers["hal"]) == 1 })
	until(t, "ana, the next tier, has a direct message", func() bool { return w.directed("ana", id) })
	card := w.card(platform, id, "SMS to Hal Byrne undelivered: the handset can't be reached (30003)", "SMS to Ana Ortiz refused: the recipient has replied STOP")
	// A phone in use is no fault that anybody could mend: the thread alone tells of it.
	until(t, "the thread tells of the call", func() bool { return strings.Contains(w.thread(card), "busy") })
}
