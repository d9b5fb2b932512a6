package demo

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestListensOnLoopbackOnly(t *testing.T) {
	tests := []struct {
		name, address string
		ok            bool
	}{
		{"this machine by number", "127.0.0.1:0", true},
		{"this machine by name", "localhost:0", true},
		{"every address there is", "0.0.0.0:0", false},
		{"every address, left out", ":0", false},
		{"every address of version six", "[::]:0", false},
		{"an address of a network", "192.0.2.1:0", false},
		{"a name of somewhere", "example.com:80", false},
		{"no port", "127.0.0.1", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := listen(t.Context(), tt.address)
			if err == nil {
				_ = l.Close()
			}
			if (err == nil) != tt.ok {
				t.Errorf("listen on %q: %v, want allowed %v", tt.address, err, tt.ok)
			}
		})
	}
}

func TestDoors(t *testing.T) {
	base := show(t, startStub)
	client := &http.Client{Timeout: deadline}
	tests := []struct {
		name, method, path, body string
		header                   map[string]string
		host                     string
		want                     int
	}{
		{"the page", "GET", "/", "", nil, "", 200},
		{"its style", "GET", "/demo/assets/page.css", "", nil, "", 200},
		{"under another name", "GET", "/", "", nil, "evil.example", 403},
		{"the app beside it", "GET", "/readyz", "", nil, "", 200},
		{"a change from the page", "POST", "/demo/speed", `{"speed":10}`, map[string]string{"Sec-Fetch-Site": "same-origin"}, "", 200},
		{"a change from another site", "POST", "/demo/speed", `{"speed":10}`, map[string]string{"Sec-Fetch-Site": "cross-site"}, "", 403},
		{"a change from another origin", "POST", "/demo/speed", `{"speed":10}`, map[string]string{"Origin": "https://evil.example"}, "", 403},
		{"a speed that is none", "POST", "/demo/speed", `{"speed":1000000}`, nil, "", 400},
		{"a field that is none", "POST", "/demo/speed", `{"pace":10}`, nil, "", 400},
		{"a body without end", "POST", "/demo/sms", `{"text":"` + strings.Repeat("a", maxAct) + `"}`, nil, "", 400},
		{"an SMS from no phone of ours", "POST", "/demo/sms", `{"number":"+15005550000","text":"4"}`, nil, "", 400},
		{"a call that never was", "POST", "/demo/call", `{"number":"+16175550101","call":"CA1","do":"answer"}`, nil, "", 400},
		{"a sample that is none", "POST", "/demo/alert", `{"sample":"flood"}`, nil, "", 400},
		{"a click on nothing", "POST", "/demo/slack/click", `{"user":"U0ANA","channel":"C0PLATFORM","ts":"1.1","action":"ack"}`, nil, "", 400},
		{"a press of nothing", "POST", "/demo/discord/click", `{"user":"2001","channel":"3001","ts":"1","action":"v1:ack:PLATFORM-1"}`, nil, "", 400},
		{"a command that nobody registered", "POST", "/demo/discord/command", `{"user":"2001","channel":"3001","word":"who"}`, nil, "", 400},
		{"a form that never opened", "POST", "/demo/slack/submit", `{"user":"U0ANA","id":"V1","values":{}}`, nil, "", 400},
		{"a picture that is none", "GET", "/demo/file/slack/F00001", "", nil, "", 404},
		{"a file that is none", "GET", "/demo/file/discord/1/a.md", "", nil, "", 404},
		{"a change by reading", "GET", "/demo/speed", "", nil, "", 405},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), tt.method, base+tt.path, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Host = tt.host
			for name, value := range tt.header {
				req.Header.Set(name, value)
			}
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode != tt.want {
				t.Errorf("answer %d, want %d: %s", res.StatusCode, tt.want, body)
			}
			if policy := res.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || policy == "" && tt.path == "/" && tt.want == 200 {
				t.Errorf("content security policy %q", policy)
			}
		})
	}
}

func TestSamplesAreJSON(t *testing.T) {
	for _, a := range samples {
		if !json.Valid([]byte(a.Body)) {
			t.Errorf("sample %s sends no JSON: %s", a.ID, a.Body)
		}
	}
	if a, err := (order{Summary: `a "quoted" one`, Severity: "error", Route: "web"}).alert(); err != nil || !json.Valid([]byte(a.Body)) {
		t.Errorf("own words become %q, %v", a.Body, err)
	}
	if _, err := (order{Summary: "  "}).alert(); err == nil {
		t.Error("an alert without a word is sent")
	}
}
