package discord

import (
	"context"
	"errors"
	"fmt"

	"github.com/sony/gobreaker/v2"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Page tells a person by direct message, or a team in its channel. No receipt
// follows. What it has to wait for more than seconds is a final no, so that the
// person's next step runs at once. A page that may have arrived is sent again: Discord
// knows it by its nonce.
func (c *Client) Page(parent context.Context, n incident.Notice) (ref string, receipt bool, err error) {
	if len(n.Incidents) == 0 {
		return "", false, &incident.Fault{Reason: "a page about no incident"}
	}
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	at, err := c.direct.Execute(func() (sent, error) {
		to, err := c.recipient(ctx, n)
		if err != nil {
			return sent{}, err
		}
		page := drawPage(bot.Page(n, c.now()), n.Roster, everybody(n))
		page.Nonce = c.nonce("page", string(n.Page), to)
		if err := n.Leave(); err != nil {
			return sent{}, err
		}
		return c.post(ctx, to, page)
	})
	switch {
	case errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests):
		return "", false, &incident.Fault{Reason: "Discord has not been answering", Down: true}
	case err != nil:
		return "", false, wire.Final(err)
	case len(n.Incidents)+n.More > 1:
		return at.ref() + bundled, false, nil
	}
	return at.ref(), false, nil
}

// recipient returns the channel to write to.
func (c *Client) recipient(ctx context.Context, n incident.Notice) (string, error) {
	if n.Via == oncall.Channel {
		return channelOf(n.Incidents[0].Team, n.Roster)
	}
	if n.To.Discord == "" {
		return "", &incident.Fault{Reason: "no Discord account linked"}
	}
	return c.open(ctx, n.To.Discord)
}

// maxMentioned is how many people one message may mention by name.
const maxMentioned = 50

// everybody are the Discord ids of the team that a page in its channel is for.
func everybody(n incident.Notice) []string {
	var ids []string
	for _, member := range n.Roster.Teams[n.Incidents[0].Team].Members {
		p := n.Roster.People[member]
		if snowflake.MatchString(p.Discord) && !p.Inactive && len(ids) < maxMentioned {
			ids = append(ids, p.Discord)
		}
	}
	return ids
}

// channelOf is the channel of a team.
func channelOf(id oncall.TeamID, roster oncall.Roster) (string, error) {
	team, ok := roster.Teams[id]
	switch {
	case !ok:
		return "", &incident.Fault{Reason: fmt.Sprintf("there is no team %s any more", id)}
	case team.DiscordChannel == "":
		return "", &incident.Fault{
			Reason: "the team has no Discord channel",
			Admin:  fmt.Sprintf("team %s has no discord_channel to be told in", id),
		}
	}
	return team.DiscordChannel, nil
}
