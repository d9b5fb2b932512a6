package twilio

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What one SMS holds, alone and as part of a longer one.
const (
	gsmAlone, gsmPart = 160, 153
	ucsAlone, ucsPart = 70, 67
)

// maxSegments is how many parts a message of ours may have.
const maxSegments = 2

// gsmBasic is the default alphabet of GSM 03.38; each character costs one septet.
const gsmBasic = "@£$¥èéùìòÇ\nØø\rÅå\u0394_ΦΓΛΩΠΨΣΘΞÆæßÉ" +
	" !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// gsmExtended is the extension table; each character costs an escape too.
const gsmExtended = "\f^{}\\[~]|€"

// septets returns what the character costs in GSM-7; 0: it can't be written.
func septets(r rune) int {
	switch {
	case strings.ContainsRune(gsmBasic, r):
		return 1
	case strings.ContainsRune(gsmExtended, r):
		return 2
	}
	return 0
}

// plain reports whether the whole text can be written in GSM-7. One character
// that can't turns all of it into UCS-2.
func plain(text string) bool {
	for _, r := range text {
		if septets(r) == 0 {
			return false
		}
	}
	return true
}

// segments counts the parts the text is sent in. A character of two units is
// never torn apart, so a part may end one unit early.
func segments(text string) int {
	alone, part, cost := ucsAlone, ucsPart, utf16.RuneLen
	if plain(text) {
		alone, part, cost = gsmAlone, gsmPart, septets
	}
	total, parts, used := 0, 1, 0
	for _, r := range text {
		n := max(cost(r), 1)
		total += n
		if used+n > part {
			parts, used = parts+1, 0
		}
		used += n
	}
	if total <= alone {
		return 1
	}
	return parts
}

// fits reports whether the text may be sent as it is.
func fits(text string) bool {
	// No text of that many bytes fits; it need not be counted to the end.
	return len(text) <= 4*maxSegments*gsmAlone && segments(text) <= maxSegments
}

// fit cuts the middle until head, middle and tail fit together. The middle is cut
// at a word where there is one, and ends in three dots then. What needs more than one
// part does without pictures and accents where that makes it cheap.
func fit(head, middle, tail string) string {
	if segments(head+middle+tail) > 1 {
		middle = thrifty(middle)
	}
	if whole := head + middle + tail; fits(whole) {
		return whole
	}
	const dots = "..."
	after := dots
	if strings.HasPrefix(tail, ".") { // which then ends the dots
		after = dots[1:]
	}
	cut := shorten(middle, after, func(m string) bool { return fits(head + m + tail) })
	if whole := head + cut + tail; fits(whole) {
		return whole
	}
	// Names too long for any message: what may be replied matters most.
	if cut := shorten(head, dots, func(h string) bool { return fits(h + tail) }); cut != "" {
		return cut + tail
	}
	return shorten(head+tail, dots, fits)
}

// shorten returns the longest beginning of the text, followed by the dots, that
// is good enough; empty when none is.
func shorten(text, dots string, good func(string) bool) string {
	low, high := 0, len(text)
	for low < high { // the longest good cut, by halving
		mid := (low + high + 1) / 2
		if good(text[:runeStart(text, mid)] + dots) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	end := runeStart(text, low)
	if end == 0 {
		return ""
	}
	if word := strings.LastIndexByte(text[:end], ' '); word > end/2 {
		end = word
	}
	return strings.TrimRight(text[:end], " ,;:.-") + dots
}

// runeStart returns i, or where the character begins that i is inside of.
func runeStart(text string, i int) int {
	for i > 0 && i < len(text) && !utf8.RuneStart(text[i]) {
		i--
	}
	return i
}
