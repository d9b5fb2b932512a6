package storage

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/storage/redistest"
)

func TestReadyTriesToWrite(t *testing.T) {
	server := redistest.Start(t)
	s, _ := storeAt(t, server.URL())
	if err := s.Ready(t.Context()); err != nil {
		t.Fatalf("a healthy server: %v", err)
	}
	// One that wants replicas it doesn't have answers reads and refuses writes.
	if _, err := redistest.Say(server.Addr(), "CONFIG", "SET", "min-replicas-to-write", "1"); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "NOREPLICAS") {
		t.Errorf("%v; want the server's own words", err)
	}
	if _, err := redistest.Say(server.Addr(), "CONFIG", "SET", "min-replicas-to-write", "0"); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("mended: %v", err)
	}
	server.Kill()
	if err := s.Ready(t.Context()); err == nil {
		t.Error("a dead server is ready")
	}
	server.Restart()
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("back again: %v", err)
	}
}

func TestAHangingServerIsGivenUp(t *testing.T) {
	server := redistest.Start(t)
	s, _ := storeAt(t, server.URL())
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Pause()
	defer server.Resume()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := s.Ready(ctx); err == nil {
		t.Error("a hanging server is ready")
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %v in spite of its context", took)
	}
}
