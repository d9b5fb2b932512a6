package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAlertSendsWhatItWasTold(t *testing.T) {
	tests := []struct {
		name   string
		args   []string
		body   string // what the server gets
		status int    // what it answers
		answer string
		exit   int
		says   string // on standard output, or error
	}{
		{"a whole alert", []string{"--summary", "Disk full", "--severity", "error", "--dedup-key", "disk", "--source", "nagios",
			"--routing-key", "database", "--label", "host=db1", "--label", "query=a=b;c"},
			`{"dedup_key":"disk","action":"trigger","summary":"Disk full","severity":"error","source":"nagios","routing_key":"database","labels":{"host":"db1","query":"a=b;c"}}`,
			202, `{"status":"accepted","incident":"PLATFORM-42","deduplicated":false}`, 0, "PLATFORM-42\n"},
		{"as little as can be", []string{"--summary", "x"}, `{"action":"trigger","summary":"x"}`,
			202, `{"status":"accepted","incident":"PLATFORM-42","deduplicated":true}`, 0, "PLATFORM-42, which was open already\n"},
		{"a resolve of what nobody knows", []string{"--action", "resolve", "--dedup-key", "disk"}, `{"dedup_key":"disk","action":"resolve"}`,
			202, `{"status":"accepted","incident":"","deduplicated":false}`, 0, "accepted; no incident has that key\n"},
		{"a wrong key", []string{"--summary", "x"}, `{"action":"trigger","summary":"x"}`,
			401, `{"error":"key is not one of an integration"}`, 1,
			"earshot: the server answered 401 Unauthorized: key is not one of an integration; check the key or token\n"},
		{"a store away", []string{"--summary", "x"}, `{"action":"trigger","summary":"x"}`,
			503, `{"error":"alert could not be stored"}`, 1,
			"earshot: the server answered 503 Service Unavailable: alert could not be stored; try again in 5 s\n"},
		{"somebody else's server", []string{"--summary", "x"}, `{"action":"trigger","summary":"x"}`,
			200, `<html>`, 1, "is there an Earshot at http://"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if string(body) != tt.body {
					t.Errorf("body %s want %s", body, tt.body)
				}
				if r.Method != http.MethodPost || r.URL.Path != "/api/v1/alerts" || r.Header.Get("Authorization") != "Bearer secret" {
					t.Errorf("asked %s %s with %q", r.Method, r.URL, r.Header.Get("Authorization"))
				}
				w.Header().Set("Retry-After", "5")
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.answer)
			}))
			defer server.Close()
			got := earshot(t, "", append([]string{"alert", "--url", server.URL + "/", "--key", "secret"}, tt.args...))
			if got.status != tt.exit || !strings.Contains(got.out+got.err, tt.says) {
				t.Errorf("status %d: %s%s want %s", got.status, got.out, got.err, tt.says)
			}
			if strings.Contains(got.out+got.err, "secret") {
				t.Errorf("the key is shown: %s%s", got.out, got.err)
			}
		})
	}
}

func TestAServerThatIsNotThereIsAFailure(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	got := earshot(t, "", []string{"alert", "--url", server.URL, "--key", "k", "--summary", "s"})
	if got.status != exitFailed || !strings.HasPrefix(got.err, "earshot: reach the server: ") || strings.Count(got.err, "\n") != 1 {
		t.Errorf("status %d: %s", got.status, got.err)
	}
}

// archive is an admin API with three incidents in pages of two.
func archive(t *testing.T) *httptest.Server {
	t.Helper()
	opened := []string{"2026-03-03T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer admin" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if id, ok := strings.CutPrefix(r.URL.Path, "/api/v1/incidents/"); ok {
			fmt.Fprintf(w, "{\n  %q: %q,\n  \"timeline\": [ {\"text\": \"a <b>\"} ]\n}\n", "id", id)
			return
		}
		from, next := 0, "2"
		if r.URL.Query().Get("cursor") == "2" {
			from, next = 2, ""
		}
		var page []map[string]string
		for i := from; i < min(from+2, len(opened)); i++ {
			page = append(page, map[string]string{"id": fmt.Sprintf("PLATFORM-%d", 3-i), "opened_at": opened[i]})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"incidents": page, "next_cursor": next})
	}))
	t.Cleanup(server.Close)
	return server
}

func TestExportWritesEveryIncidentOnALine(t *testing.T) {
	const one, two, three = `{"id":"PLATFORM-1","timeline":[{"text":"a <b>"}]}` + "\n",
		`{"id":"PLATFORM-2","timeline":[{"text":"a <b>"}]}` + "\n", `{"id":"PLATFORM-3","timeline":[{"text":"a <b>"}]}` + "\n"
	tests := []struct {
		name string
		args string
		want string
	}{
		{"all of them, newest first", "", three + two + one},
		{"those since a moment", "--since 2026-03-02T00:00:00Z", three + two},
		{"none so late", "--since 2026-04-01T00:00:00Z", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := earshot(t, "", words("export "+tt.args), "EARSHOT_PUBLIC_URL", archive(t).URL, "EARSHOT_API_TOKEN", "admin")
			if got.status != 0 || got.out != tt.want {
				t.Errorf("status %d: %s%s want %s", got.status, got.out, got.err, tt.want)
			}
		})
	}
}

func TestExportWithAWrongTokenIsAFailure(t *testing.T) {
	got := earshot(t, "", words("export --token wrong --url "+archive(t).URL))
	const want = "earshot: list incidents: the server answered 401 Unauthorized; check the key or token\n"
	if got.status != exitFailed || got.err != want {
		t.Errorf("status %d: %s", got.status, got.err)
	}
}
