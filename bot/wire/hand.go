package wire

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Hand writes lines in a platform's markup.
type Hand struct {
	Words   func(string) string                 // escaped
	Moment  func(at time.Time, far bool) string // on each reader's own clock; far: with its day
	Mention func(oncall.PersonID) string
}

// Line writes one line.
func (h Hand) Line(l bot.Line) string {
	var b strings.Builder
	for _, s := range l {
		switch {
		case !s.At.IsZero():
			b.WriteString(h.Moment(s.At, s.Far))
		case s.Person != "":
			b.WriteString(h.Mention(s.Person))
		default:
			b.WriteString(h.Words(s.Text))
		}
	}
	return b.String()
}

// Lines joins as many as fit into that many characters; a line that does not is left
// out whole, since a cut could split a moment or a mention.
func (h Hand) Lines(all []bot.Line, most int) string {
	var b strings.Builder
	for _, l := range all {
		text := h.Line(l)
		if utf8.RuneCountInString(b.String())+utf8.RuneCountInString(text)+1 > most {
			break
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text)
	}
	return b.String()
}

// Listed is a text with a list below it, in as many of its lines as fit into so many
// bytes. item writes one of them.
func Listed(text string, list []string, most int, item func(string) string) string {
	for i, l := range list {
		next := "\n• " + item(l)
		if len(text)+len(next) > most {
			return text + fmt.Sprintf("\n… and %d more", len(list)-i)
		}
		text += next
	}
	return text
}
