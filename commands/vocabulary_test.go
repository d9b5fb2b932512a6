package commands

import (
	"slices"
	"strings"
	"testing"
)

func TestWordsAreSaidByTheirParts(t *testing.T) {
	tests := []struct {
		word  string
		parts map[string]string
		want  string
	}{
		{"who", nil, "who"},
		{"who", map[string]string{Team: "platform", At: "18:00"}, "who platform at 18:00"},
		{"ack", map[string]string{ID: "PLATFORM-42"}, "ack PLATFORM-42"},
		{"ack", map[string]string{Text: "all"}, "ack all"},
		{"resolve", map[string]string{ID: "PLATFORM-42", Text: "disk replaced"}, "resolve PLATFORM-42 disk replaced"},
		{"snooze", map[string]string{ID: "PLATFORM-42", For: "1h"}, "snooze PLATFORM-42 1h"},
		{"reassign", map[string]string{ID: "PLATFORM-42", Person: "@ana"}, "reassign PLATFORM-42 @ana"},
		{"override", map[string]string{Team: "platform/techops", Person: "@ana", For: "2h"}, "override platform/techops @ana for 2h"},
		{"override", map[string]string{Team: "platform", Person: "@ana", For: "fri 18:00 - mon 9:00"}, "override platform @ana fri 18:00 - mon 9:00"},
		{"override", map[string]string{Text: "cancel 12"}, "override cancel 12"},
		{"take", map[string]string{Team: "platform", For: " 2 hours "}, "take platform for 2 hours"},
		{"maintenance", map[string]string{Team: "platform", For: "2h", Text: "database upgrade"}, "maintenance platform for 2h database upgrade"},
		{"swap", map[string]string{Person: "@ana", Text: "fri for sat"}, "swap @ana fri for sat"},
		{"me", map[string]string{Text: "lead 2h"}, "me lead 2h"},
		{"acknowledge", map[string]string{ID: "PLATFORM-42"}, "ack PLATFORM-42"},
		{"nonsense", map[string]string{Text: "x"}, "nonsense"},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			if got := Say(tt.word, tt.parts); got != tt.want {
				t.Errorf("said %q, want %q", got, tt.want)
			}
		})
	}
}

// TestEveryExampleCanBeSaidByParts takes each word's own example.
func TestEveryExampleCanBeSaidByParts(t *testing.T) {
	for _, w := range words() {
		v := slices.IndexFunc(Vocabulary(), func(v Vocable) bool { return v.Name == w.name })
		if w.hidden {
			if v >= 0 {
				t.Errorf("%s is said by buttons alone", w.name)
			}
			continue
		}
		if v < 0 {
			t.Errorf("%s is missing", w.name)
			continue
		}
		rest := strings.TrimSpace(strings.TrimPrefix(w.example, w.name))
		if got := Say(w.name, map[string]string{Text: rest}); got != w.example {
			t.Errorf("said %q, want %q", got, w.example)
		}
	}
}
