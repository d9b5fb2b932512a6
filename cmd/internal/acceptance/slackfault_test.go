package acceptance

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// TestF39PhonesGoOnWhileSlackIsSlow has Slack take half a minute for everything: the
// phones don't wait for it, and there is one card in the end.
func TestF39PhonesGoOnWhileSlackIsSlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}, {after: 1s, via: voice}"))
	w.start()
	w.slack.Fault(func(string, url.Values) *slackfake.Response { return &slackfake.Response{Delay: 30 * time.Second} })
	id := w.send(triggered("Disk full", ""))
	hal := w.phones.Phone(numbers["hal"])
	until(t, "hal's phone rings", func() bool { return hal.Call() != nil })
	for _, c := range w.slack.CallsTo("chat.postMessage") {
		if c.Status != 0 {
			t.Errorf("Slack has answered: hal's phone waited for it")
		}
	}
	w.slack.Heal()
	w.card(platform, id, "Disk full")
	w.reply(hal, "4")
	w.card(platform, id, "acknowledged by Hal Byrne after ")
}

// TestF40AStormOfLimitsLosesNothing has Slack limit nine in ten requests while
// incidents open and are taken.
func TestF40AStormOfLimitsLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, day)
	w.start()
	var asked atomic.Int64
	w.slack.Fault(func(string, url.Values) *slackfake.Response {
		if asked.Add(1)%10 == 0 {
			return nil
		}
		return &slackfake.Response{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}}
	})
	var ids []string
	for i := range 3 {
		ids = append(ids, w.send(triggered(fmt.Sprint("Disk ", i), "")))
	}
	for _, id := range ids {
		w.act(id, "acknowledge", "ana")
	}
	until(t, "Slack has limited a lot", func() bool { return asked.Load() > 5 })
	w.slack.Heal()
	for _, id := range ids {
		w.card(platform, id, "acknowledged by Ana Ortiz after ")
	}
}

// TestF45TwoPeopleTakeOneIncidentAtOnce lets two people say ack at the same moment,
// again and again, each to an instance of their own.
func TestF45TwoPeopleTakeOneIncidentAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, day)
	other := freeAddress(t)
	w.start()
	w.start("EARSHOT_LISTEN=" + other)
	id := w.send(triggered("Disk full", ""))
	const rounds = 20
	names := map[string]string{"dina": "Dina Haddad", "ben": "Ben Adeyemi"}
	at := map[string]string{"dina": w.addr, "ben": other}
	for round := range rounds {
		var (
			mu    sync.Mutex
			said  = map[string]string{}
			start = make(chan struct{})
			group sync.WaitGroup
		)
		for who := range names {
			body, err := w.slack.CommandBody(slackIDs[who], platform, "/oncall", "ack "+id)
			if err != nil {
				t.Fatal(err)
			}
			group.Go(func() {
				<-start
				got, err := signed(t, w, "http://"+at[who]+"/slack/commands", body)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				said[who] = got.body
			})
		}
		close(start)
		group.Wait()
		owner := w.incident(id).by()
		if names[owner] == "" {
			t.Errorf("round %d: taken by %q", round, owner)
		}
		for who, words := range said {
			told := strings.Contains(words, "already acknowledged by "+names[owner])
			if told == (who == owner) {
				t.Errorf("round %d: %s took it, and %s was told %s", round, owner, who, words)
			}
		}
		w.act(id, "unacknowledge", "ana")
	}
}

// signed posts a body to an instance as Slack does.
func signed(t *testing.T, w *world, to string, body []byte) (answer, error) {
	t.Helper()
	var headers []string
	for name, values := range w.slack.Sign(body, time.Now()) {
		headers = append(headers, name, values[0])
	}
	return ask(t, http.MethodPost, to, string(body), headers...)
}

// TestF49AnArchivedChannelIsToldToTheAdminOnce archives the team's channel and throws
// the bot out of the other: people are paged all the same.
func TestF49AnArchivedChannelIsToldToTheAdminOnce(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*slackfake.Channel){
		"archived":           func(c *slackfake.Channel) { c.Archived = true },
		"the bot is removed": func(c *slackfake.Channel) { c.Private, c.Left = true, true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, day)
			w.start()
			w.slack.ChangeChannel(platform, change)
			for i := range 3 {
				id := w.send(triggered(fmt.Sprint("Disk ", i), ""))
				until(t, "ana has a direct message about "+id, func() bool { return w.directed("ana", id) })
			}
			w.message(w.slack.DM(slackIDs["paul"]), "Earshot needs an admin", "slack_channel")
			w.witness()
			told := 0
			for _, m := range w.slack.Messages(w.slack.DM(slackIDs["paul"])) {
				if strings.Contains(m.Words(), "Earshot needs an admin") {
					told++
				}
			}
			if told != 1 {
				t.Errorf("the admin was told %d times, want once", told)
			}
		})
	}
}
