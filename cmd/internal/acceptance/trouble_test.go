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
