package twilio

import (
	"slices"
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

// Letters that GSM-7 lacks, and those beneath their accents.
const (
	accented = "áâãāăąćčçďđêëēėęěğíîïīįķļľłńňņóôõōőŕřśšşșťţțúûūůűųýÿźžż" +
		"ÁÀÂÃĀĂĄĆČĎĐÈÊËĒĖĘĚĞÍÌÎÏĪĮİĶĻĽŁŃŇŅÓÒÔÕŌŐŔŘŚŠŞȘŤŢȚÚÙÛŪŮŰŲÝŸŹŽŻ"
	bareOnes = "aaaaaacccddeeeeeegiiiiiklllnnnooooorrsssstttuuuuuuyyzzz" +
		"AAAAAAACCDDEEEEEEEGIIIIIIIKLLLNNNOOOOOORRSSSSTTTUUUUUUUYYZZZ"
)

// thrifty is the text without pictures and with bare letters, where one cheap alphabet
// writes all of it then; else the text.
func thrifty(text string) string {
	from, to := []rune(accented), []rune(bareOnes)
	thin := strings.Map(func(r rune) rune {
		switch i := slices.Index(from, r); {
		case i >= 0:
			return to[i]
		case r == '\u200d', r == '\ufe0f', r == '\u20e3', unicode.In(r, unicode.So, unicode.Sk) && septets(r) == 0:
			return -1
		}
		return r
	}, text)
	if thin = oneLine(thin); thin == "" || !plain(thin) {
		return text
	}
	return thin
}

// sentence is the text without the full stop that follows it anyhow.
func sentence(text string) string { return strings.TrimRight(text, " .") }
