package acceptance

import (
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// own is a configuration in which Hal is on call and everybody is paged by default.
var own = configuration(nil, `
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, ben, hal, paul]
    schedules:
      techops: {layers: [{participants: [hal], shift: 1w, start: 2020-01-06T09:00}]}
    policies: {default: {tiers: [{page: [schedule:techops], wait: 1h}]}}
`)

// received waits until a phone has got an SMS with these words.
func (w *world) received(p *twiliofake.Phone, words string) {
	w.t.Helper()
	until(w.t, "an SMS says "+words, func() bool { return w.texts(p, words) > 0 })
}

// texts counts the SMS of a phone with these words.
func (w *world) texts(p *twiliofake.Phone, words string) int {
	n := 0
	for _, m := range p.Messages() {
		if strings.Contains(m.Body, words) {
			n++
		}
	}
	return n
}

// TestATestComesBackByEveryWay has Ana test chat, SMS and a call, each answered in
// its own way, and shows what came back.
func TestATestComesBackByEveryWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, own)
	w.phones.SetPace(0.01)
	w.start()
	phone := w.phones.Phone(numbers["ana"])
	phone.OnCall(twiliofake.Presses("4"))
	w.hears("ana", "test me", "chat: press the button; SMS: reply HERE; call: press 4")
	dm := w.slack.DM(slackIDs["ana"])
	page := w.message(dm, "Test page from Earshot for Ana Ortiz")
	w.message(dm, "Test of ", "chat delivered", "SMS delivered", "call answered with 4")
	w.press("ana", page, "It reached me")
	w.message(dm, "Test of ", "chat answered", "SMS delivered")
	w.received(phone, "Reply HERE if it reached you.")
	if _, said := w.reply(phone, "Here"); !strings.Contains(said, "Thank you. The test reached you by SMS.") {
		t.Errorf("HERE is answered with %q", said)
	}
	w.message(dm, "Test of ", "chat answered", "SMS answered", "call answered with 4")
	until(t, "me knows it", func() bool {
		words := w.say("ana", "me").Words()
		return strings.Contains(words, "delivered: chat just now, SMS just now, call just now") && strings.Contains(words, "Last test, ")
	})
}

// TestWhoHasNoChatTestsBySMS has Hal ask by SMS, with a mailbox that takes the call,
// and kills the program while the test is under way.
func TestWhoHasNoChatTestsBySMS(t *testing.T) {
	t.Parallel()
	w := newWorld(t, own)
	w.phones.SetPace(0.01)
	first := w.start()
	phone := w.phones.Phone(numbers["hal"])
	phone.OnCall(twiliofake.Voicemail())
	if _, said := w.reply(phone, "test me"); !strings.Contains(said, "SMS: reply HERE; call: press 4") {
		t.Errorf("test me is answered with %q", said)
	}
	w.received(phone, "Test page from Earshot for Hal Byrne. Reply HERE if it reached you.")
	until(t, "who says that the mailbox took the call", func() bool {
		return strings.Contains(w.say("dina", "who").Words(), "Hal Byrne (⚠ test of just now: call answered by nobody")
	})
	first.kill()
	w.start()
	if _, said := w.reply(phone, "HERE"); !strings.Contains(said, "The test reached you by SMS") {
		t.Errorf("HERE is answered with %q", said)
	}
	w.received(phone, "call answered by nobody, or by voicemail")
	if n := w.texts(phone, "Test page"); n != 1 {
		t.Errorf("%d test pages by SMS", n)
	}
	if n := w.texts(phone, "Test of "); n != 1 {
		t.Errorf("told %d times what came back", n)
	}
}

// TestARefusedSenderShowsInWho finds by a test what a page would have run into.
func TestARefusedSenderShowsInWho(t *testing.T) {
	t.Parallel()
	w := newWorld(t, own)
	w.phones.SetPace(0.01)
	first := w.start()
	w.hears("dina", "who", "platform/techops: Hal Byrne")
	phone := w.phones.Phone(numbers["hal"])
	phone.OnSMS(twiliofake.Undelivers(30034))
	w.reply(phone, "test me")
	sign := func() bool {
		words := w.say("dina", "who").Words()
		return strings.Contains(words, "Hal Byrne (⚠ ") && strings.Contains(words, "unregistered sender")
	}
	until(t, "who says it", sign)
	first.kill()
	w.start()
	if !sign() {
		t.Errorf("a restart forgot it: %s", w.say("dina", "who").Words())
	}
	phone.OnSMS(twiliofake.Delivers())
	w.reply(phone, "test me")
	until(t, "who takes it back", func() bool { return !strings.Contains(w.say("dina", "who").Words(), "unregistered sender") })
}

// TestARollCallThatNobodyAnswersIsTold hands over from Ana to Ben, who says nothing,
// with two programs at work: Ana, who goes off, and Paul, the admin, are told once.
func TestARollCallThatNobodyAnswersIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(turning(), "announce: {rollcall: 3s}"))
	other := freeAddress(t)
	w.start()
	w.start("EARSHOT_LISTEN=" + other)
	w.message(w.slack.DM(slackIDs["ben"]), "You are on call now", "Please say within 3s that you are here")
	for _, who := range []string{"ana", "paul"} {
		w.message(w.slack.DM(slackIDs[who]), "Ben Adeyemi has not said that they are here", "platform/techops")
	}
	w.hears("dina", "audit platform", "roll call of Ben Adeyemi on platform/techops", "no answer")
}

// TestOneTapAnswersARollCall hands over from Ana to Ben, who presses the button.
func TestOneTapAnswersARollCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(turning(), "announce: {rollcall: 30m}"))
	w.start()
	w.message(platform, "Handoff of Platform", "Reach of Ben Adeyemi: Slack from the file")
	dm := w.slack.DM(slackIDs["ben"])
	asked := w.message(dm, "You are on call now", "Please say within 30m that you are here")
	w.press("ben", asked, "I'm here")
	answered := w.message(dm, "You are on call now", "Here since ")
	if answered.TS != asked.TS || slices.ContainsFunc(answered.Controls(), func(c slackfake.Control) bool { return c.Text == "I'm here" }) {
		t.Errorf("the message still asks: %s", answered.Words())
	}
	w.hears("dina", "audit platform", "roll call on platform/techops")
}
