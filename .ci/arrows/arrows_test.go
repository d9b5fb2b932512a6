package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const house = "example.com/house"

func TestJudgeImport(t *testing.T) {
	tests := []struct {
		name     string
		room     string
		imported string
		rule     string // a part of it; empty: allowed
	}{
		{"downward is fine", "escalation/incident", house + "/escalation/oncall", ""},
		{"upward is not", "escalation/oncall", house + "/escalation/incident", "may import no other room"},
		{"sideways is not", "bot/slack", house + "/storage", "may import only bot, bot/wire, commands"},
		{"the command passes the incident by", "cmd/earshot", house + "/escalation/incident", "may import only"},
		{"the app knows everyone", "cmd/internal/app", house + "/integrations/twilio", ""},
		{"the app knows no fake", "cmd/internal/app", house + "/bot/slack/slackfake", "may import only"},
		{"the demo is a world of fakes", "cmd/internal/demo", house + "/integrations/twilio/twiliofake", ""},
		{"a room nobody planned", "storage/cache", house + "/storage", "not in the plan"},
		{"a room nobody planned may stand alone", "storage/cache", "strings", ""},
		{"an SDK at home", "bot/slack", "github.com/slack-go/slack/slackevents", ""},
		{"an SDK abroad", "commands", "github.com/slack-go/slack", "belongs to bot/slack alone"},
		{"a major version is the same SDK", "bot", "github.com/redis/go-redis/v9", "belongs to storage"},
		{"the queue brings its own connection", "escalation/queue", "github.com/redis/go-redis/v9", ""},
		{"a name that only begins alike", "bot", "github.com/hibiken/asynqmon", ""},
		{"a library for tests", "storage", "pgregory.net/rapid", "for tests alone"},
		{"a fake speaks websocket", "bot/slack/slackfake", "github.com/gorilla/websocket", ""},
		{"a fake speaks nothing else", "bot/slack/slackfake", "github.com/google/uuid", "standard library alone"},
		{"the heart takes no library", "escalation/oncall", "golang.org/x/text/language", "standard library alone"},
		{"the heart takes plain packages", "escalation/oncall", "slices", ""},
		{"the heart has no context", "escalation/incident", "context", "is pure"},
		{"the heart has no luck", "escalation/incident", "math/rand/v2", "is pure"},
		{"the heart has no network", "escalation/oncall", "net/http", "is pure"},
		{"the heart may describe itself to a log", "escalation/incident", "log/slog", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := judgeImport(house, tt.room, tt.imported)
			if (tt.rule == "") != (got == "") || !strings.Contains(got, tt.rule) {
				t.Errorf("judgeImport(%s, %s) = %q, want %q", tt.room, tt.imported, got, tt.rule)
			}
		})
	}
}

func TestPurity(t *testing.T) {
	const source = `package oncall

import (
	"time"
)

func now() time.Time { return time.Now() }

func later(f func()) { go f() }

func fine(at time.Time) time.Time { return at.Add(time.Hour) }
`
	tests := []struct {
		name, room, source string
		want               []string
	}{
		{"a clock and a goroutine are found in a pure room", "escalation/oncall", source,
			[]string{"oncall.go:7: time.Now", "oncall.go:9: go statement"}},
		{"elsewhere they are nobody's business", "escalation", source, nil},
		{"another name for the clock does not hide it", "escalation/oncall",
			strings.NewReplacer(`"time"`, `clock "time"`, "time.", "clock.").Replace(source),
			[]string{"oncall.go:7: time.Now", "oncall.go:9: go statement"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, t.TempDir(), "oncall.go", tt.source)
			got, err := judgeFile(house, tt.room, "oncall.go", path)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, got, tt.want)
		})
	}
}

func TestInspect(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module "+house+"\n\ngo 1.26\n")
	write(t, dir, "escalation/oncall/team.go", "package oncall\n")
	write(t, dir, "storage/redis.go", "package storage\n\nimport _ \""+house+"/escalation/oncall\"\n")
	write(t, dir, "escalation/oncall/team_test.go", "package oncall\n\nimport (\n\t_ \"os\"\n\t_ \"testing\"\n)\n")
	write(t, dir, "escalation/oncall/crash.go", "//go:build crash\n\npackage oncall\n\nimport _ \"os\"\n")
	write(t, dir, "bot/card.go", "package bot\n\nimport _ \""+house+"/storage\"\n")

	got, err := inspect(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, got, []string{
		"bot/card.go:3: import " + house + "/storage: bot may import only",
		"escalation/oncall/crash.go:5: import os: escalation/oncall is pure",
	})
}

// compare holds violations against the beginnings of their lines.
func compare(t *testing.T, got []violation, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("violations = %v, want %v", got, want)
	}
	for i, v := range got {
		if !strings.HasPrefix(v.String(), want[i]) {
			t.Errorf("violation %d = %q, want it to begin %q", i, v, want[i])
		}
	}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
