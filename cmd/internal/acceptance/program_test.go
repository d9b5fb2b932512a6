package acceptance

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A program is one running `earshot serve`.
type program struct {
	t    *testing.T
	base string // where it listens
	log  string // the file with all that it says
	cmd  *exec.Cmd
	done chan struct{}
}

// run starts the binary. What it says is shown if the test fails.
func run(t *testing.T, base string, env []string, args ...string) *program {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatalf("file for the log: %v", err)
	}
	defer out.Close() //nolint:errcheck // the child has its own handle
	cmd := exec.Command(binary, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, out, out
	p := &program{t: t, base: base, log: out.Name(), cmd: cmd, done: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start earshot: %v", err)
	}
	go func() {
		_ = cmd.Wait() // its status is read where it matters
		close(p.done)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("earshot %s (%s) said:\n%s", strings.Join(args, " "), base, tail(p.words(), 150))
		}
	})
	return p
}

// ready waits until the program takes alerts.
func (p *program) ready() *program {
	p.t.Helper()
	until(p.t, "earshot is ready", func() bool {
		select {
		case <-p.done:
			p.t.Fatalf("earshot ended before it was ready: %v", p.cmd.ProcessState)
		default:
		}
		a, err := ask(p.t, http.MethodGet, p.base+"/readyz", "")
		return err == nil && a.status == http.StatusOK
	})
	return p
}

// kill ends the program with SIGKILL, as a crash would.
func (p *program) kill() {
	_ = p.cmd.Process.Kill() // an error says that it is gone already
	<-p.done
}

func (p *program) signal(sig syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatalf("signal earshot: %v", err)
	}
}

// exit waits for the program's end and returns its status, -1 after a signal.
func (p *program) exit(within time.Duration) int {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(within):
		p.t.Fatalf("earshot still runs after %s", within)
	}
	return p.cmd.ProcessState.ExitCode()
}

// crashed waits until the program has killed itself.
func (p *program) crashed() {
	p.t.Helper()
	p.exit(patience)
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGKILL {
		p.t.Fatalf("earshot ended by itself: %v", p.cmd.ProcessState)
	}
}

// words is everything that the program has said so far.
func (p *program) words() string {
	text, err := os.ReadFile(p.log)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		p.t.Errorf("read the log: %v", err)
	}
	return string(text)
}

// says waits until the program has said something.
func (p *program) says(text string) {
	p.t.Helper()
	until(p.t, "earshot says "+text, func() bool { return strings.Contains(p.words(), text) })
}

func tail(text string, lines int) string {
	all := bytes.Split([]byte(text), []byte("\n"))
	return string(bytes.Join(all[max(0, len(all)-lines):], []byte("\n")))
}
