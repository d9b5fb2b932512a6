package discord

import (
	"cmp"
	"context"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// What Discord bears below a message.
const (
	maxRow     = 5
	maxRows    = 5
	maxLabel   = 80
	maxCarried = 100
	maxOptions = 25
)

// asking begins what a button carries that asks before it does something: Discord
// has no such question of its own.
const asking = "ask:"

// cutAsking reads what such a button carries.
func cutAsking(s string) (words string, ok bool) { return strings.CutPrefix(s, asking) }

// controls are the buttons of a card with the menu below them.
func controls(c bot.Card) []discordgo.MessageComponent {
	rows := rowsOf(c.Buttons)
	if len(c.Menu) == 0 {
		return rows
	}
	menu := discordgo.SelectMenu{CustomID: "menu:" + string(c.ID), Placeholder: "Snooze, and more…"}
	for _, b := range c.Menu[:min(len(c.Menu), maxOptions)] {
		menu.Options = append(menu.Options, discordgo.SelectMenuOption{Label: b.Label, Value: b.Value})
	}
	return append(rows, discordgo.ActionsRow{Components: []discordgo.MessageComponent{menu}})
}

// rowsOf are buttons in as many rows as they need.
func rowsOf(buttons []bot.Button) []discordgo.MessageComponent {
	var rows []discordgo.MessageComponent
	for len(buttons) > 0 && len(rows) < maxRows {
		n := min(len(buttons), maxRow)
		var row []discordgo.MessageComponent
		for _, b := range buttons[:n] {
			row = append(row, button(b))
		}
		rows, buttons = append(rows, discordgo.ActionsRow{Components: row}), buttons[n:]
	}
	return rows
}

func button(b bot.Button) discordgo.Button {
	style := discordgo.SecondaryButton
	switch b.Style {
	case bot.Primary:
		style = discordgo.PrimaryButton
	case bot.Danger:
		style = discordgo.DangerButton
	}
	carries := b.Value
	if words, ok := bot.DecodeWords(b.Value); ok && b.Confirm != "" {
		carries = asking + words
	}
	return discordgo.Button{Label: bot.Clean(b.Label, maxLabel), Style: style, CustomID: carries}
}

// offered are the buttons that say words. What can't be kept for a button now has to be
// typed.
func (c *Client) offered(ctx context.Context, offers []oncall.Offer) []discordgo.MessageComponent {
	var buttons []bot.Button
	seen := map[string]bool{}
	for _, o := range offers {
		if o.Words == "" {
			continue
		}
		value := c.carried(ctx, o.Words)
		if value == "" || seen[value] {
			continue
		}
		seen[value] = true
		buttons = append(buttons, bot.Button{Label: cmp.Or(o.Label, o.Words), Style: bot.Style(o.Style), Value: value})
	}
	return rowsOf(buttons)
}

// speak is a message of escaped words with buttons below them.
func (c *Client) speak(ctx context.Context, text string, offers []oncall.Offer) message {
	return message{Content: text, Components: c.offered(ctx, offers)}
}
