package acceptance

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// editEvery is Slack's limit on edits, of the workspace as a whole.
const editEvery = 1200 * time.Millisecond

// BenchmarkClickAndCommand measures how long a click takes until the card shows it, and
// a command until its answer is there, while alerts go on coming in. Clicks come no
// faster than Slack lets cards be edited, and meet people who were paged by SMS: a
// direct message would be an edit more.
func BenchmarkClickAndCommand(b *testing.B) {
	const clicks = 60
	for range b.N {
		s := newStage(b, squadsConfig()).onRedis()
		a := s.start()
		all := s.storm(a, squads, 100, squadAlert)
		s.await("every incident has a card", func() bool {
			cards, _ := s.firsts()
			return len(cards) >= squads
		})
		alone := s.company(a)
		var click, command []time.Duration
		turn := time.NewTicker(editEvery)
		defer turn.Stop()
		for i := range clicks {
			<-turn.C
			odd := 2*i + 1
			_, _, user, channel, _ := squad(odd)
			click = append(click, s.taken(user, channel, s.cardIn(channel, all[odd].id)))
			for _, words := range []string{"who", "list", "me", "help", "note " + all[odd].id + " seen"} {
				begin := time.Now()
				if got, err := s.slack.Command(user, channel, "/oncall", words); err != nil || got.Message.Words() == "" {
					b.Fatalf("/oncall %s: %v, answered %+v", words, err, got)
				}
				command = append(command, time.Since(begin))
			}
		}
		alone()
		report(b, "click", click)
		report(b, "command", command)
	}
}

// taken acknowledges by a click on a card, and returns how long that took until the
// card showed it.
func (s *stage) taken(user, channel, ts string) time.Duration {
	s.b.Helper()
	ctx, cancel := context.WithTimeout(s.b.Context(), patience)
	defer cancel()
	begin := time.Now()
	if status, body, err := s.slack.Click(user, channel, ts, "ack"); err != nil || status != http.StatusOK {
		s.b.Fatalf("click: %v, %d %s", err, status, body)
	}
	var took time.Duration
	err := s.slack.Wait(ctx, func(*slackfake.Server) bool {
		for _, m := range s.slack.Messages(channel) {
			for _, r := range m.Revisions {
				if m.TS == ts && strings.Contains(r.Text+string(r.Blocks)+string(r.Attachments), "acknowledged by") {
					took = r.At.Sub(begin)
					return true
				}
			}
		}
		return false
	})
	if err != nil {
		s.b.Fatalf("the card does not show the click: %v", err)
	}
	return took
}

// crowdConfig is one team that is paged once, and a channel that has a card for every
// incident.
const crowdConfig = `
storm: {cards: 100000, per: 10s}
people:
  ana: {name: Ana, slack: U0P000, phone: "+16175550000", paging: [{after: 0s, via: sms}]}
teams:
  platform:
    name: Platform
    slack_channel: C0S000
    members: [ana]
    policies: {default: {tiers: [{page: [person:ana], wait: 24h}]}}
integrations:
  native: {type: generic, key: "${NATIVE_KEY}", team: platform}
`

// BenchmarkManyCards has two programs keep two hundred cards in one channel of a Slack
// that counts what it gets: all are changed at once, while a person clicks now and
// then; and in the end ten thousand changes come as fast as they are taken.
func BenchmarkManyCards(b *testing.B) {
	const cards, changes, clicks = 200, 10_000, 10
	for range b.N {
		// One more than Earshot spends at once: a network delivers two a little closer together.
		s := newStageWith(b, crowdConfig, slackfake.Options{PostEvery: time.Second, PostBurst: 6, EditEvery: editEvery, EditBurst: 21})
		s.onRedisWith("everysec")
		programs := []*actor{s.start(), s.start()}
		all := s.change(programs, cards, cards)
		s.show("every incident has its card", all, 1)

		begin := time.Now()
		s.change(programs, cards, cards)
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.show("every card shows the second alert", all, 2)
		}()
		var click []time.Duration
		turn := time.NewTicker(5 * editEvery)
		defer turn.Stop()
		for i := range clicks {
			<-turn.C
			click = append(click, s.taken("U0P000", "C0S000", s.cardIn("C0S000", all[cards-1-i])))
		}
		<-done
		b.ReportMetric(time.Since(begin).Seconds(), "refresh-s")
		report(b, "click-meanwhile", click)

		before, begin := len(s.slack.CallsTo("chat.update")), time.Now()
		s.change(programs, changes, cards)
		b.ReportMetric(time.Since(begin).Seconds(), "storm-taken-s")
		s.show("every card is right", all, 2+changes/cards)
		b.ReportMetric(time.Since(begin).Seconds(), "storm-right-s")
		b.ReportMetric(float64(len(s.slack.CallsTo("chat.update"))-before), "storm-edits")
		b.ReportMetric(float64(s.refused()), "refused-by-slack")
	}
}

// change sends so many alerts about that many incidents, to each program in turn, and
// returns the incidents.
func (s *stage) change(programs []*actor, n, incidents int) (ids []string) {
	s.b.Helper()
	ids = make([]string, incidents)
	var mu sync.Mutex
	var group sync.WaitGroup
	turns := make(chan int)
	for i := range 2 * len(programs) {
		group.Go(func() {
			w, err := dialWire(programs[i%len(programs)].addr)
			for i := range turns {
				if err != nil {
					continue
				}
				status, id := 0, ""
				if status, id, err = w.send(stormAlert(i % incidents)); err == nil && status != http.StatusAccepted {
					err = fmt.Errorf("status %d", status)
				}
				mu.Lock()
				ids[i%incidents] = id
				mu.Unlock()
			}
			if err != nil {
				s.b.Errorf("alert not taken: %v", err)
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

// show waits until the cards of all these incidents show so many alerts.
func (s *stage) show(what string, ids []string, alerts int) {
	s.b.Helper()
	want := fmt.Sprint(alerts, " alert")
	tick := time.NewTicker(20 * glance)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Minute); ; <-tick.C {
		right := map[string]bool{}
		for _, m := range s.slack.Messages("C0S000") {
			if words := m.Text + " " + m.Words(); m.ThreadTS == "" && strings.Contains(words, want) {
				right[incidentID.FindString(words)] = true
			}
		}
		if len(right) == len(ids) {
			return
		}
		if time.Now().After(deadline) {
			s.b.Errorf("%s: %d of %d", what, len(right), len(ids))
			return
		}
	}
}

// refused counts what Slack refused because it was too much.
func (s *stage) refused() (n int) {
	for _, c := range s.slack.Calls() {
		if c.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}
