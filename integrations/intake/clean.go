package intake

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// How much of a sender's words is kept, in bytes and pieces.
const (
	maxTitle       = 1 << 10
	maxWord        = 256 // names, sources, routing keys, texts of links
	maxDedup       = 512
	maxLabel       = 1 << 10
	maxLabels      = 64
	maxAnnotation  = 8 << 10
	maxAnnotations = 32
	maxHref        = 2 << 10
	maxLinks       = 16
	maxNote        = 2 << 10
)

// clean makes an alert fit to be shown anywhere.
func clean(a incident.Alert) incident.Alert {
	a.Title = line(a.Title, maxTitle)
	a.Source = line(a.Source, maxWord)
	a.RoutingKey = line(a.RoutingKey, maxWord)
	a.Labels = pairs(a.Labels, maxLabels, func(s string) string { return line(s, maxLabel) })
	a.Annotations = pairs(a.Annotations, maxAnnotations, func(s string) string { return text(s, maxAnnotation) })
	a.Links = links(a.Links)
	for i, m := range a.Members {
		a.Members[i].Name = line(m.Name, maxWord)
	}
	return a
}

// line returns s on one line of at most limit bytes.
func line(s string, limit int) string {
	return cut(strings.Join(strings.Fields(visible(s)), " "), limit)
}

// text returns s, line breaks kept, in at most limit bytes.
func text(s string, limit int) string {
	return cut(strings.TrimSpace(visible(s)), limit)
}

// visible drops what nobody sees but what may change how the rest is read, and
// replaces what is no character.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\u2028' || r == '\u2029' || r == '\u0085':
			return '\n'
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), hidden(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// hidden reports the fillers and joiners that are letters and marks by class.
func hidden(r rune) bool {
	switch r {
	case '\u034F', '\u115F', '\u1160', '\u17B4', '\u17B5', '\u3164', '\uFFA0':
		return true
	}
	return false
}

// cut shortens s to at most limit bytes, between characters, and shows it.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	const more = "…"
	end := limit - len(more)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + more
}

// first are the labels that are kept whatever else is dropped, since routes and
// groups ask for them.
var first = []string{"alertname", severityLabel, routingKeyLabel, "cluster", "service", "host", "instance"}

// pairs cleans names and values, drops the empty ones and keeps at most limit.
func pairs(from map[string]string, limit int, clean func(string) string) map[string]string {
	kept := make(map[string]string, min(len(from), limit))
	names := slices.SortedFunc(maps.Keys(from), func(a, b string) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(a, b),
		)
	})
	for _, name := range names {
		key, value := line(name, maxWord), clean(from[name])
		if _, taken := kept[key]; taken || key == "" || value == "" {
			continue
		}
		if len(kept) == limit {
			break
		}
		kept[key] = value
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

func rank(name string) int {
	if i := slices.Index(first, name); i >= 0 {
		return i
	}
	return len(first)
}

// links keeps what is safe to follow: http and https, with a host and without a
// user in front of it.
func links(from []incident.Link) []incident.Link {
	var kept []incident.Link
	for _, l := range from {
		u, err := url.Parse(strings.TrimSpace(l.Href))
		safe := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
		if !safe || len(l.Href) > maxHref || u.Host != visible(u.Host) {
			continue
		}
		link := incident.Link{Href: u.String(), Text: line(l.Text, maxWord)}
		if !slices.ContainsFunc(kept, func(k incident.Link) bool { return k.Href == link.Href }) && len(kept) < maxLinks {
			kept = append(kept, link)
		}
	}
	return kept
}

// dedup bounds a sender's key and keeps different ones different.
func dedup(key string) string {
	if safe := text(key, maxDedup); safe == key {
		return key
	}
	return line(key, maxWord) + " " + digest(key)
}

// digest is a short name of a sender's words.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
