package acceptance

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/storage/redistest"
)

// TestAnAnswerOutlivesTheStore takes redis-server away under load, by SIGKILL and by
// a standstill: senders are told to come again, nothing that was taken is lost, and
// what was due in the meantime is done on its return.
func TestAnAnswerOutlivesTheStore(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		away, back func(*redistest.Server)
	}{
		{"killed", (*redistest.Server).Kill, (*redistest.Server).Restart},
		{"standing still", (*redistest.Server).Pause, (*redistest.Server).Resume},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, simple("{after: 0s, via: sms}, {after: 2s, via: voice, every: 2s, times: 60}"))
			w.start()
			climbing := w.send(triggered("Before the outage", ""))
			until(t, "it climbs", func() bool { return w.paged(climbing, "sms", numbers["hal"]) == 1 })
			load := newLoad(w)
			until(t, "the load is on", func() bool { return load.taken() > 20 })

			tt.away(w.redis)
			until(t, "senders are told to come again", func() bool { return load.turnedAway() > 0 })
			if got, err := ask(t, http.MethodGet, w.base()+"/readyz", ""); err != nil || got.status != http.StatusServiceUnavailable {
				t.Errorf("without its store it says %d, %v to a readiness probe, want 503", got.status, err)
			}
			if got, err := ask(t, http.MethodGet, w.base()+"/healthz", ""); err != nil || got.status != http.StatusOK {
				t.Errorf("without its store it says %d, %v to a health probe, want 200", got.status, err)
			}
			calls := w.paged(climbing, "voice", numbers["hal"])
			tt.back(w.redis)
			again := load.taken()
			until(t, "alerts are taken again", func() bool { return load.taken() > again+20 })
			until(t, "the chain goes on", func() bool { return w.paged(climbing, "voice", numbers["hal"]) > calls })
			until(t, "it is ready again", func() bool {
				got, err := ask(t, http.MethodGet, w.base()+"/readyz", "")
				return err == nil && got.status == http.StatusOK
			})
			load.stop()

			titles := map[string]int{}
			for _, in := range w.incidents() {
				titles[in.Title]++
			}
			for title, id := range load.accepted {
				if titles[title] != 1 {
					t.Errorf("%q was taken as %s and is there %d times", title, id, titles[title])
				}
			}
			for _, problem := range load.odd {
				t.Error(problem)
			}
		})
	}
}

// A load is senders that send one alert after another.
type load struct {
	mu       sync.Mutex
	accepted map[string]string // title to incident
	away     int
	odd      []string // answers that no sender should get
	halt     context.CancelFunc
	senders  sync.WaitGroup
}

func newLoad(w *world) *load {
	ctx, halt := context.WithCancel(w.t.Context())
	l := &load{accepted: map[string]string{}, halt: halt}
	for sender := range 4 {
		l.senders.Go(func() {
			tick := time.NewTicker(2 * glance)
			defer tick.Stop()
			for i := 0; ctx.Err() == nil; i++ {
				l.send(ctx, w.base(), fmt.Sprintf("load %d-%d", sender, i))
				select {
				case <-ctx.Done():
				case <-tick.C:
				}
			}
		})
	}
	w.t.Cleanup(l.stop)
	return l
}

func (l *load) stop() {
	l.halt()
	l.senders.Wait()
}

// send sends one alert once. It goes to the team that nobody is paged for.
func (l *load) send(ctx context.Context, base, title string) {
	got, err := native(map[string]any{"dedup_key": title, "summary": title, "routing_key": "silent"}).to(ctx, base)
	if err != nil {
		return // the test has ended
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch got.status {
	case http.StatusAccepted:
		_, id, _ := strings.Cut(got.body, `"incident":"`)
		l.accepted[title], _, _ = strings.Cut(id, `"`)
	case http.StatusServiceUnavailable:
		l.away++
		if n, err := strconv.Atoi(got.header.Get("Retry-After")); err != nil || n < 1 {
			l.odd = append(l.odd, fmt.Sprintf("503 with Retry-After %q", got.header.Get("Retry-After")))
		}
	default:
		l.odd = append(l.odd, fmt.Sprintf("status %d: %s", got.status, got.body))
	}
}

func (l *load) taken() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.accepted)
}

func (l *load) turnedAway() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.away
}

// TestItsOwnRedisKeepsIncidents lets earshot run its own redis-server and kills both
// at once: on the same folder the incident is still there, and what was due is done.
func TestItsOwnRedisKeepsIncidents(t *testing.T) {
	t.Parallel()
	w := newWorldOn(t, nil, simple("{after: 2s, via: sms}, {after: 1h, via: voice}"))
	folder := filepath.Join(t.TempDir(), "data")
	w.env["EARSHOT_DATA_DIR"] = folder
	first := w.start()
	if !strings.Contains(first.words(), folder) {
		t.Error("it does not say where its own redis keeps its data")
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the data folder is open to others: %v, %v", info.Mode(), err)
	}
	id := w.send(triggered("Disk full", ""))
	first.kill()
	if n := len(w.pages(id)); n != 0 {
		t.Fatalf("%d pages went out before the crash", n)
	}
	second := w.start()
	if got := w.incident(id); got.Title != "Disk full" || got.State != "triggered" {
		t.Errorf("after the crash %s is %q, %s", id, got.Title, got.State)
	}
	until(t, "the overdue page arrives", func() bool { return texted(w.phones.Phone(numbers["hal"]), id) })
	w.card(platform, id, "Hal Byrne by SMS")
	w.act(id, "acknowledge", "hal")
	second.signal(syscall.SIGTERM)
	if status := second.exit(patience); status != 0 {
		t.Errorf("exit status %d, want 0", status)
	}
	w.start()
	if got := w.incident(id).State; got != "acknowledged" {
		t.Errorf("after the stop %s is %s, want acknowledged", id, got)
	}
}

func TestARedisThatForgetsIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []string
		fix  string
	}{
		{"without its append-only file", []string{"--appendonly", "no"}, "appendonly yes"},
		{"with an eviction policy", []string{"--maxmemory-policy", "allkeys-lru"}, "maxmemory-policy noeviction"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorldOn(t, redistest.Start(t, tt.args...), simple("{after: 0s, via: sms}"))
			p := w.launch()
			if status := p.exit(patience); status != 1 {
				t.Errorf("exit status %d, want 1", status)
			}
			for _, want := range []string{tt.fix, "EARSHOT_ALLOW_VOLATILE_REDIS=1"} {
				if !strings.Contains(p.words(), want) {
					t.Errorf("%q is not said:\n%s", want, p.words())
				}
			}
			p = w.start("EARSHOT_ALLOW_VOLATILE_REDIS=1")
			id := w.send(triggered("Disk full", ""))
			until(t, "hal is paged", func() bool { return w.paged(id, "sms", numbers["hal"]) == 1 })
			if !strings.Contains(p.words(), "level=ERROR") || !strings.Contains(p.words(), tt.fix) {
				t.Error("it serves without saying what may be lost")
			}
		})
	}
	t.Run("without any", func(t *testing.T) {
		w := newWorldOn(t, nil, simple("{after: 0s, via: sms}"))
		p := w.launch("EARSHOT_REDIS_URL=redis://" + freeAddress(t))
		if status := p.exit(patience); status != 1 || !strings.Contains(p.words(), "redis can't be reached") {
			t.Errorf("exit status %d, want 1:\n%s", status, p.words())
		}
	})
}
