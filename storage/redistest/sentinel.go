package redistest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A Sentinel watches one master.
type Sentinel struct {
	addr string
	name string
}

// StartSentinel runs a Sentinel that knows the master by a name, for the length
// of the test.
func StartSentinel(t testing.TB, name string, master *Server) *Sentinel {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("this test needs a real redis-server: apt-get install redis-server")
	}
	host, port, err := net.SplitHostPort(master.Addr())
	if err != nil {
		t.Fatal(err)
	}
	dir, own := t.TempDir(), freePort(t)
	config := filepath.Join(dir, "sentinel.conf")
	text := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\nsentinel monitor %s %s %s 1\n", own, dir, name, host, port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, config, "--sentinel") //nolint:gosec,noctx // a test's own arguments; the cleanup ends it
	if err := cmd.Start(); err != nil {
		t.Fatalf("start sentinel: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed
	})
	s := &Sentinel{addr: fmt.Sprintf("127.0.0.1:%d", own), name: name}
	deadline := time.Now().Add(patience)
	for {
		got, err := Say(s.addr, "SENTINEL", "get-master-addr-by-name", name)
		if err == nil && strings.Contains(got, port) {
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("sentinel does not answer: %q, %v", got, err)
		}
		<-time.After(5 * time.Millisecond)
	}
}

// URL is where the Sentinel is found.
func (s *Sentinel) URL() string { return "redis-sentinel://" + s.addr + "?master=" + s.name }
