package acceptance

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// bens is a configuration in which Ben alone is on call, and Hal an hour behind him.
var bens = configuration(map[string]string{
	"ben": "{after: 0s, via: chat, every: 1s, times: 60}",
	"hal": "{after: 0s, via: sms}",
}, `
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ben, hal, paul]
    schedules:
      techops: {layers: [{participants: [ben], shift: 1w, start: 2020-01-06T09:00}]}
    policies:
      default:
        tiers:
          - {page: [schedule:techops], wait: 1h}
          - {page: [person:hal], wait: 1h}
`)

// deactivate has an account deactivated, or work again.
func (w *world) deactivate(person string, deleted bool) {
	w.slack.ChangeUser(slackIDs[person], func(u *slackfake.User) { u.Deleted = deleted })
}

// TestF50WhoeverIsDeactivatedIsPassed has Ben leave while he is paged, and come back.
func TestF50WhoeverIsDeactivatedIsPassed(t *testing.T) {
	t.Parallel()
	w := newSocketWorld(t, bens)
	w.start()
	w.linked(2)
	mine := w.send(triggered("Replica is behind", ""))
	w.hears("ben", "ack "+mine, mine+" acknowledged")
	id := w.send(triggered("Queue is stuck", ""))
	w.card(platform, id, "Ben Adeyemi by chat")
	w.deactivate("ben", true)
	if err := w.slack.TellUser(slackIDs["ben"]); err != nil {
		t.Fatal(err)
	}
	until(t, "hal is paged, an hour before his time", func() bool {
		return slices.ContainsFunc(w.phones.Phone(numbers["hal"]).Messages(), func(m twiliofake.Message) bool { return strings.Contains(m.Body, id) })
	})
	what := []string{"Ben Adeyemi's Slack account is deactivated", "platform/techops has nobody on call", mine + " was acknowledged by them", id + " paged them"}
	w.message(w.slack.DM(slackIDs["paul"]), what...)
	w.message(platform, what...)
	w.hears("paul", "who platform", "platform/techops: nobody")
	w.hears("paul", "audit", "Earshot (slack)", "Slack account of ben: works -&gt; deactivated")
	if err := w.slack.TellUser(slackIDs["ben"]); err != nil { // once more
		t.Fatal(err)
	}
	w.deactivate("ben", false)
	if err := w.slack.TellUser(slackIDs["ben"]); err != nil {
		t.Fatal(err)
	}
	w.message(w.slack.DM(slackIDs["paul"]), "Ben Adeyemi's Slack account works again")
	w.hears("paul", "who platform", "platform/techops: Ben Adeyemi")
	w.message(w.slack.DM(slackIDs["paul"]), what...) // that once alone
}

// TestF50WhoLeftUnheardIsFound starts earshot after Ben has left: no event tells of it.
func TestF50WhoLeftUnheardIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, bens)
	w.deactivate("ben", true)
	w.start()
	w.start("EARSHOT_LISTEN=" + freeAddress(t))
	w.message(w.slack.DM(slackIDs["paul"]), "Ben Adeyemi's Slack account is deactivated", "platform/techops has nobody on call")
	id := w.send(triggered("Queue is stuck", ""))
	w.card(platform, id, "Hal Byrne by SMS")
	if n := len(w.slack.CallsTo("users.list")); n != 1 {
		t.Errorf("two instances looked %d times, want one look for both", n)
	}
}

// TestS18AndS21WhoMayAcknowledge has a guest, a stranger of another workspace and one
// of this press the same button.
func TestS18AndS21WhoMayAcknowledge(t *testing.T) {
	t.Parallel()
	w := newWorld(t, day)
	w.slack.AddUser("U0GUEST", "Gil Guest", "")
	w.slack.ChangeUser("U0GUEST", func(u *slackfake.User) { u.Guest = true })
	w.slack.AddUser("U0FAR", "Faye Far", "")
	w.slack.ChangeUser("U0FAR", func(u *slackfake.User) { u.TeamID = "T0OTHER" })
	w.slack.AddUser("U0MAL", "Mallory Quinn", "")
	w.start()
	id := w.send(triggered("Queue is stuck", ""))
	card := w.card(platform, id, "Ana Ortiz by chat")
	press := func(user string) {
		t.Helper()
		if status, _, err := w.slack.Click(user, platform, card.TS, "ack"); err != nil || status != http.StatusOK {
			t.Fatalf("a click of %s is answered with %d, %v", user, status, err)
		}
	}
	for _, user := range []string{"U0GUEST", "U0FAR"} {
		press(user)
		until(t, user+" is refused", func() bool {
			return slices.ContainsFunc(w.slack.Messages(platform), func(m slackfake.Message) bool {
				return m.Ephemeral == user && strings.Contains(m.Words(), "may look, and change nothing")
			})
		})
	}
	if state := w.incident(id).State; state != "triggered" {
		t.Fatalf("after clicks of guests the incident is %s", state)
	}
	press("U0MAL")
	w.card(platform, id, "acknowledged by Mallory Quinn after ")
	var whole struct {
		Timeline []struct{ Kind, Actor, Account string }
	}
	w.admin(http.MethodGet, "/incidents/"+id, "", &whole)
	if !slices.Contains(whole.Timeline, struct{ Kind, Actor, Account string }{"acknowledged", "Mallory Quinn", "slack U0MAL"}) {
		t.Errorf("the timeline does not name who acknowledged: %+v", whole.Timeline)
	}
}
