package twilio

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

func TestSegments(t *testing.T) {
	tests := []struct {
		name string
		text string
		want int
	}{
		{"nothing is one message", "", 1},
		{"160 plain characters are one", strings.Repeat("a", 160), 1},
		{"161 are two", strings.Repeat("a", 161), 2},
		{"306 are two", strings.Repeat("a", 306), 2},
		{"307 are three", strings.Repeat("a", 307), 3},
		{"an extended character costs two", strings.Repeat("a", 159) + "€", 2},
		{"80 of them are one", strings.Repeat("[", 80), 1},
		{"81 are two", strings.Repeat("[", 81), 2},
		{"an escape is never torn off at the end of a part", strings.Repeat("a", 152) + "{" + strings.Repeat("a", 152), 3},
		{"a capital delta is plain", "\u0394" + strings.Repeat("a", 159), 1},
		{"an increment sign is not", "\u2206" + strings.Repeat("a", 70), 2},
		{"an underscore is plain", strings.Repeat("_", 160), 1},
		{"a backtick is not", "`" + strings.Repeat("a", 70), 2},
		{"70 units of Unicode are one", strings.Repeat("я", 70), 1},
		{"71 are two", strings.Repeat("я", 71), 2},
		{"134 are two", strings.Repeat("я", 134), 2},
		{"135 are three", strings.Repeat("я", 135), 3},
		{"an emoji is two units", strings.Repeat("🔥", 35), 1},
		{"36 emoji are two", strings.Repeat("🔥", 36), 2},
		{"an emoji is never torn apart", strings.Repeat("🔥", 67), 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := segments(tt.text); got != tt.want {
				t.Errorf("%d segments, want %d", got, tt.want)
			}
		})
	}
}

func TestAlphabetIsComplete(t *testing.T) {
	if n := utf8.RuneCountInString(gsmBasic); n != 127 { // 128 with the escape
		t.Errorf("%d characters in the default alphabet, want 127", n)
	}
	if n := utf8.RuneCountInString(gsmExtended); n != 10 {
		t.Errorf("%d characters in the extension table, want 10", n)
	}
}

func FuzzS35MessagesHaveTwoSegments(f *testing.F) {
	f.Add("PLATFORM-42", "Disk full on db1", 1, 1, true)
	f.Add("PLATFORM-42", strings.Repeat("very long ", 60), 123456, 3, true)
	f.Add("Ж-1", "🔥🔥 “smart” — quotes\r\n\t…", 0, 1, false)
	f.Add(strings.Repeat("TEAM", 200)+"-1", "\xff\xfe\x00\u202e", 7, 2, true)
	f.Add("A-1", strings.Repeat("€", 400), 7, 2, true)
	f.Fuzz(func(t *testing.T, id, title string, slot, count int, answers bool) {
		in := incident.Incident{ID: incident.ID(id), Title: title, Severity: incident.Critical}
		n := incident.Notice{Incidents: []incident.Incident{in}}
		for range min(max(count, 1), 4) - 1 {
			n.Incidents = append(n.Incidents, in)
		}
		for _, text := range []string{
			message(n, map[incident.ID]int{in.ID: slot}, answers),
			answer(commands.Reply{Text: title, Lines: []string{id, title}}),
		} {
			if got := segments(text); got > maxSegments {
				t.Errorf("%d segments: %q", got, text)
			}
			if got := twiliofake.Segments(text); got > maxSegments {
				t.Errorf("the fake counts %d segments: %q", got, text)
			}
			if strings.ContainsAny(text, "\r\n\t\x00") || !utf8.ValidString(text) {
				t.Errorf("not one clean line: %q", text)
			}
		}
	})
}

func TestEveryAccentHasALetterBeneath(t *testing.T) {
	from, to := []rune(accented), []rune(bareOnes)
	if len(from) != len(to) {
		t.Fatalf("%d letters and %d beneath", len(from), len(to))
	}
	seen := map[rune]bool{}
	for i, r := range from {
		if septets(r) != 0 || septets(to[i]) != 1 || seen[r] {
			t.Errorf("%c is written as %c", r, to[i])
		}
		seen[r] = true
	}
}
