package demo

import (
	"context"
	"errors"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// deadline is how long anything on the page may take to be seen.
const deadline = 30 * time.Second

// A browser has one page open.
type browser struct{ ctx context.Context }

// open runs the demo with an app and returns its address and a browser on it.
// What the page complains about fails the test.
func open(t *testing.T, start starter, width, height int) (base string, page browser) {
	t.Helper()
	base = show(t, start)
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no chromium here; `make test` installs it")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(width, height),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-background-networking", true),
		chromedp.UserDataDir(t.TempDir()),
	)
	alloc, stop := chromedp.NewExecAllocator(t.Context(), flags...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	err := chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("the page broke: %v", ev.ExceptionDetails)
		case *runtime.EventConsoleAPICalled:
			if ev.Type == runtime.ConsoleAPICalledTypeError {
				t.Errorf("the page complains: %s", ev.Args[0].Value)
			}
		case *log.EventEntryAdded:
			if ev.Entry.Level == log.EntryLevelError {
				t.Errorf("the browser complains: %s %s", ev.Entry.Text, ev.Entry.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	page = browser{ctx}
	page.do(t, chromedp.EmulateViewport(int64(width), int64(height)), chromedp.Navigate(base))
	page.until(t, `document.body.dataset.live === "yes"`)
	return base, page
}

// show runs the demo on a port of its own until the test ends.
func show(t *testing.T, start starter) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	told := make(chan string, 1)
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, Options{Listen: "127.0.0.1:0", Out: teller(told)}, start) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	})
	select {
	case text := <-told:
		base := regexp.MustCompile(`http://\S+`).FindString(text)
		if base == "" {
			t.Fatalf("the demo tells no address: %q", text)
		}
		return base
	case err := <-ended:
		ended <- nil
		t.Fatalf("the demo did not start: %v", err)
	}
	return ""
}

// A teller hands on what is written to it.
type teller chan string

func (t teller) Write(p []byte) (int, error) {
	t <- string(p)
	return len(p), nil
}

// do carries out actions, one after the other.
func (b browser) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// until waits for a condition, in JavaScript, to hold on the page.
func (b browser) until(t *testing.T, condition string) {
	t.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.Poll[bool]("Boolean("+condition+")", chromedp.WithPollingTimeout(deadline), chromedp.WithPollingInterval(25*time.Millisecond)))
	if err != nil {
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		t.Fatalf("wait for %s: %v; the page shows:\n%s", condition, err, text)
	}
}

// js runs a script on the page.
func js(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script)
}

// tap presses what has a test id, below another selector if one is given. What the
// page draws anew between the look and the press is looked for again.
func (b browser) tap(t *testing.T, id string, within ...string) {
	t.Helper()
	selector := chromedp.CSS(strings.Join(append(within, `[data-testid="`+id+`"]`), " "))
	for end := time.Now().Add(deadline); ; {
		err := chromedp.Do(b.ctx, chromedp.WaitVisible(selector), chromedp.Click(selector))
		if err == nil {
			return
		}
		if !gone(err) || time.Now().After(end) {
			t.Fatalf("press %s: %v", id, err)
		}
	}
}

// gone reports that an element left the page while it was being looked at. It is
// found out before the press, never after it.
func gone(err error) bool {
	refusal, ok := errors.AsType[*cdproto.Error](err)
	return ok && strings.Contains(refusal.Message, "Could not find node")
}
