package bot

import (
	"strings"
	"unicode/utf8"
)

// maxWords is the loosest limit among the platforms for what a button carries.
const maxWords = 2000

// saying begins what a button carries that says words.
const saying = "say:"

// EncodeWords writes what a button says that stands for typed words, such as
// "say:undo 12".
func EncodeWords(words string) string { return saying + words }

// DecodeWords reads what EncodeWords wrote. ok is false for anything else, since
// what comes back from a platform may be anything.
func DecodeWords(s string) (words string, ok bool) {
	words, ok = strings.CutPrefix(s, saying)
	if !ok || strings.TrimSpace(words) == "" || !utf8.ValidString(words) || utf8.RuneCountInString(s) > maxWords {
		return "", false
	}
	return words, true
}
