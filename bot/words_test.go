package bot

import (
	"strings"
	"testing"
)

func TestWordsComeBackAsTheyWere(t *testing.T) {
	for _, words := range []string{"undo 12", "take platform/techops from 2026-03-09T17:00Z to 2026-03-10T08:00Z", "ack: say:x", "ä", strings.Repeat("é", maxWords-len(saying))} {
		if got, ok := DecodeWords(EncodeWords(words)); !ok || got != words {
			t.Errorf("DecodeWords(EncodeWords(%q)) = %q, %v", words, got, ok)
		}
	}
}

func FuzzDecodeWords(f *testing.F) {
	for _, s := range []string{"", "say", "say:", "say: ", "SAY:undo", "v1:ack:PLATFORM-42", "say:\xff", "say:" + strings.Repeat("x", maxWords)} {
		f.Add(s)
		if words, ok := DecodeWords(s); ok {
			f.Errorf("DecodeWords(%q) = %q", s, words)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		words, ok := DecodeWords(s)
		if ok && EncodeWords(words) != s {
			t.Errorf("DecodeWords(%q) = %q, which is written %q", s, words, EncodeWords(words))
		}
		if _, both := DecodeAction(s); ok && both {
			t.Errorf("%q is words and an action", s)
		}
	})
}
