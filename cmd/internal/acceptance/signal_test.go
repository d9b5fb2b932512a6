package acceptance

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

func TestAReloadBringsTheNewFileInForce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	p := w.start()
	before := w.send(triggered("Before", ""))
	until(t, "hal is paged", func() bool { return w.paged(before, "sms", numbers["hal"]) == 1 })

	w.write(strings.ReplaceAll(simple("{after: 0s, via: sms}"), "page: [person:hal]", "page: [person:dina]"))
	p.signal(syscall.SIGHUP)
	p.says("configuration reloaded")
	after := w.send(triggered("After", ""))
	until(t, "dina is paged", func() bool { return w.paged(after, "chat", slackIDs["dina"]) == 1 })

	w.write(strings.ReplaceAll(simple("{after: 0s, via: sms}"), "page: [person:hal]", "page: [person:nobody]"))
	p.signal(syscall.SIGHUP)
	p.says("configuration not reloaded")
	if words := p.words(); !strings.Contains(words, w.config+":") || !strings.Contains(words, "nobody") {
		t.Error("the log does not say what is wrong and where")
	}
	still := w.send(triggered("Still", ""))
	until(t, "dina is paged by the file in force", func() bool { return w.paged(still, "chat", slackIDs["dina"]) == 1 })
	if n := w.paged(after, "sms", numbers["hal"]) + w.paged(still, "sms", numbers["hal"]); n != 0 {
		t.Errorf("hal was paged %d times by a file that is not in force", n)
	}
}

// stopTime is what the contract grants a program that was asked to end.
const stopTime = 10 * time.Second

func TestItStopsWhenAsked(t *testing.T) {
	t.Parallel()
	hang := func(w *world) {
		w.slack.Fault(func(string, url.Values) *slackfake.Response { return &slackfake.Response{Delay: time.Minute} })
		w.phones.Fault(func(string, url.Values) *twiliofake.Response { return &twiliofake.Response{Delay: time.Minute} })
	}
	tests := []struct {
		name    string
		prepare func(*world)
	}{
		{"at rest", func(*world) {}},
		{"while every provider hangs", func(w *world) {
			hang(w)
			w.send(triggered("Disk full", ""))
			w.send(triggered("Site down", "web"))
			until(t, "both providers are being asked", func() bool {
				return len(w.phones.RequestsTo("messages.create")) > 0 && len(w.slack.CallsTo("chat.postMessage")) > 0
			})
		}},
		{"while every provider hangs, and so does a sender", func(w *world) {
			hang(w)
			w.send(triggered("Disk full", ""))
			half, err := net.Dial("tcp", w.addr)
			if err != nil {
				t.Fatalf("reach earshot: %v", err)
			}
			t.Cleanup(func() { _ = half.Close() })
			if _, err := half.Write([]byte("POST /api/v1/alerts HTTP/1.1\r\nHost: e\r\nAuthorization: Bearer " + nativeKey + "\r\nContent-Length: 9\r\n\r\n")); err != nil {
				t.Fatalf("send half an alert: %v", err)
			}
			until(t, "the calls are being asked for, too", func() bool { return len(w.phones.RequestsTo("calls.create")) > 1 })
		}},
		{"while pages go out", func(w *world) {
			for _, title := range []string{"one", "two", "three", "four"} {
				w.send(triggered(title, ""))
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, simple("{after: 0s, via: sms}, {after: 1s, via: voice, every: 1s}"))
			p := w.start()
			tt.prepare(w)
			begin := time.Now()
			p.signal(syscall.SIGTERM)
			if status := p.exit(patience); status != 0 {
				t.Errorf("exit status %d, want 0", status)
			}
			if took := time.Since(begin); took > stopTime {
				t.Errorf("it took %s to stop, and %s are granted", took, stopTime)
			}
		})
	}
}

func TestMistakesAreToldBeforeAnythingRuns(t *testing.T) {
	t.Parallel()
	good := simple("{after: 0s, via: sms}")
	tests := []struct {
		name   string
		config string
		env    string
		want   []string // in what is said; FILE stands for the configuration's path
	}{
		{"a person who does not exist", strings.ReplaceAll(good, "person:hal", "person:hall"), "", []string{"FILE:", "hall"}},
		{"a zone and a key that do not exist", strings.ReplaceAll(good, "timezone: Europe/London", "timezone: Europe/Lodnon\ncolour: red"), "", []string{"FILE:1:", "FILE:2:", "Lodnon", "colour"}},
		{"no YAML", "people: [", "", []string{"FILE:"}},
		{"a variable that is not set", strings.ReplaceAll(good, "${VO_KEY}", "${NO_SUCH_KEY}"), "", []string{"FILE:", "NO_SUCH_KEY"}},
		{"a wrong address", good, "EARSHOT_LISTEN=everywhere", []string{"EARSHOT_LISTEN"}},
		{"no chat", good, "SLACK_BOT_TOKEN=", []string{"SLACK_BOT_TOKEN"}},
		{"half of Twilio", good, "TWILIO_AUTH_TOKEN=", []string{"TWILIO_AUTH_TOKEN"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorldOn(t, nil, tt.config)
			p := w.launch(tt.env, "EARSHOT_DATA_DIR="+t.TempDir())
			if status := p.exit(patience); status != 2 {
				t.Errorf("exit status %d, want 2", status)
			}
			for _, want := range tt.want {
				if want = strings.ReplaceAll(want, "FILE", w.config); !strings.Contains(p.words(), want) {
					t.Errorf("%q is not said:\n%s", want, p.words())
				}
			}
		})
	}
	t.Run("a port that is taken", func(t *testing.T) {
		w := newWorld(t, good)
		w.start()
		p := w.launch()
		if status := p.exit(patience); status != 1 || !strings.Contains(p.words(), "EARSHOT_LISTEN") {
			t.Errorf("exit status %d, want 1:\n%s", status, p.words())
		}
		if a, err := ask(t, http.MethodGet, w.base()+"/readyz", ""); err != nil || a.status != http.StatusOK {
			t.Errorf("the first one is ready no more: %v, %v", a.status, err)
		}
	})
}
