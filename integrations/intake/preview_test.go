package intake

import (
	"strings"
	"testing"
)

func TestADryRunChangesNothing(t *testing.T) {
	tests := []struct {
		name, query, body string
		status            int
		answer            string
	}{
		{"a trigger", "?dry_run=1", `{"summary":"x"}`, 200, `{"because":"integration any","status":"dry run","team":"web","tried":0}`},
		{"a trigger that names its route", "?dry_run=true", `{"summary":"x","routing_key":"platform"}`, 200, `{"because":"routing key platform","status":"dry run"`},
		{"whatever is said but no", "?dry_run=yes", `{"summary":"x"}`, 200, `{"because":`},
		{"nothing said", "?dry_run", `{"summary":"x"}`, 200, `{"because":`},
		{"a resolve", "?dry_run=1", `{"action":"resolve","dedup_key":"k"}`, 200, `{"status":"dry run","action":"resolve"}`},
		{"an acknowledge", "?dry_run=1", `{"action":"Acknowledge","dedup_key":"k"}`, 200, `{"status":"dry run","action":"acknowledge"}`},
		{"a mistake", "?dry_run=1", `{}`, 400, `{"error":"summary is required for a trigger","field":"summary"}`},
	}
	b := newBench()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := b.send("POST", nativePath+tt.query, "Bearer native-key", tt.body)
			if w.Code != tt.status || !strings.HasPrefix(w.Body.String(), tt.answer) {
				t.Errorf("answer %d %s, want %d %s", w.Code, w.Body, tt.status, tt.answer)
			}
		})
	}
	if w := b.send("POST", nativePath+"?dry_run=1", "Bearer wrong", `{"summary":"x"}`); w.Code != 401 {
		t.Errorf("a wrong key: %d %s", w.Code, w.Body)
	}
	if len(b.events) > 0 || strings.Contains(strings.Join(b.results, " "), Accepted) {
		t.Errorf("events %v, results %q", b.events, b.results)
	}
	if w := b.send("POST", nativePath+"?dry_run=0", "Bearer native-key", `{"summary":"x"}`); w.Code != 202 || b.opened != 1 {
		t.Errorf("no dry run: %d %s", w.Code, w.Body)
	}
}
