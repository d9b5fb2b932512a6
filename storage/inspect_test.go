package storage

import (
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"github.com/earshot-oncall/earshot/storage/redistest"
)

func TestInspectJudgesAServer(t *testing.T) {
	tests := []struct {
		name     string
		args     []string
		problems []string
		warnings []string
	}{
		{"as it should be", []string{"--appendfsync", "always"}, nil, nil},
		{"everysec is a word", nil, nil, []string{"appendfsync is everysec"}},
		{"fsync left to the kernel", []string{"--appendfsync", "no"}, nil, []string{"appendfsync is no"}},
		{"nothing on disk", []string{"--appendonly", "no", "--appendfsync", "always"}, []string{"appendonly is no"}, nil},
		{"drops what it likes", []string{"--maxmemory-policy", "allkeys-lru", "--appendfsync", "always"}, []string{"maxmemory-policy is allkeys-lru"}, nil},
		{"hides its settings", []string{"--rename-command", "CONFIG", ""}, nil, []string{"hides its configuration"}},
		{
			"hides that nothing is on disk",
			[]string{"--rename-command", "CONFIG", "", "--appendonly", "no", "--maxmemory-policy", "volatile-ttl"},
			[]string{"appendonly is no", "maxmemory-policy is volatile-ttl"}, []string{"hides its configuration"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Dial(redistest.Start(t, tt.args...).URL())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			d, err := Inspect(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if d.Server == "" || strings.Contains(d.Server, "unknown") {
				t.Errorf("server %q", d.Server)
			}
			contain(t, "problems", d.Problems, tt.problems)
			contain(t, "warnings", without(d.Warnings, "CVE"), tt.warnings)
		})
	}
}

// contain reports what is not exactly what was wanted, in order.
func contain(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s %q, want %q", what, got, want)
		return
	}
	for i := range got {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("%s %q, want %q", what, got[i], want[i])
		}
	}
}

func without(lines []string, word string) []string {
	var rest []string
	for _, line := range lines {
		if !strings.Contains(line, word) {
			rest = append(rest, line)
		}
	}
	return rest
}

func TestInspectNeedsAnAnswer(t *testing.T) {
	server := redistest.Start(t)
	c, err := Dial(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	server.Kill()
	if _, err := Inspect(t.Context(), c); err == nil {
		t.Error("no error of a dead server")
	}
}

func TestVersionsAreJudged(t *testing.T) {
	tests := []struct {
		info string
		old  bool
		fix  string
	}{
		{"redis_version:5.0.14", true, "update to 8.2.2"},
		{"redis_version:6.2.19", false, "update to 6.2.20"},
		{"redis_version:6.2.20", false, ""},
		{"redis_version:7.0.15", false, "update to 8.2.2"},
		{"redis_version:7.2.11", false, ""},
		{"redis_version:8.2.1", false, "update to 8.2.2"},
		{"redis_version:8.4.0", false, ""},
		{"redis_version:7.2.4\nvalkey_version:8.1.3", false, "update to 8.1.4"},
		{"redis_version:7.2.4\nvalkey_version:9.0.0", false, ""},
		{"redis_version:", false, ""},
		{"", false, ""},
	}
	for _, tt := range tests {
		s := serverOf(fieldsOf(tt.info))
		if s.old() != tt.old || s.holes() != tt.fix {
			t.Errorf("%q: old %v, fix %q; want %v, %q", tt.info, s.old(), s.holes(), tt.old, tt.fix)
		}
	}
}

// The demo runs on miniredis.
func TestAllOfItRunsOnMiniredis(t *testing.T) {
	small := miniredis.RunT(t)
	s, _ := storeAt(t, "redis://"+small.Addr())
	lifeOf(t, s)
}
