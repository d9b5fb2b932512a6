package commands

import (
	"regexp"
	"strings"
	"unicode"
)

const (
	maxText  = 4000 // of a request that is looked at
	maxNote  = 1000
	maxTitle = 120
)

// shortcodes are emoji as chats spell them: ":thumbsup:".
var shortcodes = regexp.MustCompile(`^(?::[a-z0-9_+-]+:\s*)+|(?:\s*:[a-z0-9_+-]+:)+$`)

// invisible are characters that hide in and between words, and the parts of emoji
// that turn a digit into a picture.
func invisible(r rune) bool {
	return r == '\ufe0f' || r == '\u20e3' || unicode.Is(unicode.Cf, r)
}

// bare takes off what people put around their words: blanks and emoji.
func bare(s string) string {
	s = strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, cutTo(strings.ToValidUTF8(s, ""), maxText))
	s = strings.TrimFunc(s, decoration)
	return strings.TrimFunc(shortcodes.ReplaceAllString(s, ""), decoration)
}

func decoration(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.In(r, unicode.So, unicode.Sk) || invisible(r)
}

// cutWord splits words after the first, which loses the punctuation around it;
// the rest stays as it was written.
func cutWord(s string) (first, rest string) {
	s = cutTo(strings.ToValidUTF8(s, ""), maxText)
	for s != "" && first == "" {
		s = strings.TrimLeftFunc(s, decoration)
		end := strings.IndexFunc(s, unicode.IsSpace)
		if end < 0 {
			end = len(s)
		}
		first, s = bare(s[:end]), s[end:]
	}
	rest = strings.TrimSpace(s)
	if trimmed := strings.Trim(first, "\"'`.,;:!?/()‘’“”"); trimmed != "" {
		first = trimmed
	}
	return first, rest
}

// tidy makes what a person wrote fit for one line of at most limit characters.
func tidy(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	s = strings.Join(strings.Fields(s), " ")
	if short := cutTo(s, limit); short != s {
		return cutTo(s, limit-1) + "…"
	}
	return s
}

func cutTo(s string, limit int) string {
	n := 0
	for i := range s {
		if n == limit {
			return s[:i]
		}
		n++
	}
	return s
}

// cutToken splits words after the first, which stays as it was written.
func cutToken(s string) (first, rest string) {
	s = strings.TrimSpace(s)
	end := strings.IndexFunc(s, unicode.IsSpace)
	if end < 0 {
		return s, ""
	}
	return s[:end], strings.TrimSpace(s[end:])
}

// cutPrefixFold is strings.CutPrefix in any letter case.
func cutPrefixFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return strings.TrimSpace(s[len(prefix):]), true
}
