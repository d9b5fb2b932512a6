package redisd

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A process is one run of the server.
type process struct {
	cmd   *exec.Cmd
	words tail
	done  chan struct{}
	err   error // of the run; read after done
}

// launch starts the server without waiting for its answer.
func (s *Server) launch() (*process, error) {
	if err := s.at.clear(); err != nil {
		return nil, fmt.Errorf("clear the socket: %w", err)
	}
	p := &process{done: make(chan struct{})}
	p.cmd = exec.Command(s.binary, filepath.Join(s.dir, configName)) //nolint:gosec,noctx // found on PATH; end stops it
	p.cmd.Dir = s.dir
	p.cmd.Stdout, p.cmd.Stderr = &p.words, &p.words
	p.cmd.SysProcAttr = attributes()
	started := make(chan error)
	go func() {
		// The kernel sends the death signal when the *thread* that started the
		// child ends, so that this one has to stay for as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start redis-server: %w", err)
	}
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// end stops the process: politely, and after a while not.
func (p *process) end(within time.Duration) {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // an error says that it is gone
	select {
	case <-p.done:
		return
	case <-time.After(within):
	}
	_ = p.cmd.Process.Kill()
	<-p.done
}

// status says how the process ended. Only after done.
func (p *process) status() string {
	if p.err == nil {
		return "exit status 0"
	}
	return p.err.Error()
}

// lastWords returns the end of what the server printed, to be put behind an error.
func (p *process) lastWords() string {
	if s := p.words.String(); s != "" {
		return "; it said: " + s
	}
	return ""
}

// A tail keeps the last lines that are written to it.
type tail struct {
	mu    sync.Mutex
	bytes []byte
}

const tailSize = 4 << 10

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes = append(t.bytes, b...)
	if over := len(t.bytes) - tailSize; over > 0 {
		t.bytes = append(t.bytes[:0], t.bytes[over:]...)
	}
	return len(b), nil
}

// String returns the last few lines as one.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.bytes)), "\n")
	return strings.Join(lines[max(len(lines)-3, 0):], " | ")
}
