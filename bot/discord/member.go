package discord

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// mostAsked is how many questions one look at the accounts may take; looks is their
// pace, below what Discord bears. Where there are more accounts, each look takes the next ones.
const mostAsked = 60

var looks = wire.Allowance{Every: 200 * time.Millisecond, Burst: 5}

// Left asks of accounts, each by itself since the list of members is closed to most
// bots, and returns whether they are in none of the servers with a team's channel; what
// was found before an error, too. Of an id that Discord does not know it tells nothing:
// whoever mistyped it hears of it from the check.
func (c *Client) Left(ctx context.Context, ids []string, roster oncall.Roster) (map[string]bool, error) {
	found := map[string]bool{}
	servers, err := c.homes(ctx, roster)
	if err != nil || len(servers) == 0 {
		return found, wire.Settle(err)
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !snowflake.MatchString(id) })
	for _, id := range wire.InTurn(ids, max(mostAsked/len(servers), 1), c.now()) {
		in, err := c.memberOf(ctx, servers, id)
		if wire.Coded(err, discordgo.ErrCodeUnknownUser) {
			continue
		}
		if err != nil {
			return found, wire.Settle(err)
		}
		found[id] = !in
	}
	return found, nil
}

// homes are the servers of the teams' channels, all of them or an error: whoever is in
// one that is not known must not be taken for gone.
func (c *Client) homes(ctx context.Context, roster oncall.Roster) (servers []string, err error) {
	for _, id := range roster.TeamIDs() {
		channel := roster.Teams[id].DiscordChannel
		if channel == "" {
			continue
		}
		server, err := c.serverOf(ctx, channel)
		if err != nil {
			return nil, err
		}
		if server != "" && !slices.Contains(servers, server) {
			servers = append(servers, server)
		}
	}
	return servers, nil
}

// memberOf reports whether somebody is in any of the servers.
func (c *Client) memberOf(ctx context.Context, servers []string, user string) (bool, error) {
	const name = "members.get"
	for _, server := range servers {
		if err := c.spend(ctx, name, looks); err != nil {
			return false, err
		}
		err := c.ask(ctx, call{name: name, verb: http.MethodGet, url: discordgo.EndpointGuildMember(server, user)})
		if !wire.Coded(err, discordgo.ErrCodeUnknownMember) {
			return err == nil, err
		}
	}
	return false, nil
}
