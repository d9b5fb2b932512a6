package acceptance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// squadsConfig is a file of many teams, each with a channel and one person who is
// paged at once, by chat where the number is even, else by SMS.
func squadsConfig() string {
	var people, teams, routes strings.Builder
	for i := range squads {
		team, person, user, channel, number := squad(i)
		via := []string{"chat", "sms"}[i%2]
		fmt.Fprintf(&people, "  %s: {name: %s, slack: %s, phone: %q, paging: [{after: 0s, via: %s}]}\n", person, person, user, number, via)
		fmt.Fprintf(&teams, "  %s: {name: %s, slack_channel: %s, members: [%s], policies: {default: {tiers: [{page: [person:%s], wait: 1h}]}}}\n",
			team, team, channel, person, person)
		fmt.Fprintf(&routes, "  - {match: ['routing_key=%q'], team: %s}\n", team, team)
	}
	return "people:\n" + people.String() + "teams:\n" + teams.String() + "routes:\n" + routes.String() +
		"integrations:\n  native: {type: generic, key: \"${NATIVE_KEY}\", team: s000}\n"
}

// squadAlert is the i-th alert of a storm over all teams.
func squadAlert(i int) alert {
	team, _, _, _, _ := squad(i % squads)
	return native(map[string]any{"dedup_key": fmt.Sprint(i), "summary": fmt.Sprintf("Disk %d is full", i), "routing_key": team, "severity": "critical"})
}

// BenchmarkAlertToCardAndPage measures how long after the answer to a sender the
// card is posted and the first page is sent, at fifty alerts a second.
func BenchmarkAlertToCardAndPage(b *testing.B) {
	for range b.N {
		s := newStage(b, squadsConfig()).onRedis()
		a := s.start()
		all := s.storm(a, squads, 50, squadAlert)
		s.await("every incident has a card and a page", func() bool {
			cards, pages := s.firsts()
			return len(cards) >= squads && len(pages) >= squads
		})
		cards, pages := s.firsts()
		var card, page []time.Duration
		for _, one := range all {
			card = append(card, max(0, cards[one.id].Sub(one.at)))
			page = append(page, max(0, pages[one.id].Sub(one.at)))
		}
		report(b, "card", card)
		report(b, "page", page)
	}
}

// BenchmarkAcknowledge measures how long an acknowledgement takes to be answered,
// by the admin API and by a click in Slack, while alerts go on coming in.
func BenchmarkAcknowledge(b *testing.B) {
	for range b.N {
		s := newStage(b, squadsConfig()).onRedis()
		a := s.start()
		all := s.storm(a, squads, 100, squadAlert)
		s.await("every incident has a card", func() bool {
			cards, _ := s.firsts()
			return len(cards) >= squads
		})
		alone := s.company(a)
		var admin, click []time.Duration
		for i, one := range all {
			_, person, user, channel, _ := squad(i)
			begin := time.Now()
			if i%2 == 0 {
				got, err := askFor(b.Context(), http.MethodPost, "http://"+a.addr+"/api/v1/incidents/"+one.id+"/acknowledge",
					encoded(map[string]string{"by": person}), "Authorization", "Bearer "+apiToken)
				if err != nil || got.status != http.StatusOK {
					b.Fatalf("acknowledge %s: %v, %d %s", one.id, err, got.status, got.body)
				}
				admin = append(admin, time.Since(begin))
				continue
			}
			ts := s.cardIn(channel, one.id)
			begin = time.Now()
			if status, body, err := s.slack.Click(user, channel, ts, "ack"); err != nil || status != http.StatusOK {
				b.Fatalf("click on %s: %v, %d %s", one.id, err, status, body)
			}
			click = append(click, time.Since(begin))
		}
		alone()
		report(b, "admin", admin)
		report(b, "click", click)
	}
}

// cardIn finds the card of an incident.
func (s *stage) cardIn(channel, id string) string {
	s.b.Helper()
	for _, m := range s.slack.Messages(channel) {
		if m.ThreadTS == "" && names(m.Text+" "+m.Words(), id) {
			return m.TS
		}
	}
	s.b.Fatalf("no card of %s", id)
	return ""
}
