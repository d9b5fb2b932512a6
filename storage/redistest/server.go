package redistest

import (
	"bytes"
	"math/rand/v2"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a server may take to start or to end.
const patience = 20 * time.Second

// startTries is how many ports are tried.
const startTries = 3

// A Server is a redis-server with its append-only file on.
type Server struct {
	t    testing.TB
	dir  string
	port int
	args []string

	mu    sync.Mutex
	cmd   *exec.Cmd
	done  chan struct{}
	words *bytes.Buffer
}

// Start runs a server for the length of the test. Arguments are more settings,
// such as "--appendonly", "no"; the last one wins.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir(), port: freePort(t), args: args}
	t.Cleanup(s.Close)
	for range startTries - 1 {
		if s.start() {
			return s
		}
		s.port = freePort(t)
	}
	s.Restart()
	return s
}

// Addr is the server's host and port.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL is where the server is found; it stays the same across Restart.
func (s *Server) URL() string { return "redis://" + s.Addr() }

// Restart starts the server again on what it kept, ending it first where it runs,
// and returns once it answers.
func (s *Server) Restart() {
	s.t.Helper()
	s.end(syscall.SIGTERM)
	if !s.start() {
		s.t.Fatalf("redis-server ended at once:\n%s", s.words)
	}
}

// start runs the server and reports whether it answers; one that ended at once, as
// where a test of another package took the same port, does not.
func (s *Server) start() bool {
	s.t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		s.t.Fatal("this test needs a real redis-server: apt-get install redis-server")
	}
	args := append([]string{
		"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir, "--save", "", "--appendonly", "yes",
		"--appendfsync", "everysec", "--maxmemory-policy", "noeviction", "--hash-max-listpack-value", "1024",
		"--enable-debug-command", "yes",
	}, s.args...)
	s.mu.Lock()
	s.words = &bytes.Buffer{}
	s.cmd = exec.Command(path, args...) //nolint:gosec,noctx // a test's own arguments; Close ends it
	s.cmd.Stdout, s.cmd.Stderr = s.words, s.words
	s.done = make(chan struct{})
	cmd, done := s.cmd, s.done
	err = cmd.Start()
	s.mu.Unlock()
	if err != nil {
		s.t.Fatalf("start redis-server: %v", err)
	}
	go func() {
		_ = cmd.Wait() // killed, most often
		close(done)
	}()
	return s.await(done)
}

// await blocks until the server answers and has loaded its data, or has ended.
func (s *Server) await(done chan struct{}) bool {
	s.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		got, err := Say(s.Addr(), "PING")
		if err == nil && got == "PONG" && s.own() {
			return true
		}
		select {
		case <-done:
			return false
		case <-time.After(2 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("redis-server does not answer: %q, %v", got, err)
		}
	}
}

// own reports whether it is this server that answers, and not one that a test of
// another package started on the same port.
func (s *Server) own() bool {
	info, err := Say(s.Addr(), "INFO", "server")
	return err == nil && strings.Contains(info, "process_id:"+strconv.Itoa(s.PID())+"\r\n")
}

// Kill ends the server with SIGKILL, as a crash would.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

// Close ends the server; a test need not call it.
func (s *Server) Close() { s.end(syscall.SIGKILL) }

// Pause stops the server without ending it, as a machine under pressure would:
// connections stay, answers don't come until Resume.
func (s *Server) Pause() { s.signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

// PID is the server's process id.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cmd.Process.Pid
}

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatalf("signal redis-server: %v", err)
	}
}

func (s *Server) end(sig syscall.Signal) {
	s.mu.Lock()
	cmd, done := s.cmd, s.done
	s.mu.Unlock()
	if cmd == nil || cmd.Process == nil {
		return
	}
	_ = cmd.Process.Signal(sig) // an error says that it is gone already
	_ = cmd.Process.Signal(syscall.SIGCONT)
	select {
	case <-done:
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		<-done
	}
}

// Ports are looked for below those from which the kernel takes one for each
// connection: such a port could be taken between the look and the server's start.
// A cluster's nodes talk to each other on a port 10000 further on, which is below
// them too.
const (
	lowestPort  = 11000
	highestPort = 16000
)

func freePort(t testing.TB) int {
	t.Helper()
	for range 1000 {
		port := lowestPort + rand.IntN(highestPort-lowestPort)
		l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatalf("find a free port: %v", err)
		}
		return port
	}
	t.Fatal("find a free port: none after 1000 tries")
	return 0
}
