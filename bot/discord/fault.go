package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// classify knows the shapes in which Discord says no.
func classify(err error) *wire.Failure {
	var (
		wait    *discordgo.RateLimitError
		rest    *discordgo.RESTError
		network *url.Error
	)
	switch {
	case errors.As(err, &wait):
		return &wire.Failure{Fault: incident.Fault{Reason: "Discord asks to slow down", Retry: max(wait.RetryAfter, time.Second)}, Class: wire.Limit}
	case unauthorized(err):
		return &wire.Failure{Fault: incident.Fault{
			Reason: "Discord refuses the token", Retry: wire.AfterMend,
			Admin: "Discord refuses the token: set a fresh DISCORD_BOT_TOKEN",
		}}
	case errors.As(err, &rest) && rest.Response.StatusCode >= http.StatusInternalServerError:
		return &wire.Failure{Fault: incident.Fault{
			Reason: fmt.Sprintf("Discord answered %d", rest.Response.StatusCode), Retry: wire.AfterOutage, Unknown: true,
		}, Class: wire.Outage}
	case errors.As(err, &rest) && code(err) == 0:
		return &wire.Failure{Fault: incident.Fault{
			Reason: fmt.Sprintf("Discord answered %d", rest.Response.StatusCode), Retry: wire.AfterOutage,
			Admin: fmt.Sprintf("Discord's API answers %d: look at DISCORD_API_URL, and at what stands between", rest.Response.StatusCode),
		}, Class: wire.Outage}
	case errors.As(err, &rest):
		return refuse(code(err), rest.Message.Message)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return &wire.Failure{Fault: incident.Fault{Reason: "Discord did not answer in time", Retry: wire.AfterOutage, Unknown: !wire.Unsent(err)}, Class: wire.Silence}
	case errors.As(err, &network):
		return &wire.Failure{Fault: incident.Fault{Reason: "Discord cannot be reached", Retry: wire.AfterOutage, Unknown: !wire.Unsent(err)}, Class: wire.Silence}
	}
	return &wire.Failure{Fault: incident.Fault{Reason: "Discord's answer makes no sense", Retry: wire.AfterOutage, Unknown: true}, Class: wire.Outage}
}

// refuse looks Discord's number up.
func refuse(code int, words string) *wire.Failure {
	f, ok := verdicts[code]
	if !ok {
		f = wire.Failure{Fault: incident.Fault{Retry: wire.AfterOdd, Admin: fmt.Sprintf("Discord refuses what Earshot asks: %.100q (%d)", words, code)}}
	}
	f.Reason, f.Code = fmt.Sprintf("Discord: %.100s (%d)", words, code), code
	return &f
}

// Numbers that the library has no name for.
const (
	tooManyOldEdits = 30046
	slowMode        = 20016
	writesLimited   = 20028
	overloaded      = 130000
	unknownWebhook  = 10015
)

// verdicts sorts the numbers that mean something to us; all others are refusals that
// an admin should hear of.
var verdicts = map[int]wire.Failure{
	discordgo.ErrCodeUnknownMessage: wire.Gone(),

	slowMode:        {Fault: incident.Fault{Retry: wire.AfterLimit}, Class: wire.Limit},
	writesLimited:   {Fault: incident.Fault{Retry: wire.AfterLimit}, Class: wire.Limit},
	tooManyOldEdits: {Fault: incident.Fault{Retry: wire.AfterOdd}, Class: wire.Limit},
	discordgo.ErrCodeOpeningDirectMessagesTooFast: {Fault: incident.Fault{Retry: wire.AfterOdd}, Class: wire.Limit},
	overloaded: {Fault: incident.Fault{Retry: wire.AfterOutage}, Class: wire.Outage},

	discordgo.ErrCodeUnknownChannel:     wire.Mend("Discord knows no such channel: mend discord_channel"),
	discordgo.ErrCodeMissingAccess:      wire.Mend("the bot may not see the Discord channel: give its role View Channel there"),
	discordgo.ErrCodeMissingPermissions: wire.Mend("the bot lacks a permission in Discord: give its role what the README lists, and set it above the role of who is on call"),
	discordgo.ErrCodeUnknownUser:        wire.Mend("Discord knows no such person: mend their discord id"),
	discordgo.ErrCodeUnknownRole:        wire.Mend("Discord knows no such role: mend role in the team's announce"),
	discordgo.ErrCodeUnknownGuild:       wire.Mend("the bot is not in the Discord server: invite it anew"),

	// Theirs to mend, and told in the incident's timeline: the next step runs at once.
	discordgo.ErrCodeCannotSendMessagesToThisUser: {Fault: incident.Fault{Retry: wire.AfterMend}},

	discordgo.ErrCodeInvalidFormBody: wire.Mend("Discord refuses the form of a message: please report it"),
}

// code is Discord's number for an error; 0: none.
func code(err error) int {
	var rest *discordgo.RESTError
	if errors.As(err, &rest) && rest.Message != nil {
		return rest.Message.Code
	}
	return 0
}

func unauthorized(err error) bool {
	var rest *discordgo.RESTError
	return errors.As(err, &rest) && rest.Response.StatusCode == http.StatusUnauthorized
}

// global reports whether a limit is on all that the bot does.
func global(err error) bool {
	var wait *discordgo.RateLimitError
	return errors.As(err, &wait) && wait.TooManyRequests != nil && wait.Message == globalLimit
}

// globalLimit is how Discord words it; the library does not keep the mark itself.
const globalLimit = "The global rate limit was exceeded."
