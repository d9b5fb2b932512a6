package acceptance

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

// The benchmarks measure the built program from outside, on a redis-server that
// writes every command to its disk before it answers, with providers that answer
// at once. They print what they found and judge nothing: the figures are those of
// the machine, and of whatever else it is doing.

// A stage is everything around the programs that are measured.
type stage struct {
	b      *testing.B
	slack  *slackfake.Server
	phones *twiliofake.Server
	config string
	env    map[string]string
}

// squads is how many teams a stage has, each with a channel and one person.
const squads = 500

func squad(i int) (team, person, user, channel, number string) {
	return fmt.Sprintf("s%03d", i), fmt.Sprintf("p%03d", i), fmt.Sprintf("U0P%03d", i), fmt.Sprintf("C0S%03d", i), fmt.Sprintf("+1617555%04d", i)
}

// newStage prepares a world around the given file; without onRedis the program
// runs a server of its own.
func newStage(b *testing.B, config string) *stage {
	b.Helper()
	return newStageWith(b, config, slackfake.Options{})
}

// newStageWith is newStage in a workspace with limits of its own.
func newStageWith(b *testing.B, config string, workspace slackfake.Options) *stage {
	b.Helper()
	workspace.BotToken, workspace.SigningSecret = botToken, signingSecret
	s := &stage{b: b, config: filepath.Join(b.TempDir(), "earshot.yaml")}
	if err := os.WriteFile(s.config, []byte(config), 0o600); err != nil {
		b.Fatalf("write configuration: %v", err)
	}
	s.slack = slackfake.New(workspace)
	s.phones = twiliofake.New(twiliofake.Options{AuthToken: twilioToken})
	slackSite, phoneSite := httptest.NewServer(s.slack), httptest.NewServer(s.phones)
	for _, end := range []func(){slackSite.Close, phoneSite.Close, s.slack.Close, s.phones.Close} {
		b.Cleanup(end)
	}
	s.slack.SetURL(slackSite.URL)
	for i := range squads {
		_, person, user, channel, _ := squad(i)
		s.slack.AddUser(user, person, "Europe/London")
		s.slack.AddChannel(channel, person, user)
	}
	s.env = map[string]string{
		"EARSHOT_PUBLIC_URL": publicURL, "EARSHOT_API_TOKEN": apiToken, "EARSHOT_DATA_DIR": b.TempDir(), "EARSHOT_LOG_LEVEL": "warn",
		"SLACK_BOT_TOKEN": botToken, "SLACK_SIGNING_SECRET": signingSecret, "SLACK_API_URL": slackSite.URL + "/api/",
		"TWILIO_ACCOUNT_SID": s.phones.Options().AccountSID, "TWILIO_AUTH_TOKEN": twilioToken,
		"TWILIO_FROM_NUMBER": s.phones.Options().From, "TWILIO_API_URL": phoneSite.URL,
		"NATIVE_KEY": nativeKey,
	}
	return s
}

// onRedis gives the stage a redis-server of its own.
func (s *stage) onRedis() *stage {
	s.b.Helper()
	s.env["EARSHOT_REDIS_URL"] = redistest.Start(s.b, "--appendfsync", "always").URL()
	return s
}

// An actor is one running program.
type actor struct {
	b    *testing.B
	addr string
	cmd  *exec.Cmd
	done chan struct{}
}

// start starts a program and waits until it is ready.
func (s *stage) start() *actor {
	s.b.Helper()
	return s.startAt(benchAddress(s.b))
}

func (s *stage) startAt(addr string) *actor {
	s.b.Helper()
	log, err := os.CreateTemp(s.b.TempDir(), "log")
	if err != nil {
		s.b.Fatalf("file for the log: %v", err)
	}
	defer log.Close() //nolint:errcheck // the child has its own handle
	env := maps.Clone(s.env)
	env["EARSHOT_LISTEN"] = addr
	a := &actor{b: s.b, addr: addr, cmd: exec.Command(binary, "serve", "--config", s.config), done: make(chan struct{})}
	a.cmd.Stdout, a.cmd.Stderr, a.cmd.Env = log, log, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.b.TempDir()}
	for name, value := range env {
		a.cmd.Env = append(a.cmd.Env, name+"="+value)
	}
	if err := a.cmd.Start(); err != nil {
		s.b.Fatalf("start earshot: %v", err)
	}
	go func() {
		_ = a.cmd.Wait() // killed, most often
		close(a.done)
	}()
	s.b.Cleanup(func() {
		a.kill()
		if s.b.Failed() {
			words, _ := os.ReadFile(log.Name())
			s.b.Logf("earshot said:\n%s", tail(string(words), 40))
		}
	})
	s.slack.SetApp("http://"+addr+"/slack/commands", "http://"+addr+"/slack/interactions")
	s.phones.SetApp(publicURL, "http://"+addr, publicURL+"/twilio/sms")
	s.await("earshot is ready", func() bool {
		got, err := askFor(context.Background(), http.MethodGet, "http://"+addr+"/readyz", "")
		return err == nil && got.status == http.StatusOK
	})
	return a
}

// kill ends the program with SIGKILL, as a crash would.
func (a *actor) kill() {
	_ = a.cmd.Process.Kill() // an error says that it is gone already
	<-a.done
}

// await waits for what has to become true.
func (s *stage) await(what string, met func() bool) {
	s.b.Helper()
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for deadline := time.Now().Add(3 * patience); !met(); <-tick.C {
		if time.Now().After(deadline) {
			s.b.Fatalf("waited in vain: %s", what)
		}
	}
}

// A taken alert was answered with 2xx.
type taken struct {
	id string
	at time.Time // when the answer was here
}

// storm sends n alerts from several senders, at most rate a second; 0: as fast as
// they are taken.
func (s *stage) storm(a *actor, n int, rate float64, alertOf func(i int) alert) []taken {
	s.b.Helper()
	all := make([]taken, n)
	turns := make(chan int)
	var group sync.WaitGroup
	for range 32 {
		group.Go(func() {
			for i := range turns {
				id, err := alertOf(i).deliver(context.Background(), "http://"+a.addr)
				if err != nil {
					s.b.Errorf("alert never taken: %v", err)
				}
				all[i] = taken{id, time.Now()}
			}
		})
	}
	begin := time.Now()
	for i := range n {
		if rate > 0 {
			<-time.After(time.Until(begin.Add(time.Duration(float64(i) / rate * float64(time.Second)))))
		}
		turns <- i
	}
	close(turns)
	group.Wait()
	return all
}

// report prints the middle, the 99th of a hundred and the worst, in milliseconds.
func report(b *testing.B, what string, took []time.Duration) {
	b.Helper()
	if len(took) == 0 {
		b.Fatalf("nothing measured: %s", what)
	}
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[min(len(took)-1, int(share*float64(len(took))))].Microseconds()) / 1000
	}
	b.ReportMetric(at(0.5), what+"-p50-ms")
	b.ReportMetric(at(0.99), what+"-p99-ms")
	b.ReportMetric(at(1), what+"-max-ms")
}

// benchAddress returns an address on loopback where nobody listens.
func benchAddress(b *testing.B) string {
	b.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatalf("find a free port: %v", err)
	}
	defer l.Close() //nolint:errcheck // nobody has used it
	return l.Addr().String()
}

var incidentID = regexp.MustCompile(`\b[A-Z0-9]+-[0-9]+\b`)

// firsts returns when the first card and the first page of each incident were
// asked for.
func (s *stage) firsts() (cards, pages map[string]time.Time) {
	cards, pages = map[string]time.Time{}, map[string]time.Time{}
	first := func(m map[string]time.Time, id string, at time.Time) {
		if old, ok := m[id]; id != "" && (!ok || at.Before(old)) {
			m[id] = at
		}
	}
	for _, c := range s.slack.CallsTo("chat.postMessage") {
		id := incidentID.FindString(c.Form.Get("text") + " " + c.Form.Get("attachments"))
		switch channel := c.Form.Get("channel"); {
		case c.Form.Get("thread_ts") != "":
		case strings.HasPrefix(channel, "C"):
			first(cards, id, c.Begin)
		default:
			first(pages, id, c.Begin)
		}
	}
	for _, r := range s.phones.RequestsTo("messages.create") {
		id, _, _ := strings.Cut(quoted(r.Form.Get("StatusCallback")), "/")
		first(pages, id, r.Begin)
	}
	return cards, pages
}
