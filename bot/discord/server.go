package discord

import (
	"context"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// focused is the incident of a thread, as far as it can be told in time.
func (c *Client) focused(parent context.Context, channel, thread string) incident.ID {
	ctx, cancel := context.WithTimeoutCause(parent, focusing, wire.ErrSlow)
	defer cancel()
	return c.focus(ctx, channel, thread)
}

// serves reports whether a server has a team's channel. Before that is known the
// signature, or the connection, has to do.
func (c *Client) serves(ctx context.Context, server string, roster oncall.Roster) bool {
	ctx, cancel := context.WithTimeoutCause(ctx, focusing, wire.ErrSlow)
	defer cancel()
	servers := c.servers(ctx, roster)
	_, ok := servers[server]
	return ok || len(servers) == 0
}

// servers are those of the teams' channels, as far as they are known.
func (c *Client) servers(ctx context.Context, roster oncall.Roster) map[string]bool {
	found := map[string]bool{}
	for _, id := range roster.TeamIDs() {
		channel := roster.Teams[id].DiscordChannel
		if channel == "" {
			continue
		}
		server, err := c.serverOf(ctx, channel)
		if err != nil {
			c.log.WarnContext(ctx, "channel not looked up", "team", string(id), "err", err)
			continue
		}
		if server != "" {
			found[server] = true
		}
	}
	return found
}

// serverOf is the server that a channel is in.
func (c *Client) serverOf(ctx context.Context, channel string) (string, error) {
	if known, ok := c.guilds.Load(channel); ok {
		return known.(string), nil //nolint:forcetypeassert // nothing else is kept there
	}
	ch, err := c.look(ctx, channel)
	if err == nil && ch.GuildID != "" {
		c.guilds.Store(channel, ch.GuildID)
	}
	return ch.GuildID, err
}

func (c *Client) look(ctx context.Context, channel string) (ch discordgo.Channel, err error) {
	err = c.ask(ctx, call{name: "channels.get", verb: http.MethodGet, url: discordgo.EndpointChannel(channel), into: &ch})
	return ch, err
}
