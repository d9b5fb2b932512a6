package acceptance

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// visits opens somebody's home.
func (w *world) visits(person string) {
	w.t.Helper()
	if err := w.slack.OpenHome(slackIDs[person]); err != nil {
		w.t.Fatalf("%s opens their home: %v", person, err)
	}
}

// home waits until somebody's home says all these words.
func (w *world) home(person string, words ...string) (shown slackfake.Message) {
	w.t.Helper()
	defer func() {
		if w.t.Failed() {
			w.t.Logf("the home of %s:\n%s", person, shown.Words())
		}
	}()
	until(w.t, person+"'s home says "+strings.Join(words, ", "), func() bool {
		_, shown = w.slack.Home(slackIDs[person])
		for _, word := range words {
			if !strings.Contains(shown.Words(), word) {
				return false
			}
		}
		return true
	})
	return shown
}

// taps presses the button of somebody's home that says these words.
func (w *world) taps(person, words string) {
	w.t.Helper()
	if err := w.slack.PressHome(slackIDs[person], "say:"+words); err != nil {
		w.t.Fatalf("%s presses %q: %v", person, words, err)
	}
}

// published counts how often somebody's home was.
func (w *world) published(person string) (n int) {
	for _, c := range w.slack.CallsTo("views.publish") {
		if c.Form.Get("user_id") == slackIDs[person] {
			n++
		}
	}
	return n
}

// TestAHomeFollowsWhatHappens acts from homes and elsewhere, on two instances.
func TestAHomeFollowsWhatHappens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(anas(), ""))
	other := freeAddress(t)
	w.start()
	w.start("EARSHOT_LISTEN=" + other)
	w.events(w.addr)
	w.visits("ana")
	w.visits("paul")
	w.home("ana", "Nothing is with you.", "platform/techops: Ana Ortiz", "Your shifts", "Ask for cover", "You are paged by chat now", "Reach:", "Platform, the last 7 days", "Incidents: 0")
	w.home("paul", "No shifts in the next 90 days")

	id := w.send(triggered("Disk <!channel> full", ""))
	w.home("ana", id+" critical, triggered", "Disk &lt;!channel&gt; full", "Acknowledge", "Escalate")
	w.reach(other)
	w.events(other)
	w.taps("ana", "ack "+id)
	w.home("ana", id+" acknowledged", "acknowledged by you")
	w.card(platform, id, "acknowledged by Ana Ortiz")
	w.act(id, "resolve", "ben")
	w.home("ana", "Nothing is with you.")

	w.hears("ben", "override platform/techops @ben for 2h", "Ben Adeyemi instead of Ana Ortiz")
	w.home("paul", "platform/techops: Ben Adeyemi")
	w.home("ana", "platform/techops: Ben Adeyemi")

	w.visits("ben")
	w.home("ben", "platform/techops: now, until")
	before := w.published("paul")
	w.taps("ben", "swap shift now on platform/techops")
	until(t, "a form asks with whom", func() bool { return len(modals(w.slack)) == 1 })
	if _, err := w.slack.Submit(slackIDs["ben"], modals(w.slack)[0].ID, map[string]string{"person": "@ana", "theirs": "nothing"}); err != nil {
		t.Fatal(err)
	}
	w.home("ben", "Ana Ortiz is asked.", "Withdraw")
	w.message(w.slack.DM(slackIDs["ana"]), "Ben Adeyemi asks to swap shifts with you")
	if again := w.published("paul"); again != before {
		t.Errorf("paul's home was published %d times for nothing new", again-before)
	}
	if w.published("dina") > 0 {
		t.Error("a home that nobody opened was published")
	}
}

func modals(s *slackfake.Server) (all []slackfake.View) {
	for _, v := range s.Views() {
		if v.Type == "modal" {
			all = append(all, v)
		}
	}
	return all
}

// TestHomesAreInNobodysWay has Slack limit homes: pages and cards go on, and the home
// follows when Slack lets it.
func TestHomesAreInNobodysWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(anas(), ""))
	w.start()
	w.events(w.addr)
	w.visits("ana")
	w.home("ana", "Nothing is with you.")
	w.slack.Fault(func(method string, _ url.Values) *slackfake.Response {
		if method == "views.publish" {
			return &slackfake.Response{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}}
		}
		return nil
	})
	id := w.send(triggered("Disk full", ""))
	w.card(platform, id)
	until(t, "ana is paged", func() bool { return w.paged(id, "chat", slackIDs["ana"]) > 0 })
	w.slack.Heal()
	w.home("ana", id)
}

// TestAStrangersHomeSaysWhoIsOnCall opens that of somebody who is in no configuration.
func TestAStrangersHomeSaysWhoIsOnCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(anas(), ""))
	w.start()
	w.events(w.addr)
	w.slack.AddUser("U0EVE", "Eve Low", "")
	if err := w.slack.OpenHome("U0EVE"); err != nil {
		t.Fatal(err)
	}
	until(t, "it says so", func() bool {
		_, shown := w.slack.Home("U0EVE")
		return strings.Contains(shown.Words(), "You are not in Earshot's configuration") && strings.Contains(shown.Words(), "platform/techops: Ana Ortiz")
	})
}
