package twilio

import (
	"strings"
	"unicode"
)

// lookalikes are typographic characters that would double the price of an SMS
// and say no more than these.
var lookalikes = strings.NewReplacer(
	"‘", "'", "’", "'", "‚", "'", "“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`,
	"‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "−", "-",
	"…", "...", "•", "-", "·", "-", "→", "->", "←", "<-", "×", "x", "∆", "Δ", "`", "'",
)

// oneLine makes the text harmless in any medium: one line of valid UTF-8, with
// single blanks and without control, formatting and unassigned characters.
func oneLine(text string) string {
	text = strings.ToValidUTF8(text, " ")
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case r == '\u200d', r == '\ufe0f': // joins and colours emoji
			return r
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == '\ufffe', r == '\uffff', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// forSMS is oneLine in the cheapest characters that say the same.
func forSMS(text string) string { return strings.TrimSpace(lookalikes.Replace(oneLine(text))) }

// sentence is the text without the full stop that follows it anyhow.
func sentence(text string) string { return strings.TrimRight(text, " .") }
