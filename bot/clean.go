package bot

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// Bounds of what a card shows, in characters. A card stays far below the limits
// of every platform.
const (
	maxTitle  = 200
	maxName   = 60
	maxDetail = 500
	maxReason = 160
	maxLabel  = 60
	maxHref   = 2000
	maxLinks  = 5
	maxListed = 5 // failures, cards of one message
	maxNames  = 8 // people, members of a group
)

// Clean makes words from outside harmless: no control characters, nothing
// invisible, nothing that turns the direction of writing, a single line, valid
// UTF-8, at most limit characters.
func Clean(s string, limit int) string {
	var b strings.Builder
	n, space := 0, false
	for _, r := range s { // invalid bytes come as U+FFFD
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Cc, r):
			space = n > 0
			continue
		case invisible(r):
			continue
		}
		if space {
			b.WriteByte(' ')
			n++
			space = false
		}
		b.WriteRune(r)
		n++
	}
	return cut(b.String(), limit)
}

// invisible reports whether a character shows nothing by itself: zero-width and
// bidirectional ones, tags, and the letters that are blank.
func invisible(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\u034f':
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

func cut(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return strings.TrimRight(string(runes[:max(limit-1, 0)]), " ") + "…"
}

// links keeps what may be followed: absolute http and https addresses.
func links(all []incident.Link) []incident.Link {
	var kept []incident.Link
	for _, l := range all {
		u, err := url.Parse(l.Href)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || len(l.Href) > maxHref {
			continue
		}
		text := Clean(l.Text, maxLabel)
		if text == "" {
			text = Clean(u.Host, maxLabel)
		}
		if kept = append(kept, incident.Link{Href: u.String(), Text: text}); len(kept) == maxLinks {
			break
		}
	}
	return kept
}
