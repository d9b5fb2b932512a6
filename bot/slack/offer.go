package slack

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// What Slack bears in one row of buttons.
const (
	maxOffers  = 25
	maxLabel   = 75
	maxSection = 3000 // characters
	maxValue   = 2000 // of what a button carries
	maxRow     = 6000 // of all that a row of buttons carries, so that the words above fit, too
)

// speak is a message of escaped words with buttons below them.
func speak(text string, offers []oncall.Offer) message {
	m := message{text: text}
	if row := choices(offers); row != nil {
		m.blocks = append(paragraphs(text), row)
	}
	return m
}

// choices is the row of buttons that say words; nil for none. What a button can't
// carry has to be typed.
func choices(offers []oncall.Offer) sdk.Block {
	var row []sdk.BlockElement
	left := maxRow
	for _, o := range offers {
		value := bot.EncodeWords(o.Words)
		size := utf8.RuneCountInString(value)
		if o.Words == "" || size > min(maxValue, left) || len(row) == maxOffers {
			continue
		}
		left -= size
		label := bot.Clean(cmp.Or(o.Label, o.Words), maxLabel)
		e := sdk.NewButtonBlockElement(fmt.Sprintf("say%d", len(row)+1), value, plain(label))
		switch bot.Style(o.Style) {
		case bot.Primary:
			e.Style = sdk.StylePrimary
		case bot.Danger:
			e.Style = sdk.StyleDanger
		}
		row = append(row, e)
	}
	if len(row) == 0 {
		return nil
	}
	return sdk.NewActionBlock("", row...)
}

// paragraphs are as many blocks as the lines of a text need. They are verbatim: a
// name that is typed as a mention stays what it is.
func paragraphs(text string) []sdk.Block {
	var (
		blocks []sdk.Block
		part   strings.Builder
	)
	end := func() {
		if strings.TrimSpace(part.String()) != "" {
			t := sdk.NewTextBlockObject(sdk.MarkdownType, strings.TrimRight(part.String(), "\n"), false, true)
			blocks = append(blocks, sdk.NewSectionBlock(t, nil, nil))
		}
		part.Reset()
	}
	for l := range strings.Lines(text) {
		if utf8.RuneCountInString(part.String())+utf8.RuneCountInString(l) > maxSection {
			end()
		}
		part.WriteString(l)
	}
	end()
	return blocks
}
