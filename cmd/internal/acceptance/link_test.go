package acceptance

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// linked is the number that Ana links.
const linked = "+16175550199"

// linking is a configuration in which Ana is paged by SMS and, an hour later, by voice;
// after her Paul.
func linking(more string) string {
	return configuration(map[string]string{
		"ana":  "{after: 0s, via: sms}, {after: 1h, via: voice}",
		"paul": "{after: 0s, via: chat}",
	}, more+`
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, ben, hal, paul]
    policies:
      default:
        tiers:
          - {page: [person:ana], wait: 1h}
          - {page: [person:paul], wait: 1h}
`)
}

var sixDigits = regexp.MustCompile(`\b[0-9]{6}\b`)

// texted waits for the n-th SMS to a phone that has all these words.
func (w *world) texted(number string, n int, words ...string) twiliofake.Message {
	w.t.Helper()
	var got []twiliofake.Message
	until(w.t, fmt.Sprintf("SMS %d to %s says %s", n, number, strings.Join(words, ", ")), func() bool {
		got = slices.DeleteFunc(w.phones.Phone(number).Messages(), func(m twiliofake.Message) bool {
			return m.Inbound || slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(m.Body, word) })
		})
		return len(got) >= n
	})
	return got[n-1]
}

// carried sends a word that the carrier answers, and wants silence of earshot.
func (w *world) carried(p *twiliofake.Phone, word string) {
	w.t.Helper()
	if status, body, err := p.Reply(word); err != nil || status != http.StatusNoContent {
		w.t.Errorf("%s: status %d, %v: %s; want silence", word, status, err, body)
	}
}

// link has Ana link a number of hers.
func (w *world) link(number string) {
	w.t.Helper()
	w.hears("ana", "phone "+number, "A code is on its way to +1617…99")
	code := sixDigits.FindString(w.texted(number, 1, "Ana Ortiz", "15 minutes").Body)
	if code == "" {
		w.t.Fatal("no code in the SMS")
	}
	w.hears("ana", "verify "+code, "+1617…99 is your phone now")
}

// TestALinkedPhoneIsPagedAndStopsAndStarts goes from the code, over a restart, to STOP
// and START and back to the number of the file.
func TestALinkedPhoneIsPagedAndStopsAndStarts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, linking(""))
	w.phones.SetPace(0.001)
	first := w.start("EARSHOT_LOG_LEVEL=debug")
	w.hears("ana", "phone +1 617 555 0199", "A code is on its way to +1617…99")
	code := sixDigits.FindString(w.texted(linked, 1, "Ana Ortiz").Body)
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	w.hears("ana", "verify "+wrong, "not the code", "4")
	w.hears("ben", "verify "+code, "No code of yours is open")
	first.kill()
	second := w.start("EARSHOT_LOG_LEVEL=debug")
	w.hears("ana", "verify "+code, "+1617…99 is your phone now")
	w.hears("ana", "verify "+code, "No code of yours is open")
	w.hears("ana", "me", "+1617…99, linked in chat")
	w.hears("ben", "phone "+linked, "somebody else's")
	w.texted(numbers["ana"], 1, "is no longer the number of Ana Ortiz", "If that wasn't you")
	w.message(w.slack.DM(slackIDs["ana"]), "Your phone at Earshot is +1617…99", "If that wasn't you")

	id := w.send(triggered("Queue is stuck", ""))
	w.texted(linked, 1, id)
	w.reply(w.phones.Phone(linked), "4")
	w.state(id, "acknowledged")

	phone := w.phones.Phone(linked)
	phone.OnCall(twiliofake.Presses("4"))
	w.carried(phone, "STOP")
	const stopped = "Ana Ortiz's phone replied STOP"
	w.message(platform, stopped, "START")
	w.message(w.slack.DM(slackIDs["paul"]), stopped, "START")
	w.message(w.slack.DM(slackIDs["ana"]), "replied STOP", "START")
	w.carried(phone, "STOP") // told once
	id = w.send(triggered("Disk is full", ""))
	w.state(id, "acknowledged") // by the call, at once
	if len(phone.Calls()) != 1 {
		t.Errorf("%d calls, want one", len(phone.Calls()))
	}
	w.hears("ana", "phone "+linked, "replied STOP", "START")
	second.kill()
	third := w.start("EARSHOT_LOG_LEVEL=debug")
	w.carried(phone, "START")
	w.message(platform, "Ana Ortiz's phone takes SMS again")
	w.message(w.slack.DM(slackIDs["paul"]), "Ana Ortiz's phone takes SMS again")
	w.message(platform, stopped) // still one
	id = w.send(triggered("Cache is cold", ""))
	w.texted(linked, 1, id)
	w.act(id, "acknowledge", "ana")

	w.hears("ana", "phone remove", "+1617…01 again, from the file")
	w.texted(linked, 1, "is no longer the number of Ana Ortiz")
	id = w.send(triggered("Link is down", ""))
	w.texted(numbers["ana"], 1, id)
	for i, p := range []*program{first, second, third} {
		for _, secret := range []string{code, "555-0199", "6175550199", "6175550101"} {
			if strings.Contains(p.words(), secret) {
				t.Errorf("%q is in the log of start %d", secret, i+1)
			}
		}
	}
}

// TestACodeIsReadToALandline has it called, and proves the number of the file anew
// after somebody there said that it was wrong.
func TestACodeIsReadToALandline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, linking(""))
	w.phones.SetPace(0.001)
	w.start()
	phone := w.phones.Phone(numbers["ana"])
	phone.OnCall(twiliofake.PicksUp())
	w.reply(phone, "WRONG")
	w.message(platform, "Ana Ortiz's phone", "wrong number")
	id := w.send(triggered("Queue is stuck", ""))
	until(t, "paul is paged at once", func() bool { return w.paged(id, "chat", slackIDs["paul"]) > 0 })
	w.hears("ana", "phone "+numbers["ana"]+" call", "Earshot calls +1617…01")
	var code string
	until(t, "the code is read twice", func() bool {
		c := phone.Call()
		if c == nil {
			return false
		}
		digits := strings.ReplaceAll(strings.Join(c.State().Spoken, " "), ", ", "")
		all := sixDigits.FindAllString(digits, -1)
		if len(all) == 2 {
			code = all[0]
		}
		return len(all) == 2 && all[0] == all[1]
	})
	w.hears("ana", "verify "+code, "is your phone, as before")
	w.message(platform, "Ana Ortiz's phone is paged again")
	id = w.send(triggered("Disk is full", ""))
	w.texted(numbers["ana"], 1, id)
}

// TestS26PagesToALinkedNumberAreCapped lets two through; the third goes to the next
// tier, and the admin is told. The number of the file is paged whatever was spent.
func TestS26PagesToALinkedNumberAreCapped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, linking("phones: {countries: [US], pages_per_person: 2}"))
	w.start()
	w.hears("ana", "phone +33612345678", "FR", "US")
	w.hears("ana", "phone +19005550100", "premium")
	w.link(linked)
	for i := range 2 {
		w.texted(linked, 1, w.send(triggered(fmt.Sprint("Disk ", i), "")))
	}
	id := w.send(triggered("Disk 3", ""))
	until(t, "paul is paged at once", func() bool { return w.paged(id, "chat", slackIDs["paul"]) > 0 })
	w.message(w.slack.DM(slackIDs["paul"]), "linked in chat are held back", "Ana Ortiz")
	if n := len(w.phones.Phone(linked).Calls()); n > 0 {
		t.Errorf("%d calls beyond the cap", n)
	}
	w.say("ana", "phone remove")
	for i := range 3 {
		w.texted(numbers["ana"], 1, w.send(triggered(fmt.Sprint("Queue ", i), "")))
	}
}

// TestS26CodesAreCapped asks for them until it is refused.
func TestS26CodesAreCapped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, linking(""))
	w.start()
	for range 5 {
		w.hears("ana", "phone "+linked, "A code is on its way")
	}
	w.hears("ana", "phone "+linked, "Too many codes", "can be asked for in")
	w.texted(linked, 5, "code")
	if n := len(w.phones.Phone(linked).Messages()); n != 5 {
		t.Errorf("%d SMS were sent, want 5", n)
	}
	w.hears("ben", "phone "+linked, "Too many codes") // the number has had its day's
}
