package acceptance

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/storage/redistest"
)

// loadFor is how long the benchmarks of a sustained load send.
var loadFor = flag.Duration("load", 10*time.Second, "how long the benchmarks of a sustained load send")

// connections is how many senders there are.
const connections = 64

// loadConfig is one team with a pair on call, each with all ways to be paged.
const loadConfig = `
people:
  ana: {name: Ana, slack: U0P000, phone: "+16175550000"}
  hal: {name: Hal, phone: "+16175550001"}
teams:
  platform:
    name: Platform
    slack_channel: C0S000
    members: [ana, hal]
    policies: {default: {tiers: [{page: [person:ana, person:hal], wait: 10m}], fallback: [channel]}}
integrations:
  native: {type: generic, key: "${NATIVE_KEY}", team: platform}
`

// onRedisWith gives the stage a redis-server that writes to its disk that often.
func (s *stage) onRedisWith(fsync string) *redistest.Server {
	s.b.Helper()
	server := redistest.Start(s.b, "--appendfsync", fsync)
	s.env["EARSHOT_REDIS_URL"] = server.URL()
	return server
}

// A wire sends alerts over one connection that is kept; it costs less than the
// program that it measures.
type wire struct {
	conn net.Conn
	read *bufio.Reader
}

func dialWire(addr string) (*wire, error) {
	conn, err := new(net.Dialer).DialContext(context.Background(), "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &wire{conn, bufio.NewReaderSize(conn, 4<<10)}, nil
}

// send posts one native alert and returns the status and the incident.
func (w *wire) send(body string) (status int, id string, err error) {
	_, err = fmt.Fprintf(w.conn, "POST /api/v1/alerts HTTP/1.1\r\nHost: earshot\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		nativeKey, len(body), body)
	if err != nil {
		return 0, "", err
	}
	res, err := http.ReadResponse(w.read, nil)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	words, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, "", err
	}
	var said struct {
		Incident string `json:"incident"`
	}
	return res.StatusCode, said.Incident, json.Unmarshal(words, &said)
}

// A loaded run is what came of a sustained load.
type loaded struct {
	sent int
	took []time.Duration
	over time.Duration
}

// load sends from all connections for a while, as fast as the answers come.
func (s *stage) load(a *actor, bodyOf func(i int64) string) loaded {
	s.b.Helper()
	var next atomic.Int64
	var mu sync.Mutex
	var all loaded
	var group sync.WaitGroup
	begin := time.Now()
	for range connections {
		group.Go(func() {
			w, err := dialWire(a.addr)
			if err != nil {
				s.b.Errorf("connect: %v", err)
				return
			}
			defer w.conn.Close() //nolint:errcheck // all answers are here
			var took []time.Duration
			for time.Since(begin) < *loadFor {
				start := time.Now()
				status, _, err := w.send(bodyOf(next.Add(1)))
				if err != nil || status != http.StatusAccepted {
					s.b.Errorf("alert not taken: status %d, %v", status, err)
					return
				}
				took = append(took, time.Since(start))
			}
			mu.Lock()
			defer mu.Unlock()
			all.took = append(all.took, took...)
		})
	}
	group.Wait()
	all.sent, all.over = len(all.took), time.Since(begin)
	return all
}

func (l loaded) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(float64(l.sent)/l.over.Seconds(), "alerts/s")
	report(b, "answer", l.took)
}

// openNow asks the admin API's metrics how many incidents are open.
func (s *stage) openNow(a *actor) int {
	s.b.Helper()
	got, err := askFor(context.Background(), http.MethodGet, "http://"+a.addr+"/metrics", "")
	if err != nil {
		return -1
	}
	_, rest, _ := strings.Cut(got.body, `earshot_incidents{state="triggered",team="platform"} `)
	value, _, _ := strings.Cut(rest, "\n")
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return -1
	}
	return int(n)
}

// BenchmarkNewIncidents is how many distinct alerts a second become incidents, with
// everything that is paged and shown for them going on at the same time.
func BenchmarkNewIncidents(b *testing.B) {
	for _, fsync := range []string{"everysec", "always"} {
		b.Run(fsync, func(b *testing.B) {
			for range b.N {
				s := newStage(b, loadConfig)
				s.onRedisWith(fsync)
				a := s.start()
				l := s.load(a, func(i int64) string {
					return fmt.Sprintf(`{"dedup_key":"%d","summary":"Disk %d is full","severity":"critical","source":"db%d","labels":{"alertname":"DiskFull"}}`, i, i, i%100)
				})
				l.report(b)
				s.await("every accepted alert is an open incident", func() bool { return s.openNow(a) == l.sent })
			}
		})
	}
}

// BenchmarkDeduplicated is how many alerts a second join incidents that are open.
func BenchmarkDeduplicated(b *testing.B) {
	const incidents = 1000
	for _, fsync := range []string{"everysec", "always"} {
		b.Run(fsync, func(b *testing.B) {
			for range b.N {
				s := newStage(b, loadConfig)
				s.onRedisWith(fsync)
				a := s.start()
				body := func(i int64) string {
					return fmt.Sprintf(`{"dedup_key":"%d","summary":"Disk %d is full","severity":"critical"}`, i%incidents, i%incidents)
				}
				w, err := dialWire(a.addr)
				if err != nil {
					b.Fatal(err)
				}
				for i := range int64(incidents) {
					if status, _, err := w.send(body(i)); err != nil || status != http.StatusAccepted {
						b.Fatalf("status %d, %v", status, err)
					}
				}
				s.load(a, body).report(b)
			}
		})
	}
}
