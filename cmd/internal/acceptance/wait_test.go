package acceptance

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// patience is how long anything may take before it counts as broken. It is no
// measure of speed: most of what is waited for comes within milliseconds.
const patience = 40 * time.Second

// glance is how often a condition is looked at.
const glance = 10 * time.Millisecond

// until waits for a condition.
func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); !condition(); {
		select {
		case <-t.Context().Done():
			t.Fatalf("test ended while waiting: %s", what)
		case <-tick.C:
		}
		if time.Now().After(deadline) {
			t.Fatalf("not in %s: %s", patience, what)
		}
	}
}

// An answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   string
	at     time.Time // when it was here, on the monotonic clock too
}

// client waits longer than the program may take for anything.
var client = &http.Client{
	Timeout:   30 * time.Second,
	Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 10 * time.Second},
}

// ask sends one request. Headers come in pairs of name and value.
func ask(t *testing.T, method, address, body string, headers ...string) (answer, error) {
	return askFor(t.Context(), method, address, body, headers...)
}

func askFor(ctx context.Context, method, address, body string, headers ...string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("build request: %w", err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, fmt.Errorf("read answer: %w", err)
	}
	return answer{res.StatusCode, res.Header, string(text), time.Now()}, nil
}

// ports below those that the system hands out by itself and above those of redistest,
// so that a program that was killed finds its own free again.
var ports atomic.Int64

// freeAddress returns an address on loopback where nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 1000 {
		port := 26000 + (int64(os.Getpid())*97+ports.Add(1))%6700
		address := fmt.Sprintf("127.0.0.1:%d", port)
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatalf("free a port: %v", err)
		}
		return address
	}
	t.Fatal("no free port")
	return ""
}
