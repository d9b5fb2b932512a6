package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxTopic is what the topic of a channel may hold.
const maxTopic = 1024

// keepRole gives the team's role to those who are on call, and takes it from its other
// people. Whoever is none of the team's keeps it: Discord tells the members of a role
// only to bots that may read all members of a server.
func (c *Client) keepRole(ctx context.Context, id oncall.TeamID, roster oncall.Roster) error {
	team := roster.Teams[id]
	if team.Announce.Role == "" {
		return nil
	}
	channel, err := channelOf(id, roster)
	if err != nil {
		return err
	}
	server, err := c.serverOf(ctx, channel)
	if err != nil {
		return err
	}
	want := bot.OnCallNow(roster, id, c.now())
	for _, person := range c.candidates(team, want, roster) {
		user := roster.People[person].Discord
		if !snowflake.MatchString(user) {
			continue
		}
		if err := c.keepMember(ctx, server, user, team.Announce.Role, slices.Contains(want, person)); err != nil {
			return err
		}
	}
	return nil
}

// heldFor is how far back a holder of the team's schedules may still have its role.
const heldFor = 30 * 24 * time.Hour

// candidates are the people who may have a team's role: those on call, its members
// and all who were on call lately.
func (c *Client) candidates(team oncall.Team, want []oncall.PersonID, roster oncall.Roster) []oncall.PersonID {
	all := append(slices.Clone(want), team.Members...)
	now := c.now()
	for _, name := range team.ScheduleNames() {
		for _, shift := range team.Schedules[name].Shifts(now.Add(-heldFor), now, roster.Active) {
			all = append(all, shift.OnCall...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// keepMember makes one member have a role, or not. Whoever is in the server no more
// has none.
func (c *Client) keepMember(ctx context.Context, server, user, role string, has bool) error {
	var member struct {
		Roles []string `json:"roles"`
	}
	err := c.ask(ctx, call{name: "members.get", verb: http.MethodGet, url: discordgo.EndpointGuildMember(server, user), into: &member})
	switch {
	case wire.Coded(err, discordgo.ErrCodeUnknownMember):
		return nil
	case err != nil:
		return err
	case slices.Contains(member.Roles, role) == has:
		return nil
	}
	verb := http.MethodDelete
	if has {
		verb = http.MethodPut
	}
	return c.ask(ctx, call{name: "members.role", verb: verb, url: discordgo.EndpointGuildMemberRole(server, user, role)})
}

// keepTopic says in the topic of the team's channel who is on call, beside what
// stands there already.
func (c *Client) keepTopic(ctx context.Context, id oncall.TeamID, roster oncall.Roster) error {
	channel, err := channelOf(id, roster)
	if err != nil {
		return err
	}
	ch, err := c.look(ctx, channel)
	if err != nil {
		return err
	}
	topic, ok := bot.Retopic(ch.Topic, maxTopic, func(most int) string {
		return escape(bot.OnCallLine(roster, id, c.now(), most/2), most)
	})
	switch {
	case !ok:
		return &incident.Fault{
			Reason: "the channel's topic is full",
			Admin:  fmt.Sprintf("the topic of %s's Discord channel leaves no room for who is on call: shorten it", roster.Teams[id].DisplayName()),
		}
	case topic == ch.Topic:
		return nil
	}
	return c.ask(ctx, call{
		name: "channels.edit", verb: http.MethodPatch, url: discordgo.EndpointChannel(channel),
		key: "channels.edit " + channel, body: map[string]string{"topic": topic},
	})
}

// keepPin says who is on call in one message of the team's channel, which is pinned
// when it is posted. Where Discord refuses the pin, the message has to do.
func (c *Client) keepPin(ctx context.Context, s oncall.Sending, roster oncall.Roster) (sent, error) {
	channel, err := channelOf(s.Letter.Team, roster)
	if err != nil {
		return sent{}, err
	}
	line := bot.OnCallLine(roster, s.Letter.Team, c.now(), maxBlock)
	at, fresh, err := c.bring(ctx, s, channel, message{Content: escape(line, maxContent)})
	if err != nil || !fresh {
		return at, err
	}
	return at, c.pin(ctx, at, "team", s.Letter.Team)
}
