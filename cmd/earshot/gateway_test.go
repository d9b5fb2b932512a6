package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestCheckOnlineKnocksAtTheGateway sends nothing there.
func TestCheckOnlineKnocksAtTheGateway(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.Method+" "+r.URL.RequestURI())
	}))
	t.Cleanup(server.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	base, err := os.ReadFile("testdata/online.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const body = "  body: '{\"to\": {{json .To}}, \"text\": {{json .Text}}}'\n  secret: canary-secret-of-receipts\n"
	tests := []struct {
		name, gateway, says string
		status              int
	}{
		{"it answers", "url: " + server.URL + "/send?key=canary", "0 errors, 0 warnings", 0},
		{"it does not", "url: " + gone.URL + "/send?key=canary", ":12:1: SMS gateway: sms_gateway: its host does not answer", 2},
		{"its receipts have no way back", "url: " + server.URL + "/{{urlquery .Callback}}", ":12:1: SMS gateway: sms_gateway: {{.Callback}} is used and no public URL is set", 2},
		{"a template that is none", "url: " + server.URL + "/{{.Nobody}}", "sms_gateway.url: this template can't be filled", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "earshot.yaml")
			config := string(base) + "sms_gateway:\n  " + tt.gateway + "\n" + body
			if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
				t.Fatal(err)
			}
			got := earshot(t, "", words("check --online --config "+file), newProviders(t).env...)
			if got.status != tt.status || !strings.Contains(got.out+got.err, tt.says) {
				t.Errorf("status %d: %s%s; want %d and %q", got.status, got.out, got.err, tt.status, tt.says)
			}
			if strings.Contains(got.out+got.err, "canary") {
				t.Errorf("a secret is shown: %s%s", got.out, got.err)
			}
		})
	}
	mu.Lock()
	defer mu.Unlock()
	for _, request := range asked {
		if request != "HEAD /" {
			t.Errorf("the gateway is asked %s", request)
		}
	}
}
