package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTheExamplesHold holds every file of deployments/examples to what check finds,
// in each month of two years, and runs its tests. None needs an environment.
func TestTheExamplesHold(t *testing.T) {
	tests, err := filepath.Glob("../../deployments/examples/*.test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := filepath.Glob("../../deployments/examples/*.yaml")
	if err != nil || len(tests) < 4 || len(all) != 2*len(tests) {
		t.Fatalf("%d files, %d of them tests, %v: want a file of tests for each of at least four", len(all), len(tests), err)
	}
	for _, file := range tests {
		config := strings.TrimSuffix(file, ".test.yaml") + ".yaml"
		t.Run(filepath.Base(config), func(t *testing.T) {
			for month := range 24 {
				at := noon.AddDate(0, month, 0)
				if got := bare(t, at, "check", "--strict", "--config", config); got.status != 0 || !strings.Contains(got.out, "0 errors, 0 warnings") {
					t.Errorf("at %s status %d\n%s%s", at, got.status, got.out, got.err)
				}
			}
			if got := bare(t, noon, "test", file); got.status != 0 || strings.Contains(got.out, "0 passed") {
				t.Errorf("status %d\n%s%s", got.status, got.out, got.err)
			}
			if got := bare(t, noon, "who", "--config", config); got.status != 0 || strings.Contains(got.out, "nobody") {
				t.Errorf("status %d\n%s%s", got.status, got.out, got.err)
			}
		})
	}
}

// bare runs a command line without any environment.
func bare(t *testing.T, now time.Time, args ...string) answer {
	t.Helper()
	var out, err bytes.Buffer
	status := run(t.Context(), args, &terminal{
		in: strings.NewReader(""), out: &out, err: &err,
		env: func(string) (string, bool) { return "", false },
		now: func() time.Time { return now },
	})
	return answer{status, out.String(), err.String()}
}
