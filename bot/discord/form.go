package discord

import (
	"cmp"
	"context"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/commands"
)

// What Discord bears in a form.
const (
	maxTitle  = 45
	maxFields = 5
	maxHint   = 100
	maxLine   = 500
)

// formed begins what a form carries along: its words, with the fields' names in the
// places of what is filled in.
const formed = "form:"

// chosen begins what a menu is called that stands for a form of one choice, and marking
// one that asks on which timeline a message belongs, before what that is kept as.
const (
	chosen  = "pick:"
	marking = "mark:"
)

// drawForm is a form as a modal of text inputs; Discord's own has nothing to choose
// from that the library could say. ok is false where it can't carry the words.
func (c *Client) drawForm(ctx context.Context, f commands.Form) (modal any, ok bool) {
	if len(f.Fields) == 0 || len(f.Fields) > maxFields {
		return nil, false
	}
	words := f.Words
	if utf8.RuneCountInString(formed+words) > maxCarried {
		if words = c.shelve(ctx, words); words == "" {
			return nil, false
		}
	}
	var rows []discordgo.MessageComponent
	for _, field := range f.Fields {
		rows = append(rows, discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.TextInput{
			CustomID: field.Name, Style: discordgo.TextInputShort, Required: !field.Optional, MaxLength: maxLine,
			Label:       bot.Clean(cmp.Or(field.Label, field.Name), maxTitle),
			Value:       bot.Clean(field.Value, maxLine),
			Placeholder: bot.Clean(hint(field), maxHint),
		}}})
	}
	return map[string]any{"custom_id": formed + words, "title": bot.Clean(f.Title, maxTitle), "components": rows}, true
}

// hint says what may be typed into a field.
func hint(f commands.Field) string {
	switch {
	case f.Hint != "":
		return f.Hint
	case f.Kind == commands.Moment:
		return "18:00, tomorrow 9:00, fri 18:00 or 2026-03-09T18:00"
	}
	var all []string
	for _, o := range f.Options {
		all = append(all, o.Value)
	}
	return strings.Join(all, ", ")
}

// drawChoice is a form of one choice as a menu that the speaker alone sees, called by a
// name of its own or by the field's; ok is false where something has to be typed, or it
// can't carry the words.
func (c *Client) drawChoice(ctx context.Context, name string, f commands.Form) (m message, ok bool) {
	if len(f.Fields) != 1 || f.Fields[0].Kind != commands.Choice {
		return message{}, false
	}
	field := f.Fields[0]
	menu := discordgo.SelectMenu{CustomID: cmp.Or(name, chosen+field.Name), Placeholder: bot.Clean(cmp.Or(field.Label, field.Name), maxHint)}
	seen := map[string]bool{}
	for _, o := range field.Options {
		if o.Value == "" || len(menu.Options) == maxOptions {
			continue
		}
		value := c.carried(ctx, strings.ReplaceAll(f.Words, "{"+field.Name+"}", o.Value))
		if value == "" || seen[value] {
			continue
		}
		seen[value] = true
		menu.Options = append(menu.Options, discordgo.SelectMenuOption{Label: bot.Clean(cmp.Or(o.Label, o.Value), maxHint), Value: value})
	}
	if len(menu.Options) == 0 {
		return message{}, false
	}
	return message{
		Content:    escape(cmp.Or(f.Note, f.Title), maxContent),
		Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{menu}}},
	}, true
}
