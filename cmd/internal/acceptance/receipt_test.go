package acceptance

import (
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// lonely is a configuration in which Hal, who has no chat, is sent an SMS and would
// be called in an hour; Ana follows in another.
func lonely() string {
	return configuration(map[string]string{"hal": "{after: 0s, via: sms}, {after: 1h, via: voice}"}, `
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
`)
}

// told reports whether a line of an incident's timeline has these words.
func (w *world) told(id, words string) bool {
	w.t.Helper()
	for _, line := range w.incident(id).Timeline {
		if strings.Contains(line.Text, words) {
			return true
		}
	}
	return false
}

// TestF56ARefusedSMSBecomesACallAtOnce has carriers refuse our number, and then Hal
// reply STOP: the second time Twilio is not even asked.
func TestF56ARefusedSMSBecomesACallAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lonely())
	w.start()
	hal := w.phones.Phone(numbers["hal"])
	hal.OnSMS(twiliofake.RefusesSMS(30034))
	id := w.send(triggered("Disk full", ""))
	until(t, "hal's phone rings", func() bool { return w.paged(id, "voice", numbers["hal"]) == 1 })
	w.card(platform, id, "SMS to Hal Byrne refused: unregistered sender (30034)")
	if !w.told(id, "SMS to hal refused: unregistered sender (30034)") {
		t.Errorf("the timeline does not say why: %+v", w.incident(id).Timeline)
	}

	hal.OnSMS(twiliofake.RefusesSMS(21610))
	id = w.send(triggered("Disk full again", ""))
	until(t, "hal's phone rings", func() bool { return w.paged(id, "voice", numbers["hal"]) == 1 })
	asked := len(w.phones.RequestsTo("messages.create"))
	id = w.send(triggered("Disk full for the third time", ""))
	until(t, "hal's phone rings", func() bool { return w.paged(id, "voice", numbers["hal"]) == 1 })
	w.card(platform, id, "SMS to Hal Byrne refused: the recipient has replied STOP")
	for _, r := range w.phones.RequestsTo("messages.create")[asked:] {
		if r.Form.Get("To") == numbers["hal"] {
			t.Errorf("Twilio was asked to text a phone that replied STOP: %q", r.Form.Get("Body"))
		}
	}
}

// TestF57AnUndeliveredSMSBecomesACallAtOnce has the carrier lose one that Twilio took.
func TestF57AnUndeliveredSMSBecomesACallAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lonely())
	w.start()
	hal := w.phones.Phone(numbers["hal"])
	hal.OnSMS(twiliofake.Undelivers(30003))
	hal.OnCall(twiliofake.Presses("4"))
	id := w.send(triggered("Disk full", ""))
	w.state(id, "acknowledged")
	if !w.told(id, "SMS to hal undelivered: the handset can't be reached (30003)") {
		t.Errorf("the timeline does not say why: %+v", w.incident(id).Timeline)
	}
	if n := w.paged(id, "voice", numbers["hal"]); n != 1 {
		t.Errorf("hal was called %d times", n)
	}
}

// TestWithoutAPublicURLTwilioIsAskedWhatBecameOfAPage has no way for Twilio to reach
// us: nothing is offered that can't be done, the card says why, and what Twilio knows
// runs the next step all the same.
func TestWithoutAPublicURLTwilioIsAskedWhatBecameOfAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lonely())
	w.start("EARSHOT_PUBLIC_URL=")
	hal := w.phones.Phone(numbers["hal"])
	hal.OnSMS(twiliofake.Undelivers(30003))
	hal.OnCall(twiliofake.Busy())
	id := w.send(triggered("Disk full", ""))
	w.card(platform, id, "Pages by SMS can't be answered by phone: no public URL is set")
	until(t, "hal's phone rings", func() bool { return hal.Call() != nil })
	until(t, "ana, the next tier, has a direct message", func() bool { return w.directed("ana", id) })
	for _, m := range hal.Messages() {
		if strings.Contains(m.Body, "Reply") {
			t.Errorf("a reply is offered that can't arrive: %q", m.Body)
		}
	}
	if got := w.phones.Callbacks(); len(got) > 0 {
		t.Errorf("Twilio was told to call back: %+v", got[0])
	}
}

// TestASenderThatIsRefusedIsFollowedByAnother has one of two numbers refused. Hal
// answers the one that wrote.
func TestASenderThatIsRefusedIsFollowedByAnother(t *testing.T) {
	t.Parallel()
	const second = "+15005550007"
	w := newWorld(t, lonely())
	w.phones.AddNumber(second, twiliofake.Number{})
	w.start("TWILIO_FROM_NUMBER=" + w.phones.Options().From + "," + second)
	w.phones.Fault(func(_ string, form url.Values) *twiliofake.Response {
		if form.Get("From") == w.phones.Options().From {
			return twiliofake.Refusal(400, 21611)
		}
		return nil
	})
	hal := w.phones.Phone(numbers["hal"])
	id := w.send(triggered("Disk full", ""))
	until(t, "hal has an SMS", func() bool { return texted(hal, id) })
	if from := hal.Messages()[0].From; from != second {
		t.Errorf("the SMS came from %s", from)
	}
	w.reply(hal, "4")
	w.state(id, "acknowledged")
}

// TestF55ABusyTwilioIsFollowedByTheNextStep has it answer 429 to every SMS: a few
// tries, and then the call.
func TestF55ABusyTwilioIsFollowedByTheNextStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lonely())
	w.start()
	w.phones.Fault(func(operation string, _ url.Values) *twiliofake.Response {
		if operation == "messages.create" {
			return twiliofake.Refusal(429, 20429)
		}
		return nil
	})
	id := w.send(triggered("Disk full", ""))
	until(t, "hal's phone rings", func() bool { return w.paged(id, "voice", numbers["hal"]) == 1 })
	w.card(platform, id, "SMS to Hal Byrne refused: too many requests (20429)")
	if n := w.paged(id, "sms", numbers["hal"]); n != 3 {
		t.Errorf("%d tries before the next step, want 3", n)
	}
}
