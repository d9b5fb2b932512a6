package acceptance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

// stormAlert is the i-th of many distinct alerts to one team.
func stormAlert(i int) string {
	return fmt.Sprintf(`{"dedup_key":"%d","summary":"Host %d is down","severity":"critical","source":"host%d","labels":{"alertname":"HostDown","host":"host%d"}}`, i, i, i, i)
}

// BenchmarkStorm is ten thousand distinct alerts in a minute to one team whose pair is
// on call, with a Slack that takes a message a second in a channel.
func BenchmarkStorm(b *testing.B) {
	const alerts, over = 10_000, time.Minute
	for range b.N {
		s := newStageWith(b, loadConfig, slackfake.Options{PostEvery: time.Second, PostBurst: 5})
		s.onRedisWith("everysec")
		a := s.start()
		w, err := dialWire(a.addr)
		if err != nil {
			b.Fatal(err)
		}
		begin := time.Now()
		var took []time.Duration
		for i := range alerts {
			<-time.After(time.Until(begin.Add(over * time.Duration(i) / alerts)))
			start := time.Now()
			if status, _, err := w.send(stormAlert(i)); err != nil || status != http.StatusAccepted {
				b.Fatalf("status %d, %v", status, err)
			}
			took = append(took, time.Since(start))
		}
		report(b, "answer", took)
		b.ReportMetric(float64(alerts-s.openNow(a)), "lost")
		<-time.After(over + 15*time.Second) // the pages of the next minute
		b.ReportMetric(float64(alerts-s.openNow(a)), "lost-later")
		s.reportStorm(begin)
	}
}

// reportStorm tells what people got of a storm that began then.
func (s *stage) reportStorm(begin time.Time) {
	s.b.Helper()
	var first time.Duration
	page := func(at time.Time) {
		if d := at.Sub(begin); first == 0 || d < first {
			first = d
		}
	}
	posted, refused := 0, 0
	for _, c := range s.slack.CallsTo("chat.postMessage") {
		if !strings.HasPrefix(c.Form.Get("channel"), "C") {
			page(c.Begin)
			continue
		}
		if c.Status == http.StatusTooManyRequests {
			refused++
			continue
		}
		posted++
	}
	byPhone := map[string][]time.Time{}
	for _, method := range []string{"messages.create", "calls.create"} {
		for _, r := range s.phones.RequestsTo(method) {
			page(r.Begin)
			byPhone[r.Form.Get("To")] = append(byPhone[r.Form.Get("To")], r.Begin)
		}
	}
	most := 0
	for _, all := range byPhone {
		slices.SortFunc(all, time.Time.Compare)
		for i := range all {
			n := 0
			for j := i; j < len(all) && all[j].Sub(all[i]) < time.Minute; j++ {
				n++
			}
			most = max(most, n)
		}
	}
	s.b.ReportMetric(float64(first.Microseconds())/1000, "first-page-ms")
	s.b.ReportMetric(float64(posted)/time.Since(begin).Seconds(), "channel-messages/s")
	s.b.ReportMetric(float64(refused), "refused-by-slack")
	s.b.ReportMetric(float64(most), "phone-pages/min/person")
}

// openConfig pages once, so that nothing but the open incidents themselves is measured.
const openConfig = `
people:
  ana: {name: Ana, slack: U0P000, paging: [{after: 0s, via: chat}]}
teams:
  platform:
    name: Platform
    slack_channel: C0S000
    members: [ana]
    policies: {default: {tiers: [{page: [person:ana], wait: 24h}]}}
integrations:
  native: {type: generic, key: "${NATIVE_KEY}", team: platform}
`

// BenchmarkOpenIncidents is what a hundred thousand open incidents cost: memory, and
// how much slower each endpoint is than with none.
func BenchmarkOpenIncidents(b *testing.B) {
	const open = 100_000
	for range b.N {
		s := newStage(b, openConfig)
		redis := s.onRedisWith("everysec")
		a := s.start()
		empty := s.endpoints(a)
		before := usedMemory(b, redis)
		s.fill(a, open)
		<-time.After(10 * time.Second) // pages and cards are done with
		b.ReportMetric(float64(usedMemory(b, redis)-before)/open, "redis-B/incident")
		b.ReportMetric(a.memory(), "rss-MB")
		full := s.endpoints(a)
		for _, e := range full {
			b.ReportMetric(float64(e.took.Microseconds())/1000, e.name+"-ms")
			for _, was := range empty {
				if was.name == e.name {
					b.ReportMetric(float64(e.took)/float64(was.took), e.name+"-times-empty")
				}
			}
		}
	}
}

// fill opens so many incidents.
func (s *stage) fill(a *actor, n int) {
	s.b.Helper()
	turns := make(chan int)
	done := make(chan error, connections)
	for range connections {
		go func() {
			w, err := dialWire(a.addr)
			for i := range turns {
				if err == nil {
					_, _, err = w.send(stormAlert(i))
				}
			}
			done <- err
		}()
	}
	for i := range n {
		turns <- i
	}
	close(turns)
	for range connections {
		if err := <-done; err != nil {
			s.b.Fatal(err)
		}
	}
}

// An endpoint and the middle of what it took.
type endpoint struct {
	name string
	took time.Duration
}

// endpoints asks each endpoint a few times.
func (s *stage) endpoints(a *actor) []endpoint {
	s.b.Helper()
	base := "http://" + a.addr
	admin := func(method, path, body string) func(int) {
		return func(int) {
			got, err := askFor(context.Background(), method, base+path, body, "Authorization", "Bearer "+apiToken)
			if err != nil || got.status/100 != 2 {
				s.b.Fatalf("%s %s: %v, %d %s", method, path, err, got.status, got.body)
			}
		}
	}
	round := strconv.FormatInt(time.Now().UnixNano(), 36)
	key := func(i int) string { return fmt.Sprintf(`{"dedup_key":"%s-%d","summary":"One more"}`, round, i) }
	alert := func(body func(int) string) func(int) {
		return func(i int) {
			if _, err := (alert{"/api/v1/alerts", nativeKey, body(i)}).deliver(context.Background(), base); err != nil {
				s.b.Fatal(err)
			}
		}
	}
	asked := []struct {
		name string
		ask  func(int)
	}{
		{"new-alert", alert(key)},
		{"known-alert", alert(func(int) string { return key(0) })},
		{"list", admin(http.MethodGet, "/api/v1/incidents?team=platform&state=triggered", "")},
		{"incident", admin(http.MethodGet, "/api/v1/incidents/PLATFORM-1", "")},
		{"acknowledge", admin(http.MethodPost, "/api/v1/incidents/PLATFORM-1/acknowledge", `{"by":"ana"}`)},
		{"oncall", admin(http.MethodGet, "/api/v1/oncall", "")},
		{"readyz", admin(http.MethodGet, "/readyz", "")},
		{"metrics", admin(http.MethodGet, "/metrics", "")},
		{"slash-who", func(int) {
			if _, err := s.slack.Command("U0P000", "C0S000", "/oncall", "who"); err != nil {
				s.b.Fatal(err)
			}
		}},
		{"slash-list", func(int) {
			if _, err := s.slack.Command("U0P000", "C0S000", "/oncall", "list"); err != nil {
				s.b.Fatal(err)
			}
		}},
	}
	var all []endpoint
	for _, e := range asked {
		var took []time.Duration
		for i := range 15 {
			start := time.Now()
			e.ask(i)
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		all = append(all, endpoint{e.name, took[len(took)/2]})
	}
	return all
}

// usedMemory is what Redis holds, in bytes.
func usedMemory(b *testing.B, server *redistest.Server) int {
	b.Helper()
	info, err := redistest.Say(server.Addr(), "INFO", "memory")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(info, "used_memory:")
	value, _, _ := strings.Cut(rest, "\r\n")
	n, err := strconv.Atoi(value)
	if err != nil {
		b.Fatalf("used_memory: %v", err)
	}
	return n
}
