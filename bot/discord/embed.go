package discord

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// What the parts of a card may hold, in characters; all of it stays below maxEmbed.
const (
	maxFacts   = 400
	maxStatus  = 1400
	maxDetails = 1200
	maxWarned  = 800
	maxLinks   = 1200
)

// drawCard is the message of an incident's card: one embed of the state's colour,
// with its controls below.
func drawCard(c bot.Card, roster oncall.Roster) message {
	return message{
		Embeds:     []*discordgo.MessageEmbed{embed(c, roster)},
		Components: controls(c),
	}
}

// drawPage is the message that pages somebody, or a team in its channel: nobody else
// is mentioned there, since Discord would wake the whole server.
func drawPage(m bot.Message, roster oncall.Roster, everybody []string) message {
	out := message{Content: escape(m.Lead, maxBlock/2)}
	if m.Everyone {
		var all strings.Builder
		for _, id := range everybody {
			all.WriteString("<@" + id + "> ")
		}
		out.Content = all.String() + out.Content
		out.Mentions.Users = everybody
	}
	if len(m.Cards) == 1 && m.More == "" {
		out.Embeds = []*discordgo.MessageEmbed{embed(m.Cards[0], roster)}
		out.Components = controls(m.Cards[0])
		return out
	}
	var row []discordgo.MessageComponent
	for _, c := range m.Cards {
		out.Embeds = append(out.Embeds, entry(c))
		if len(c.Buttons) > 0 && len(row) < maxRow {
			first := c.Buttons[0]
			first.Label += " " + string(c.ID)
			row = append(row, button(first))
		}
	}
	if len(row) > 0 {
		out.Components = []discordgo.MessageComponent{discordgo.ActionsRow{Components: row}}
	}
	if m.More != "" {
		out.Content += "\n" + escape(m.More, maxBlock/2)
	}
	return out
}

// heading is the card's first line: "🔴 PLATFORM-42 CRITICAL: Disk full".
func heading(color bot.Color, text string) string {
	return dot(color) + " " + escape(text, maxHeading)
}

func dot(c bot.Color) string {
	switch c {
	case bot.Amber:
		return "🟡"
	case bot.Grey:
		return "⚪"
	case bot.Green:
		return "🟢"
	}
	return "🔴"
}

func colored(c bot.Color) int {
	n, _ := strconv.ParseInt(strings.TrimPrefix(c.Hex(), "#"), 16, 32)
	return int(n)
}

// embed is a card.
func embed(c bot.Card, roster oncall.Roster) *discordgo.MessageEmbed {
	h := hand(roster)
	parts := []string{
		facts(c),
		h.Lines(append(append([]bot.Line{}, c.Status...), c.Next...), maxStatus),
		escape(strings.Join(c.Details, "\n"), maxDetails),
	}
	if len(c.Warnings) > 0 {
		parts = append(parts, "⚠ "+escape(strings.Join(c.Warnings, "\n"), maxWarned))
	}
	return &discordgo.MessageEmbed{
		Title:       heading(c.Color, c.Heading()),
		Color:       colored(c.Color),
		Description: joined(append(parts, linked(c.Links)), maxEmbed),
	}
}

// joined are as many parts as fit, a blank line between them.
func joined(parts []string, most int) string {
	var kept []string
	for _, p := range parts {
		if n := utf8.RuneCountInString(p) + 2; p != "" && n <= most {
			most -= n
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n\n")
}

// entry is one incident of several in a message.
func entry(c bot.Card) *discordgo.MessageEmbed {
	return &discordgo.MessageEmbed{Title: heading(c.Color, c.Heading()), Color: colored(c.Color), Description: facts(c)}
}

// facts reads "Platform · payments-db · 3 alerts · since 9:30 AM".
func facts(c bot.Card) string {
	line := ""
	for _, f := range []string{c.Team, c.Source, c.Count} {
		if f != "" {
			line += escape(f, maxFacts/3) + " · "
		}
	}
	return line + "since " + moment(c.OpenedAt)
}

// linked is as many links as fit.
func linked(all []incident.Link) string {
	line := ""
	for _, l := range all {
		text := link(l)
		if utf8.RuneCountInString(line)+utf8.RuneCountInString(text)+3 > maxLinks {
			break
		}
		if line != "" {
			line += " · "
		}
		line += text
	}
	return line
}

// incidentOf is the incident whose card an embed's title heads.
func incidentOf(title string) (incident.ID, bool) {
	_, rest, _ := strings.Cut(title, " ")
	id, _, _ := strings.Cut(rest, " ")
	return incident.ParseID(id)
}
