package bot

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestS33WordsFromOutsideAreHarmless(t *testing.T) {
	tests := []struct {
		name  string
		in    string
		limit int
		want  string
	}{
		{"plain words stay", "Disk full on db1: 99 % ünïcödé 日本 🔥", 99, "Disk full on db1: 99 % ünïcödé 日本 🔥"},
		{"one line", " a\r\n\tb\u2028c\u2029d\u00a0e ", 99, "a b c d e"},
		{"control characters", "a\x00b\x1b[31mc\x7f", 99, "a b [31mc"},
		{"direction", "a\u202eb\u2066c\u200fd", 99, "abcd"},
		{"zero width", "a\u200bb\ufeffc\u00add\u2060e", 99, "abcde"},
		{"blank letters", "a\u3164b\u115fc", 99, "abc"},
		{"tags", "a\U000e0041b", 99, "ab"},
		{"broken bytes", "a\xffb", 99, "a\ufffdb"},
		{"bounded", "abcdef", 4, "abc…"},
		{"just fits", "abcd", 4, "abcd"},
		{"no blank before the dots", "abc def", 5, "abc…"},
		{"no room", "abc", 0, "…"},
		{"nothing", " \u200b\n", 9, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in, tt.limit); got != tt.want {
				t.Errorf("Clean(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\u202eb\xff\x00", 3)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = min(max(limit, 1), 1000)
		got := Clean(s, limit)
		if n := utf8.RuneCountInString(got); n > limit || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\x00\u202e\u200b") {
			t.Errorf("Clean(%q, %d) = %q", s, limit, got)
		}
		if again := Clean(got, limit); again != got {
			t.Errorf("Clean(%q) = %q, not the same again", got, again)
		}
	})
}

func TestLinksThatMayBeFollowed(t *testing.T) {
	for href, want := range map[string]string{
		"https://example.com/a?b=c": "https://example.com/a?b=c",
		"http://example.com":        "http://example.com",
		"javascript:alert(1)":       "",
		"data:text/html,x":          "",
		"//example.com":             "",
		"/relative":                 "",
		"https://":                  "",
		"https://bank@evil.example": "",
		"https://e.com/\x00":        "",
		"https://e.com/|x>":         "https://e.com/%7Cx%3E",
		"https://e.com/" + strings.Repeat("a", maxHref): "",
	} {
		got := ""
		if kept := links([]incident.Link{{Href: href}}); len(kept) == 1 {
			got = kept[0].Href
		}
		if got != want {
			t.Errorf("link %q = %q, want %q", href, got, want)
		}
	}
	if got := links(make([]incident.Link, 3)); got != nil {
		t.Errorf("empty links = %v", got)
	}
}

func TestHowLongItTook(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second:                   "0 s",
		0:                              "0 s",
		38*time.Second + 999e6:         "38 s",
		59 * time.Second:               "59 s",
		time.Minute:                    "1 min",
		31*time.Minute + time.Second:   "31 min",
		time.Hour:                      "1 h",
		2*time.Hour + 5*time.Minute:    "2 h 5 min",
		47*time.Hour + 59*time.Minute:  "47 h 59 min",
		48 * time.Hour:                 "2 d",
		76*time.Hour + 30*time.Minute:  "3 d 4 h",
		400*24*time.Hour + time.Minute: "400 d",
	} {
		if got := Took(d); got != want {
			t.Errorf("Took(%v) = %q, want %q", d, got, want)
		}
	}
}
