package discord

import (
	"bytes"
	"encoding/json"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/commands"
)

// maxAlt bounds the words in a picture's place.
const maxAlt = 1000

// An attachment is a file of a message.
type attachment struct {
	ID   int    `json:"id"`
	Name string `json:"filename"`
	Alt  string `json:"description"`
}

// illustrated is the message with a picture below its words.
func (m message) illustrated(p *commands.Picture) message {
	if p == nil {
		return m
	}
	m.picture = p
	m.Attachments = []attachment{{Name: p.Name, Alt: bot.Clean(p.Alt, maxAlt)}}
	m.Embeds = append(m.Embeds[:len(m.Embeds):len(m.Embeds)], &discordgo.MessageEmbed{Image: &discordgo.MessageEmbedImage{URL: "attachment://" + p.Name}})
	return m
}

// encoded is the body of a call, with its picture where it is a message with one.
func encoded(body any) (contentType string, raw []byte, err error) {
	if m, ok := body.(message); ok && m.picture != nil {
		return discordgo.MultipartBodyWithJSON(m, []*discordgo.File{{
			Name: m.picture.Name, ContentType: "image/png", Reader: bytes.NewReader(m.picture.PNG),
		}})
	}
	if body != nil {
		raw, err = json.Marshal(body)
	}
	return "application/json", raw, err
}
