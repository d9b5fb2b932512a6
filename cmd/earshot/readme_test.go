package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTheReadmeWorks takes the configuration and the unit test that the README
// shows, and tries them as a reader would.
func TestTheReadmeWorks(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	blocks = slices.DeleteFunc(blocks, func(b []string) bool { return excerpt(t, b[1]) })
	var more []string
	blocks = slices.DeleteFunc(blocks, func(b []string) bool {
		isMore := settings.MatchString(b[1])
		if isMore {
			more = append(more, b[1])
		}
		return isMore
	})
	if len(blocks) != 2 {
		t.Fatalf("the README has %d YAML blocks of its own, want a configuration and a unit test", len(blocks))
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	config := write("earshot.yaml", strings.ReplaceAll("\n"+blocks[0][1], "\n   ", "\n"))
	tests := write("tests.yaml", blocks[1][1])
	for _, args := range [][]string{{"check", "--strict", "--config", config}, {"who", "--config", config}, {"test", tests}} {
		if got := earshot(t, "", args, "ANY_KEY", "a-key"); got.status != 0 {
			t.Errorf("earshot %s: status %d\n%s%s", strings.Join(args, " "), got.status, got.out, got.err)
		}
	}
	for _, text := range more {
		whole := text
		if !strings.HasPrefix(text, "people:") {
			whole = strings.ReplaceAll("\n"+blocks[0][1], "\n   ", "\n") + "\n" + text
		}
		with := write("more.yaml", whole)
		got := earshot(t, "", []string{"check", "--config", with}, "ANY_KEY", "a-key", "MODEM_PASSWORD", "a-word", "SMS_KEY", "another-key", "SMS_CALLBACK_SECRET", "sixteen-or-more-letters")
		if got.status != 0 {
			t.Errorf("earshot check with\n%s\nstatus %d\n%s%s", text, got.status, got.out, got.err)
		}
	}
}

// settings begin a block that is to be added to a whole configuration, or is one.
var settings = regexp.MustCompile(`^(phones|sms_gateway|people):`)

// excerpt reports whether a block stands, line by line, in one of the worked examples.
func excerpt(t *testing.T, block string) bool {
	t.Helper()
	files, err := filepath.Glob("../../deployments/examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(unindented(string(text)), unindented(block))
	})
}

func unindented(s string) string { return regexp.MustCompile(`(?m)^[ ]+`).ReplaceAllString(s, "") }

// TestTheExampleIsClean holds the example configuration to what check finds.
func TestTheExampleIsClean(t *testing.T) {
	got := earshot(t, "", []string{"check", "--strict", "--config", "../../deployments/earshot.example.yaml"}, "VO_KEY", "vo-key", "ANY_KEY", "any-key",
		"PD_KEY", "pd-key", "OG_KEY", "og-key", "GRAF_KEY", "graf-key", "CRON_KEY", "cron-key")
	if got.status != 0 {
		t.Errorf("status %d\n%s%s", got.status, got.out, got.err)
	}
}
