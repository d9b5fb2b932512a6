package discord

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Survey tries the token, every channel that is named, what the bot may do there, and
// every person's account, and returns what is to be mended, each in one line.
func (c *Client) Survey(ctx context.Context, roster oncall.Roster) []string {
	self, err := c.user(ctx, "@me")
	if err != nil {
		if line := refused(err); line != "" {
			return []string{line}
		}
		return []string{"the bot's own account: " + reason(err)}
	}
	var found []string
	for _, s := range spots(roster) {
		line, ends := c.surveyChannel(ctx, s.channel)
		if line == "" && !ends {
			line, ends = c.surveyPowers(ctx, self.ID, s)
		}
		if line != "" {
			found = append(found, s.key+": "+line)
		}
		if ends {
			return found
		}
	}
	for _, id := range slices.Sorted(maps.Keys(roster.People)) {
		person := roster.People[id]
		if person.Discord == "" || person.Inactive {
			continue
		}
		line, ends := c.surveyUser(ctx, person.Discord)
		if line != "" {
			found = append(found, fmt.Sprintf("people.%s.discord: %s", id, line))
		}
		if ends {
			return found
		}
	}
	return found
}

// surveyChannel says what is wrong with a channel, and whether to ask no more.
func (c *Client) surveyChannel(ctx context.Context, id string) (line string, ends bool) {
	ch, err := c.channel(ctx, id)
	if line := refused(err); line != "" {
		return line + "; what comes after it was not looked at", true
	}
	switch code(err) {
	case discordgo.ErrCodeUnknownChannel:
		return fmt.Sprintf("there is no channel %s; copy its id anew", id), false
	case discordgo.ErrCodeMissingAccess:
		return fmt.Sprintf("the bot may not see channel %s; invite it there", id), false
	}
	if err != nil {
		return fmt.Sprintf("channel %s: %s", id, reason(err)), false
	}
	switch ch.Type {
	case discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews,
		discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread, discordgo.ChannelTypeGuildNewsThread:
		return "", false
	}
	return fmt.Sprintf("channel %s is no text channel of a server; name one", id), false
}

// surveyUser says what is wrong with a person's account, and whether to ask no
// more.
func (c *Client) surveyUser(ctx context.Context, id string) (line string, ends bool) {
	u, err := c.user(ctx, id)
	switch {
	case refused(err) != "":
		return refused(err) + "; what comes after it was not looked at", true
	case code(err) == discordgo.ErrCodeUnknownUser:
		return fmt.Sprintf("there is no user %s; copy the id anew", id), false
	case err != nil:
		return fmt.Sprintf("user %s: %s", id, reason(err)), false
	case u.Bot:
		return fmt.Sprintf("user %s is a bot, which can't be paged; name a person's account", id), false
	}
	return "", false
}

// refused says of an error that further requests would meet the same; empty where
// they may not.
func refused(err error) string {
	var (
		rest  *discordgo.RESTError
		limit *discordgo.RateLimitError
	)
	switch {
	case err == nil:
		return ""
	case errors.As(err, &limit):
		return fmt.Sprintf("Discord limits our requests; try again in %s", oncall.FormatDuration(max(limit.RetryAfter.Round(time.Second), time.Second)))
	case errors.As(err, &rest) && rest.Response.StatusCode == http.StatusUnauthorized:
		return "DISCORD_BOT_TOKEN is not accepted; take it from the app's Bot page"
	case errors.As(err, &rest):
		return ""
	}
	return "Discord can't be reached: " + reason(err)
}

// reason words an error on one line and without the answer's body.
func reason(err error) string {
	var rest *discordgo.RESTError
	switch {
	case errors.As(err, &rest) && rest.Message != nil && rest.Message.Message != "":
		return fmt.Sprintf("Discord answered %q (%d)", rest.Message.Message, rest.Response.StatusCode)
	case errors.As(err, &rest):
		return "Discord answered " + rest.Response.Status
	}
	return fmt.Sprintf("%.200q", err.Error())
}
