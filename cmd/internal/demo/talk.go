package demo

import (
	"cmp"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

// A talk is a message of the Discord server. Its names for what Slack has too are
// those of a post.
type talk struct {
	TS          string                   `json:"ts"`
	Thread      string                   `json:"thread,omitempty"`
	User        string                   `json:"user"`
	Text        string                   `json:"text"`
	Embeds      []discordfake.Embed      `json:"embeds,omitempty"`
	Components  []discordfake.Component  `json:"components,omitempty"`
	Attachments []discordfake.Attachment `json:"attachments,omitempty"`
	Only        string                   `json:"only,omitempty"`
	Thinking    bool                     `json:"thinking,omitempty"`
	Pings       []string                 `json:"pings,omitempty"` // whom it woke
	At          int64                    `json:"at"`
}

// inChannel is what stands in a channel of the server and in the threads under its
// messages.
func (s *stage) inChannel(id string) []talk {
	all := talks(s.discord.Everything(id), "")
	for _, t := range s.discord.Threads(id) {
		all = append(all, talks(s.discord.Everything(t.ID), t.ID)...)
	}
	return all
}

// inDM is the bot's conversation with a user, answers for them alone included.
func (s *stage) inDM(user string) []talk {
	seen := s.discord.DMs(user)
	if len(seen) > 0 {
		seen = s.discord.Everything(seen[0].Channel)
	}
	return talks(seen, "")
}

func talks(messages []discordfake.Message, thread string) []talk {
	list := []talk{}
	for _, m := range messages[max(0, len(messages)-most):] {
		one := talk{
			TS: m.ID, Thread: thread, User: m.Author.ID, Text: m.Content, Embeds: m.Embeds, Components: m.Components,
			Attachments: slices.Clone(m.Attachments), Only: m.For, Thinking: m.Loading, At: m.At.UnixMilli(),
		}
		for _, u := range m.Mentions {
			one.Pings = append(one.Pings, u.ID)
		}
		for i, a := range one.Attachments {
			one.Attachments[i].URL = filePath("discord", m.ID, a.Name)
		}
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b talk) int {
		return cmp.Or(cmp.Compare(len(a.TS), len(b.TS)), strings.Compare(a.TS, b.TS))
	})
	return list
}
