package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// noon is when these tests take place: a Friday, two days before New York's
// clocks go forward.
var noon = time.Date(2026, time.March, 6, 17, 0, 0, 0, time.UTC)

// An answer is what a command line came to.
type answer struct {
	status int
	out    string
	err    string
}

// earshot runs one command line. env are names and values.
func earshot(t *testing.T, stdin string, args []string, env ...string) answer {
	t.Helper()
	known := map[string]string{"PROM_KEY": "prom-key"}
	for i := 0; i < len(env); i += 2 {
		known[env[i]] = env[i+1]
	}
	var out, err bytes.Buffer
	status := run(t.Context(), args, &terminal{
		in: strings.NewReader(stdin), out: &out, err: &err, now: func() time.Time { return noon },
		env: func(name string) (string, bool) { v, ok := known[name]; return v, ok },
	})
	return answer{status, out.String(), err.String()}
}

// golden compares an answer with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

const config = "testdata/earshot.yaml"

func words(line string) []string { return strings.Fields(line) }

func TestWrongUseIsOneLineAndStatusTwo(t *testing.T) {
	tests := []struct {
		name string
		args string
		says string
	}{
		{"no command", "", `expected one of`},
		{"a misspelt command", "whp", `did you mean "who"?`},
		{"a misspelt flag", "who --confg x", `did you mean "--config"?`},
		{"a file that is not there", "who --config testdata/nothing.yaml", "testdata/nothing.yaml: cannot be read"},
		{"a time in words", "who --at yesterday", "2026-03-08T07:30:00Z"},
		{"a moment and a span", "who --at 2026-03-08T07:30:00Z --from 2026-03-08T07:30:00Z", "give one or the other"},
		{"half a span", "who --from 2026-03-08T07:30:00Z", "give both"},
		{"a span backwards", "who --from 2026-03-08T07:30:00Z --to 2026-03-08T07:30:00Z", "later than"},
		{"an unknown team", "who --config " + config + " --team platfrm", "use one of: platform, web"},
		{"an unknown schedule", "who --config " + config + " --schedule web/techops", "use one of: devs"},
		{"a schedule of another team", "who --config " + config + " --team web --schedule platform/techops", "not of team web"},
		{"nothing to explain", "explain --config " + config, "missing flags: --alert"},
		{"an alert file that is not there", "explain --config " + config + " --alert testdata/nothing.json", "no such file"},
		{"no tests", "test", "expected \"<file> ...\""},
		{"an alert without an address", "alert --key k --summary s", "missing flags: --url"},
		{"an alert to nowhere", "alert --url nowhere --key k --summary s", "is no address of a server"},
		{"an alert that says nothing", "alert --url http://127.0.0.1:1 --key k", "--summary"},
		{"a resolve of nothing", "alert --url http://127.0.0.1:1 --key k --action resolve", "--dedup-key"},
		{"an odd severity", "alert --url http://127.0.0.1:1 --key k --summary s --severity bad", "--severity"},
		{"an export without a token", "export", "EARSHOT_API_TOKEN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := earshot(t, "", words(tt.args))
			if got.status != exitMisuse || !strings.Contains(got.err, tt.says) {
				t.Errorf("status %d, said %q, want %q", got.status, got.err, tt.says)
			}
			if !strings.HasPrefix(got.err, "earshot: ") || strings.Count(got.err, "\n") != 1 || got.out != "" {
				t.Errorf("not one line on standard error: %q; on standard output: %q", got.err, got.out)
			}
		})
	}
}

func TestMistakesOfTheConfigurationAreOneLineEach(t *testing.T) {
	for _, command := range []string{"who", "explain --alert -", "check"} {
		got := earshot(t, `{"summary":"x"}`, words(command+" --config testdata/wrong.yaml"))
		if got.status != exitMisuse {
			t.Errorf("%s: status %d", command, got.status)
		}
		golden(t, "wrong", got.err)
	}
}

func TestTheEnvironmentNamesTheConfiguration(t *testing.T) {
	got := earshot(t, "", words("who --json"), "EARSHOT_CONFIG", "testdata/calm.yaml")
	if want := `{"at":"2026-03-06T17:00:00Z","schedules":[]}` + "\n"; got.out != want || got.status != 0 {
		t.Errorf("status %d, answer %s", got.status, got.out)
	}
	got = earshot(t, "", words("who"))
	if !strings.Contains(got.err, "earshot.yaml: cannot be read") {
		t.Errorf("without a name: %s", got.err)
	}
}

func TestHelpIsNoMistake(t *testing.T) {
	for _, line := range []string{"--help", "who --help", "alert --help"} {
		got := earshot(t, "", words(line))
		if got.status != 0 || got.err != "" || !strings.Contains(got.out, "Usage: earshot") {
			t.Errorf("%s: status %d, %s%s", line, got.status, got.out, got.err)
		}
	}
}

func TestVersionNamesCommitAndLanguage(t *testing.T) {
	got := earshot(t, "", words("version"))
	lines := strings.Split(got.out, "\n")
	if got.status != 0 || len(lines) != 4 || !strings.HasPrefix(lines[0], "earshot ") ||
		!strings.HasPrefix(lines[1], "commit ") || !strings.HasPrefix(lines[2], "go1.") {
		t.Errorf("status %d: %q", got.status, got.out)
	}
}
