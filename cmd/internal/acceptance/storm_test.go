package acceptance

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// stormConfig pages ana by chat and hal by SMS, and bears three cards a second.
func stormConfig() string {
	return configuration(map[string]string{"ana": "{after: 0s, via: chat}", "hal": "{after: 0s, via: sms}"}, `
bundling: 5s
storm: {cards: 3, per: 1s}
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, hal]
    policies: {default: {tiers: [{page: [person:ana, person:hal], wait: 1h}], fallback: [channel]}}
  web:
    name: Web
    slack_channel: C0WEB
    members: [ben]
    policies: {default: {tiers: [{page: [person:ben], wait: 1h}]}}
`)
}

// flood sends so many alerts at once and returns their incidents.
func (w *world) flood(n int) []string {
	w.t.Helper()
	ids := make([]string, n)
	var group sync.WaitGroup
	turns := make(chan int)
	for range 16 {
		group.Go(func() {
			for i := range turns {
				ids[i] = w.send(triggered(fmt.Sprintf("Disk %d is full", i), ""))
			}
		})
	}
	for i := range n {
		turns <- i
	}
	close(turns)
	group.Wait()
	return ids
}

// summaries are the messages of a channel that stand for cards.
func (w *world) summaries(channel string) []slackfake.Message {
	var found []slackfake.Message
	for _, m := range w.slack.Messages(channel) {
		if strings.Contains(m.Text, "torm in ") {
			found = append(found, m)
		}
	}
	return found
}

// severalTold is how an SMS says that it stands for several incidents.
var severalTold = regexp.MustCompile(`^(\d+) incidents, worst `)

// toldOf counts the incidents that a phone was told of by SMS.
func toldOf(p *twiliofake.Phone) int {
	told := 0
	for _, m := range p.Messages() {
		if m.Inbound || !m.Arrived {
			continue
		}
		number := severalTold.FindStringSubmatch(m.Body)
		if number == nil {
			told++
			continue
		}
		some, err := strconv.Atoi(number[1])
		if err != nil {
			panic(err) // the expression lets nothing else through
		}
		told += some
	}
	return told
}

// TestAStormIsOneSummary sends hundreds of alerts at once: a few cards, one message
// for the rest, two pages for each person, everything in the store; one press
// acknowledges them all, and when it is over the message is a digest.
func TestAStormIsOneSummary(t *testing.T) {
	t.Parallel()
	w := newWorld(t, stormConfig())
	w.start()
	const n = 300
	begin := time.Now()
	ids := w.flood(n)
	quiet := w.send(triggered("Shop is down", "web"))
	w.card("C0WEB", quiet, "Shop is down")

	until(t, "one summary counts the rest", func() bool {
		all := w.summaries(platform)
		return len(all) == 1 && strings.Contains(all[0].Text, "297 incidents")
	})
	hal := w.phones.Phone(numbers["hal"])
	until(t, "the pages come together", func() bool { return toldOf(hal) >= n })
	if n := len(w.slack.Messages(platform)); n > 12 {
		t.Errorf("%d messages in the channel of three cards", n)
	}
	windows := int(time.Since(begin)/(5*time.Second)) + 1 // the flood may take longer than one
	if sent := len(w.phones.RequestsTo("messages.create")); sent > windows {
		t.Errorf("hal got %d SMS in %d windows, want one in each at most", sent, windows)
	}

	summary := w.summaries(platform)[0]
	w.press("ana", summary, "Acknowledge all")
	until(t, "all but the cards are acknowledged", func() bool {
		all := w.summaries(platform)
		return len(all) == 1 && strings.Contains(all[0].Text+all[0].Words(), "297 acknowledged")
	})
	if _, words := w.reply(hal, "04"); !strings.Contains(words, "Acknowledged") {
		t.Errorf("hal is answered %q", words)
	}
	until(t, "nothing is left to acknowledge", func() bool {
		for _, id := range ids {
			if w.incident(id).State != "acknowledged" {
				return false
			}
		}
		return true
	})
	until(t, "the summary is a digest", func() bool {
		all := w.summaries(platform)
		return len(all) == 1 && strings.Contains(all[0].Text, "The storm in Platform is over: 297 incidents")
	})
	w.press("ana", w.summaries(platform)[0], "Resolve all")
	until(t, "all of the storm are resolved", func() bool {
		all := w.summaries(platform)
		return strings.Contains(all[0].Text+all[0].Words(), "297 resolved")
	})
}
