package redisd

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what has to come.
const patience = 20 * time.Second

func start(t *testing.T, dir string) *Server {
	t.Helper()
	s, err := Start(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// do sends a command and returns its answer's first line.
func do(t *testing.T, s *Server, words ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := s.at.tell(ctx, "", words...)
	var a answer
	if !errors.As(err, &a) {
		t.Fatalf("%s: %v", words[0], err)
	}
	return string(a)
}

// until waits for what has to become true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
		<-time.After(5 * time.Millisecond)
	}
}

func TestAServerOfItsOwnKeepsEverything(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := start(t, dir)
	if !strings.HasPrefix(s.URL(), "unix://"+dir) {
		t.Errorf("url %s, want a socket in the data folder", s.URL())
	}
	for _, private := range []string{dir, filepath.Join(dir, configName)} {
		if info, err := os.Stat(private); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v; nobody else may read it", private, info.Mode(), err)
		}
	}
	if got := do(t, s, "SET", "k", "v"); got != "+OK" {
		t.Fatalf("set: %s", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(); err != nil {
		t.Errorf("after close: %v", err)
	}
	again := start(t, dir)
	if got := do(t, again, "STRLEN", "k"); got != ":1" {
		t.Errorf("kept %s, want :1", got)
	}
	settings, err := os.ReadFile(filepath.Join(dir, configName))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"appendonly yes", "appendfsync always", "maxmemory-policy noeviction", `save ""`, "hash-max-listpack-value 1024"} {
		if !strings.Contains(string(settings), "\n"+line+"\n") {
			t.Errorf("the configuration lacks %q", line)
		}
	}
}

func TestADeadServerIsStartedAgain(t *testing.T) {
	s := start(t, t.TempDir())
	url := s.URL()
	for round := range 3 {
		pid := s.PID()
		if pid <= 0 {
			t.Fatalf("process %d", pid)
		}
		if got := do(t, s, "INCR", "n"); got != ":"+string(rune('1'+round)) {
			t.Fatalf("round %d: %s", round, got)
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		until(t, "another server answers", func() bool {
			now := s.PID()
			return now != 0 && now != pid && s.at.ask(t.Context()) == nil
		})
	}
	if s.URL() != url {
		t.Errorf("moved from %s to %s", url, s.URL())
	}
}

func TestASecondServerOnTheSameFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir)
	_, err := Start(t.Context(), dir, nil)
	if err == nil || !strings.Contains(err.Error(), "in use by another earshot") {
		t.Errorf("%v; want a refusal that says why", err)
	}
	if got := do(t, first, "SET", "k", "v"); got != "+OK" {
		t.Errorf("the first suffered: %s", got)
	}
}

func TestAForeignServerOnTheSameFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	foreign, err := s.launch()
	if err != nil {
		t.Fatal(err)
	}
	defer foreign.end(patience)
	if err := s.await(t.Context(), foreign); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := Start(ctx, dir, nil); err == nil || !strings.Contains(err.Error(), "another redis-server") {
		t.Errorf("%v; want a refusal that says why", err)
	}
}

func TestAPathTooLongForASocketGetsAPort(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	s := start(t, dir)
	if !strings.HasPrefix(s.URL(), "redis://:") || !strings.Contains(s.URL(), "@127.0.0.1:") {
		t.Fatalf("url %s, want a port on loopback with a password", s.URL())
	}
	stranger := s.at
	stranger.password = ""
	if err := stranger.ask(t.Context()); err == nil || !strings.Contains(err.Error(), "NOAUTH") {
		t.Errorf("without the password: %v", err)
	}
	if got := do(t, s, "SET", "k", "v"); got != "+OK" {
		t.Errorf("set: %s", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := do(t, start(t, dir), "STRLEN", "k"); got != ":1" {
		t.Errorf("kept %s, want :1", got)
	}
}

func TestAFolderOfAnyNameWorks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), `a "b" \c #d é`)
	s := start(t, dir)
	if got := do(t, s, "SET", "k", "v"); got != "+OK" {
		t.Errorf("set: %s", got)
	}
	if !strings.Contains(s.URL(), "%22b%22") {
		t.Errorf("url %s is not escaped", s.URL())
	}
}

func TestStartSaysWhatIsWrong(t *testing.T) {
	t.Run("nothing installed", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if _, err := Start(t.Context(), t.TempDir(), nil); !errors.Is(err, ErrNotInstalled) {
			t.Errorf("%v, want ErrNotInstalled", err)
		}
	})
	t.Run("a folder that is a file", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "data")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Start(t.Context(), file, nil); err == nil || !strings.Contains(err.Error(), "data folder") {
			t.Errorf("%v", err)
		}
	})
	t.Run("a torn file", func(t *testing.T) {
		dir := t.TempDir()
		s := start(t, dir)
		if got := do(t, s, "SET", "k", "v"); got != "+OK" {
			t.Fatal(got)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		spoil(t, dir)
		_, err := Start(t.Context(), dir, nil)
		if err == nil || !strings.Contains(err.Error(), "Bad file format") {
			t.Errorf("%v; want the server's own words", err)
		}
		// The folder is free again for who mends it.
		lock, err := own(dir)
		if err != nil {
			t.Fatal(err)
		}
		_ = lock.Close()
	})
}

// spoil writes nonsense over the append-only file.
func spoil(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "appendonlydir", "*.incr.aof"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if err := os.WriteFile(files[0], []byte("nonsense\r\n and more\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestMain lets the test program play the one that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("REDISD_TEST_DIR"); dir != "" {
		if _, err := Start(context.Background(), dir, nil); err != nil {
			_, _ = os.Stderr.WriteString(err.Error())
			os.Exit(1)
		}
		_, _ = os.Stdout.WriteString("started\n")
		select {}
	}
	os.Exit(m.Run())
}

func TestTheServerDoesNotOutliveTheProgram(t *testing.T) {
	dir := t.TempDir()
	for range 2 { // the second finds what the first has left behind
		program := exec.Command(os.Args[0])
		program.Env = append(os.Environ(), "REDISD_TEST_DIR="+dir)
		out, err := program.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := program.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 8)); err != nil {
			t.Fatalf("it did not start: %v", err)
		}
		if err := program.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = program.Wait() // killed
	}
	s := start(t, dir) // at once, while the other may still be ending
	if got := do(t, s, "SET", "k", "v"); got != "+OK" {
		t.Errorf("set: %s", got)
	}
}
