package discord

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A spot is a channel that the configuration names, and what the bot has to be allowed
// there.
type spot struct {
	key, channel string
	powers       []power
}

// A power is a permission, by any of its bits.
type power struct {
	name string
	bits int64
}

// pinMessages is what Discord split from Manage Messages; the library has no name for it.
const pinMessages = 1 << 51

// telling are what messages take, working what cards, threads and files do, too.
var (
	telling = []power{
		{"View Channel", discordgo.PermissionViewChannel}, {"Send Messages", discordgo.PermissionSendMessages},
		{"Embed Links", discordgo.PermissionEmbedLinks}, {"Attach Files", discordgo.PermissionAttachFiles},
	}
	working = append(telling[:len(telling):len(telling)], []power{
		{"Read Message History", discordgo.PermissionReadMessageHistory},
		{"Create Public Threads", discordgo.PermissionCreatePublicThreads},
		{"Send Messages in Threads", discordgo.PermissionSendMessagesInThreads},
	}...)
)

// spots are all the channels of a roster, in order.
func spots(roster oncall.Roster) (all []spot) {
	add := func(key, channel string, powers []power) {
		if channel != "" {
			all = append(all, spot{key, channel, powers})
		}
	}
	for _, id := range roster.TeamIDs() {
		team, powers := roster.Teams[id], working[:len(working):len(working)]
		if team.Announce.Pin {
			powers = append(powers, power{"Manage Messages", discordgo.PermissionManageMessages | pinMessages})
		}
		if team.Announce.Topic {
			powers = append(powers, power{"Manage Channels", discordgo.PermissionManageChannels})
		}
		if team.Announce.Role != "" {
			powers = append(powers, power{"Manage Roles", discordgo.PermissionManageRoles})
		}
		add(fmt.Sprintf("teams.%s.discord_channel", id), team.DiscordChannel, powers)
		add(fmt.Sprintf("teams.%s.stakeholders.discord_channel", id), team.Stakeholders.Discord, working)
	}
	add("digest.discord_channel", roster.Digest.Discord, telling)
	return all
}

// surveyPowers says what the bot lacks in a channel that is there, and whether to ask
// no more.
func (c *Client) surveyPowers(ctx context.Context, self string, s spot) (line string, ends bool) {
	has, err := c.session.UserChannelPermissions(self, escapeID(s.channel), discordgo.WithContext(ctx))
	if line := refused(err); line != "" {
		return line + "; what comes after it was not looked at", true
	}
	if err != nil {
		return fmt.Sprintf("what the bot may do in channel %s: %s", s.channel, reason(err)), false
	}
	var lacks []string
	for _, p := range s.powers {
		if has&p.bits == 0 {
			lacks = append(lacks, p.name)
		}
	}
	if len(lacks) == 0 {
		return "", false
	}
	return fmt.Sprintf("the bot may not do all it has to in channel %s; give its role there: %s", s.channel, strings.Join(lacks, ", ")), false
}

// What an application's flags say of the intent to read what messages say.
const readsMessages = 1<<18 | 1<<19

// Remarks are what need not be mended, but is good to know: of a bot that hears
// reactions, whether it may read what they are put under.
func (c *Client) Remarks(ctx context.Context) []string {
	if c.options.PublicKey != "" {
		return nil
	}
	var own struct {
		Flags int `json:"flags"`
	}
	err := c.send(ctx, call{name: "applications.me", verb: http.MethodGet, url: discordgo.EndpointApplications + "/@me", into: &own})
	if err != nil || own.Flags&readsMessages != 0 {
		return nil // a token that is refused is told of by Survey
	}
	return []string{"the intent Message Content is off on the bot's page: a reaction puts a message on a timeline without its words. " +
		"Switch it on, or use the message's menu: Apps, " + markCommand}
}
