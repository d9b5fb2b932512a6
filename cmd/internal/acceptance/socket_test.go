package acceptance

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// newSocketWorld prepares a world in which Slack and earshot talk over connections
// that earshot opens: nobody outside knows an address of earshot's.
func newSocketWorld(t *testing.T, config string) *world {
	t.Helper()
	w := newWorld(t, config)
	w.slack.SetApp("", "")
	for _, name := range []string{"SLACK_SIGNING_SECRET", "EARSHOT_PUBLIC_URL"} {
		delete(w.env, name)
	}
	w.env["SLACK_APP_TOKEN"] = w.slack.Options().AppToken
	return w
}

// linked waits until so many connections stand.
func (w *world) linked(n int) {
	w.t.Helper()
	until(w.t, fmt.Sprint(n, " connections stand"), func() bool { return len(w.slack.Links()) == n })
}

// TestSlackBySocketNeedsNoAddress does by socket what the HTTP stories do.
func TestSlackBySocketNeedsNoAddress(t *testing.T) {
	t.Parallel()
	w := newSocketWorld(t, day)
	p := w.start()
	w.linked(2)
	if got, err := ask(t, http.MethodPost, w.base()+"/slack/commands", "command=/oncall"); err != nil || got.status != http.StatusNotFound {
		t.Errorf("the address for commands answers %d, %v; want 404", got.status, err)
	}
	w.hears("dina", "who", "platform/techops: Ana Ortiz")
	id := w.send(triggered("Queue is stuck", ""))
	card := w.card(platform, id, "Ana Ortiz by chat")
	if err := w.click("dina", card.TS, "ack"); err != nil {
		t.Fatal(err)
	}
	card = w.card(platform, id, "acknowledged by Dina Haddad after ")
	w.hears("ben", "ack "+id, "already acknowledged by Dina Haddad")
	if _, err := w.slack.Mention(slackIDs["ana"], platform, card.TS, "resolve"); err != nil {
		t.Fatal(err)
	}
	w.card(platform, id, "resolved by Ana Ortiz after ")
	metrics, err := ask(t, http.MethodGet, w.base()+"/metrics", "")
	if want := `earshot_chat_requests_total{method="apps.connections.open",provider="slack",result="ok"} 2`; err != nil || !strings.Contains(metrics.body, want) {
		t.Errorf("the figures lack %s, %v", want, err)
	}
	p.signal(syscall.SIGTERM)
	if status := p.exit(patience); status != 0 {
		t.Errorf("exit status %d, want 0", status)
	}
	if strings.Contains(p.words()+metrics.body, w.env["SLACK_APP_TOKEN"]) {
		t.Error("the app's token stands in the log or the figures")
	}
}

// TestF43RedeliveryBySocketHasOneEffect delivers one mention over all connections of
// two instances, and again after a restart.
func TestF43RedeliveryBySocketHasOneEffect(t *testing.T) {
	t.Parallel()
	w := newSocketWorld(t, day)
	first := w.start()
	w.start("EARSHOT_LISTEN=" + freeAddress(t))
	w.linked(4)
	id := w.send(triggered("Queue is stuck", ""))
	card := w.card(platform, id, "Ana Ortiz by chat")
	said, err := w.slack.Say(slackIDs["ben"], platform, card.TS, "<@U0BOT> ack")
	if err != nil {
		t.Fatal(err)
	}
	event, err := w.slack.MentionBody(said)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if err := w.slack.Redeliver(event); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	w.card(platform, id, "acknowledged by Ben Adeyemi after ")
	w.act(id, "unacknowledge", "ana")
	first.kill()
	w.start()
	w.linked(4)
	for range 2 {
		if err := w.slack.Redeliver(event); err != nil {
			t.Error(err)
		}
	}
	if got := w.incident(id); got.State != "triggered" {
		t.Errorf("%s is %s: what was said before the restart counted again", id, got.State)
	}
}

// TestAnInstanceKilledDuringAClickLosesNothing kills the one that has the click
// between hearing it and storing what it says.
func TestAnInstanceKilledDuringAClickLosesNothing(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"before-commit", "after-commit"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newSocketWorld(t, day)
			calm := w.start()
			id := w.send(triggered("Queue is stuck", ""))
			card := w.card(platform, id, "Ana Ortiz by chat")
			until(t, "the thread is told", func() bool { return strings.Contains(w.thread(card), "Ana Ortiz") })
			calm.signal(syscall.SIGTERM)
			calm.exit(patience)
			w.linked(0)

			// Nothing is owed now, so that the next commit is the click's; the connection
			// that has waited longest gets it.
			doomed := w.start("EARSHOT_CRASH_AT=" + point + ":1")
			w.linked(2)
			other := freeAddress(t)
			w.start("EARSHOT_LISTEN=" + other)
			w.linked(4)
			if err := w.click("dina", card.TS, "ack"); err != nil {
				t.Error(err)
			}
			doomed.crashed()
			w.card(platform, id, "acknowledged by Dina Haddad after ")
			if got := len(w.slack.Envelopes()); got < 2 {
				t.Errorf("delivered %d times, want the dead one's again", got)
			}
		})
	}
}

// TestARefreshInMidFlightLosesNothing renews connections while people press.
func TestARefreshInMidFlightLosesNothing(t *testing.T) {
	t.Parallel()
	w := newSocketWorld(t, day)
	w.start()
	w.linked(2)
	for i := range 4 {
		id := w.send(triggered(fmt.Sprint("Queue ", i, " is stuck"), ""))
		card := w.card(platform, id, "Ana Ortiz by chat")
		link := w.slack.Links()[0]
		renewed := make(chan error, 1)
		go func() {
			if i%2 == 0 {
				renewed <- w.slack.Disconnect(link, "refresh_requested")
				return
			}
			renewed <- w.slack.Cut(link)
		}()
		if err := w.click("dina", card.TS, "ack"); err != nil {
			t.Error(err)
		}
		if err := <-renewed; err != nil {
			t.Error(err)
		}
		w.card(platform, id, "acknowledged by Dina Haddad after ")
		w.linked(2)
	}
}

// TestADeadSocketIsToldByPhoneWhereChatIsDead has Slack refuse everything.
func TestADeadSocketIsToldByPhoneWhereChatIsDead(t *testing.T) {
	t.Parallel()
	w := newSocketWorld(t, day)
	w.slack.Fault(func(string, url.Values) *slackfake.Response { return slackfake.Refusal("invalid_auth") })
	w.start()
	until(t, "the admin is told by SMS", func() bool {
		return texted(w.phones.Phone(numbers["paul"]), "SLACK_APP_TOKEN")
	})
}
