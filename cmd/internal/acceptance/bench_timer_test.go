package acceptance

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	longest = 60 // the longest wait, in seconds, of the teams in timersConfig
	spread  = 8  // how many teams there are with the same wait, each with another person
)

// timersConfig is a file of teams without a channel. The teams "w12-..." wait twelve
// seconds before their second tier is sent an SMS; the first is not paged for a year.
func timersConfig() string {
	var people, teams, routes strings.Builder
	for i := range squads {
		_, person, _, _, number := squad(i)
		fmt.Fprintf(&people, "  %s: {name: %s, phone: %q, paging: [{after: 0s, via: sms}]}\n", person, person, number)
	}
	people.WriteString("  nobody: {name: Nobody, phone: \"+16175559999\", paging: [{after: 365d, via: sms}]}\n")
	team := func(name, wait string, i int) {
		_, person, _, _, _ := squad(i % squads)
		fmt.Fprintf(&teams, "  %s: {name: %s, members: [%s], policies: {default: {tiers: [{page: [person:nobody], wait: %s}, {page: [person:%s], wait: 365d}]}}}\n",
			name, name, person, wait, person)
		fmt.Fprintf(&routes, "  - {match: ['routing_key=%q'], team: %s}\n", name, name)
	}
	for i := range longest * spread {
		team(waiting(i/spread, i), fmt.Sprintf("%ds", i/spread), i)
	}
	for i := range 16 {
		team(fmt.Sprintf("far%d", i), fmt.Sprintf("%dh", 24+i), i)
	}
	return "bundling: 0s\npeople:\n" + people.String() + "teams:\n" + teams.String() + "routes:\n" + routes.String() +
		"integrations:\n  native: {type: generic, key: \"${NATIVE_KEY}\", team: far0}\n"
}

// waiting names the team, of the i-th timer, whose second tier is paged after so
// many seconds.
func waiting(seconds, i int) string {
	return fmt.Sprintf("w%d-%d", min(max(seconds, 0), longest-1), i%spread)
}

func timer(i int, team string) alert {
	return native(map[string]any{"dedup_key": fmt.Sprintf("%s/%d", team, i), "summary": fmt.Sprintf("Disk %d is full", i), "routing_key": team})
}

// farAway leaves n timers pending that are due in a day.
func (s *stage) farAway(a *actor, n int) {
	s.b.Helper()
	s.storm(a, n, 0, func(i int) alert { return timer(i, fmt.Sprintf("far%d", i%16)) })
}

// opened returns when each incident of a team was opened, as the program says.
func (s *stage) opened(a *actor, team string) map[string]time.Time {
	s.b.Helper()
	all := map[string]time.Time{}
	for cursor := ""; ; {
		got, err := askFor(context.Background(), http.MethodGet,
			"http://"+a.addr+"/api/v1/incidents?limit=200&team="+team+"&cursor="+url.QueryEscape(cursor), "", "Authorization", "Bearer "+apiToken)
		if err != nil || got.status != http.StatusOK {
			s.b.Fatalf("list incidents: %v, %d %s", err, got.status, got.body)
		}
		var list struct {
			Incidents []struct {
				ID       string    `json:"id"`
				OpenedAt time.Time `json:"opened_at"`
			} `json:"incidents"`
			Next string `json:"next_cursor"`
		}
		if err := json.Unmarshal([]byte(got.body), &list); err != nil {
			s.b.Fatalf("list incidents: %v", err)
		}
		for _, in := range list.Incidents {
			all[in.ID] = in.OpenedAt
		}
		if cursor = list.Next; cursor == "" {
			return all
		}
	}
}

// due returns when the second tier of every incident of the waiting teams is due.
func (s *stage) due(a *actor) map[string]time.Time {
	s.b.Helper()
	due := map[string]time.Time{}
	for i := range longest * spread {
		for id, at := range s.opened(a, waiting(i/spread, i)) {
			due[id] = at.Add(time.Duration(i/spread) * time.Second)
		}
	}
	return due
}

// lateness waits until every timer has led to a request for a page, and returns
// how much later than due that was.
func (s *stage) lateness(due map[string]time.Time) []time.Duration {
	s.b.Helper()
	last := time.Now()
	s.await("every timer has fired", func() bool {
		// Looking costs what is measured: not often, for so many requests.
		if time.Since(last) < time.Second {
			return false
		}
		last = time.Now()
		return len(s.phones.RequestsTo("messages.create")) >= len(due)
	})
	_, pages := s.firsts()
	late := make([]time.Duration, 0, len(due))
	for id, at := range due {
		page, ok := pages[id]
		if !ok {
			s.b.Errorf("no page of %s", id)
			continue
		}
		late = append(late, page.Round(0).Sub(at))
	}
	return late
}

// reportLateness prints the figures, and how many timers were early.
func reportLateness(b *testing.B, what string, late []time.Duration) {
	b.Helper()
	early := 0
	for _, l := range late {
		if l < 0 {
			early++
		}
	}
	report(b, what, late)
	b.ReportMetric(float64(early), what+"-early")
}

// BenchmarkTiersOverTime measures how late a thousand tiers are that become due
// over twenty seconds while ten thousand other timers are pending.
func BenchmarkTiersOverTime(b *testing.B) {
	for range b.N {
		s := newStage(b, timersConfig()).onRedis()
		a := s.start()
		s.farAway(a, 10_000)
		s.storm(a, 1000, 50, func(i int) alert { return timer(i, waiting(25, i)) })
		reportLateness(b, "late", s.lateness(s.due(a)))
	}
}

// BenchmarkTiersInOneSecond measures how late five thousand tiers are that become
// due in the same second.
func BenchmarkTiersInOneSecond(b *testing.B) {
	for range b.N {
		s := newStage(b, timersConfig()).onRedis()
		a := s.start()
		second := time.Now().Add(45 * time.Second).Truncate(time.Second)
		s.storm(a, 5000, 0, func(i int) alert {
			return timer(i, waiting(int((time.Until(second)+999*time.Millisecond).Seconds()), i))
		})
		if time.Now().After(second) {
			b.Fatal("this machine takes five thousand alerts too slowly")
		}
		due := s.due(a)
		first, last := second.Add(time.Hour), time.Time{}
		for _, at := range due {
			if at.Before(first) {
				first = at
			}
			if at.After(last) {
				last = at
			}
		}
		reportLateness(b, "late", s.lateness(due))
		b.ReportMetric(float64(last.Sub(first).Milliseconds()), "due-within-ms")
	}
}
