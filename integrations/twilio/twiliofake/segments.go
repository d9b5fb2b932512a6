package twiliofake

import (
	"strings"
	"unicode/utf16"
)

// The alphabet of GSM 03.38, and what counts double in it.
const (
	gsm7         = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsm7Extended = "\f^{}\\[~]|€"
)

// Segments returns how many SMS a text takes.
func Segments(text string) int {
	units, single, multi := 0, 160, 153
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsm7, r):
			units++
		case strings.ContainsRune(gsm7Extended, r):
			units += 2
		default:
			return split16(len(utf16.Encode([]rune(text))), 70, 67)
		}
	}
	return split16(units, single, multi)
}

func split16(units, single, multi int) int {
	if units <= single {
		return 1
	}
	return (units + multi - 1) / multi
}
