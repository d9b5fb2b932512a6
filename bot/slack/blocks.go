package slack

import (
	"fmt"
	"strings"
	"unicode/utf8"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// What one block and all of them may hold. Slack refuses a message of more than
// about 13 000 characters, and nobody reads half of that.
const (
	maxFacts   = 400
	maxStatus  = 1400
	maxDetails = 1600
	maxWarned  = 1000
	maxCard    = 7000
)

// The kinds of what we post, in its metadata: by that it is found again.
const (
	ownEvents   = "earshot_"
	cardEvent   = "earshot_card"
	storyEvent  = "earshot_story"
	pageEvent   = "earshot_page"
	letterEvent = "earshot_letter"
)

// drawCard is the message of an incident's card: the heading as its text, which
// notifications show too, and all the rest in one attachment of the state's colour.
func drawCard(c bot.Card, roster oncall.Roster) message {
	return message{
		text:        heading(c),
		attachments: []sdk.Attachment{attachment(c, roster, &names{}, maxCard)},
		metadata:    metadata(cardEvent, map[string]any{"incident": string(c.ID)}),
	}
}

// drawPage is the message that pages somebody, or everybody in a channel.
func drawPage(m bot.Message, page incident.PageID, roster oncall.Roster) message {
	text := escape(m.Lead, maxText/2)
	if m.Everyone {
		text = "<!channel> " + text
	}
	out := message{text: text, metadata: metadata(pageEvent, map[string]any{"page": string(page)})}
	ids := &names{}
	if len(m.Cards) == 1 && m.More == "" {
		out.attachments = []sdk.Attachment{attachment(m.Cards[0], roster, ids, maxCard)}
		return out
	}
	for _, c := range m.Cards {
		out.attachments = append(out.attachments, entry(c, roster, ids))
	}
	if m.More != "" {
		out.text += "\n" + escape(m.More, maxText/2)
	}
	return out
}

func metadata(event string, payload map[string]any) sdk.SlackMetadata {
	return sdk.SlackMetadata{EventType: event, EventPayload: payload}
}

// heading is the card's first line: ":red_circle: *PLATFORM-42 CRITICAL: Disk full*".
func heading(c bot.Card) string {
	return dot(c.Color) + " *" + escape(c.Heading(), maxText/2) + "*"
}

func dot(c bot.Color) string {
	switch c {
	case bot.Amber:
		return ":large_yellow_circle:"
	case bot.Grey:
		return ":white_circle:"
	case bot.Green:
		return ":large_green_circle:"
	}
	return ":red_circle:"
}

// attachment is a card without its heading, in at most that many characters.
func attachment(c bot.Card, roster oncall.Roster, ids *names, most int) sdk.Attachment {
	var blocks []sdk.Block
	add := func(text string, block func(*sdk.TextBlockObject) sdk.Block) {
		if n := utf8.RuneCountInString(text); text != "" && n <= most {
			most -= n
			blocks = append(blocks, block(sdk.NewTextBlockObject(sdk.MarkdownType, text, false, false)))
		}
	}
	section := func(t *sdk.TextBlockObject) sdk.Block { return sdk.NewSectionBlock(t, nil, nil) }
	small := func(t *sdk.TextBlockObject) sdk.Block { return sdk.NewContextBlock("", t) }

	add(facts(c), small)
	add(lines(append(append([]bot.Line{}, c.Status...), c.Next...), roster, maxStatus), section)
	add(escape(strings.Join(c.Details, "\n"), maxDetails), section)
	if len(c.Warnings) > 0 {
		add(":warning: "+escape(strings.Join(c.Warnings, "\n"), maxWarned), small)
	}
	add(linked(c.Links), small)
	if row := actions(c.Buttons, c.Menu, ids); row != nil {
		blocks = append(blocks, row)
	}
	return sdk.Attachment{
		Color:    c.Color.Hex(),
		Fallback: escape(c.Heading(), maxText),
		Blocks:   sdk.Blocks{BlockSet: blocks},
	}
}

// entry is one incident of several in a message: its heading and one button.
func entry(c bot.Card, roster oncall.Roster, ids *names) sdk.Attachment {
	text := "*" + escape(c.Heading(), maxFacts) + "*\n" + facts(c)
	section := sdk.NewSectionBlock(sdk.NewTextBlockObject(sdk.MarkdownType, text, false, false), nil, nil)
	if len(c.Buttons) > 0 {
		section.Accessory = sdk.NewAccessory(button(c.Buttons[0], ids))
	}
	return sdk.Attachment{
		Color:    c.Color.Hex(),
		Fallback: escape(c.Heading(), maxText),
		Blocks:   sdk.Blocks{BlockSet: []sdk.Block{section}},
	}
}

// facts reads "Platform · payments-db · 3 alerts · since 9:30 AM".
func facts(c bot.Card) string {
	all := []string{c.Team, c.Source, c.Count}
	var kept []string
	for _, f := range all {
		if f != "" {
			kept = append(kept, escape(f, maxFacts/len(all)))
		}
	}
	return strings.Join(append(kept, "since "+moment(c.OpenedAt)), " · ")
}

// linked is as many links as one block holds.
func linked(all []incident.Link) string {
	var b strings.Builder
	for _, l := range all {
		text := link(l)
		if utf8.RuneCountInString(b.String())+utf8.RuneCountInString(text)+3 > maxBlock {
			break
		}
		if b.Len() > 0 {
			b.WriteString(" · ")
		}
		b.WriteString(text)
	}
	return b.String()
}

// actions is the row of buttons with the menu behind them; nil for none.
func actions(buttons, choices []bot.Button, ids *names) sdk.Block {
	var row []sdk.BlockElement
	for _, b := range buttons {
		row = append(row, button(b, ids))
	}
	if len(choices) > 0 {
		row = append(row, menu(choices, ids))
	}
	if len(row) == 0 {
		return nil
	}
	return sdk.NewActionBlock("", row...)
}

func button(b bot.Button, ids *names) *sdk.ButtonBlockElement {
	e := sdk.NewButtonBlockElement(ids.unique(b.Verb), b.Value, plain(b.Label))
	switch b.Style {
	case bot.Primary:
		e.Style = sdk.StylePrimary
	case bot.Danger:
		e.Style = sdk.StyleDanger
	}
	if b.Confirm != "" {
		e.Confirm = sdk.NewConfirmationBlockObject(plain("Are you sure?"), plain(b.Confirm), plain(b.Label), plain("No"))
	}
	return e
}

func menu(choices []bot.Button, ids *names) *sdk.SelectBlockElement {
	options := make([]*sdk.OptionBlockObject, len(choices))
	for i, b := range choices {
		options[i] = sdk.NewOptionBlockObject(b.Value, plain(b.Label), nil)
	}
	return sdk.NewOptionsSelectBlockElement(sdk.OptTypeStatic, plain("Snooze, and more…"), ids.unique(choices[0].Verb), options...)
}

func plain(text string) *sdk.TextBlockObject {
	return sdk.NewTextBlockObject(sdk.PlainTextType, text, false, false)
}

// names keeps action ids apart within one message: "ack", "ack_2".
type names struct{ used map[string]int }

func (n *names) unique(verb string) string {
	if n.used == nil {
		n.used = map[string]int{}
	}
	n.used[verb]++
	if times := n.used[verb]; times > 1 {
		return fmt.Sprintf("%s_%d", verb, times)
	}
	return verb
}
