package acceptance

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage"
)

// TestF64AStopIsToldAfterACrash leaves a store as a program does that was killed between
// noting that Hal replied STOP and writing down whom that is told.
func TestF64AStopIsToldAfterACrash(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lonely())
	options, err := redis.ParseURL(w.redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	store := storage.New(storage.Options{Redis: client, Now: time.Now})
	stop := oncall.Trouble{Kind: oncall.Stopped, Via: oncall.SMS, Phone: oncall.Phone(numbers["hal"]), Since: time.Now(), Words: "STOP"}
	if _, err := store.Trouble(t.Context(), "hal", stop); err != nil {
		t.Fatal(err)
	}
	const words = "Hal Byrne's phone replied STOP"
	first := w.start()
	w.message(platform, words)
	first.kill()
	w.start()
	w.carried(w.phones.Phone(numbers["hal"]), "START")
	w.message(platform, "Hal Byrne's phone takes SMS again")
	w.message(platform, words) // once
}

// TestS25ANumberThatTheFileGivesAway has Ana link a number that the file gives to Ben
// later: her pages go to her own of the file again, and everybody concerned is told.
func TestS25ANumberThatTheFileGivesAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, linking(""))
	first := w.start()
	w.link(linked)
	w.write(strings.ReplaceAll(linking(""), numbers["ben"], linked))
	first.signal(syscall.SIGHUP)
	const words = "+1617…99, linked in chat, is not used: the file gives it to Ben Adeyemi"
	first.says(words)
	w.hears("ana", "phone", "+1617…01, from the file", words)
	w.hears("ana", "me", words)
	id := w.send(triggered("Disk full", ""))
	w.texted(numbers["ana"], 1, id)
	w.answers(w.phones.Phone(linked), "14", "You have no incident 1.") // Ben's answer
	w.reply(w.phones.Phone(numbers["ana"]), "14")
	w.state(id, "acknowledged")
	first.kill()
	w.start()
	w.message(w.slack.DM(slackIDs["ana"]), words, "another number")
	w.hears("ana", "phone remove", "+1617…01 again")
	w.hears("ana", "phone", "Your phone: +1617…01, from the file.")
}

// TestF55AnAccountThatTwilioRefusesIsReplacedAtOnce has the wrong token: the gateway
// sends Hal's first page, Paul is told, and a call that nobody can make is passed.
func TestF55AnAccountThatTwilioRefusesIsReplacedAtOnce(t *testing.T) {
	t.Parallel()
	m := newModem(t)
	w := newWorld(t, lonely()+`
sms_gateway:
  method: GET
  url: "`+m.url+`/sendsms?key=${GATEWAY_KEY}&to={{urlquery .To}}&text={{urlquery .Text}}"
`)
	w.env["GATEWAY_KEY"] = gatewayKey
	w.start("TWILIO_AUTH_TOKEN=canarytwilioold00")
	id := w.send(triggered("Disk full", ""))
	until(t, "hal's SMS goes by the gateway", func() bool { return len(m.about(id)) > 0 })
	w.message(w.slack.DM(slackIDs["paul"]), "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")
	if w.told(id, "SMS to hal refused") {
		t.Errorf("the timeline tells of a page that went out as one that failed: %+v", w.incident(id).Timeline)
	}
}
