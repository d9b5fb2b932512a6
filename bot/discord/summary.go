package discord

import (
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
)

// drawSummary is the message that stands for the cards of a storm.
func drawSummary(d bot.Digest) message {
	parts := []string{escape(d.States, maxFacts) + " · since " + moment(d.Since)}
	if d.Worst != "" {
		parts = append(parts, "**Open:** "+escape(d.Worst, maxFacts)+"\n"+escape(strings.Join(d.Kinds, "\n"), maxDetails))
	}
	if len(d.Newest) > 0 {
		parts = append(parts, "**Newest:**\n"+escape(strings.Join(d.Newest, "\n"), maxStatus))
	}
	return message{
		Embeds: []*discordgo.MessageEmbed{{
			Title: heading(d.Color, d.Heading), Color: colored(d.Color), Description: joined(parts, maxEmbed),
		}},
		Components: rowsOf(d.Buttons),
	}
}
