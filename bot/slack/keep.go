package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxTopic is what a channel's topic may hold.
const maxTopic = 250

// keepGroup makes the members of the team's user group those who are on call. One of
// whom Slack does not know leaves the group as it is: better somebody too many in it
// than the wrong one alone.
func (c *Client) keepGroup(ctx context.Context, id oncall.TeamID, roster oncall.Roster) error {
	team := roster.Teams[id]
	group := team.Announce.Usergroup
	if group == "" {
		return nil
	}
	want, why := c.members(id, roster)
	if why != "" {
		return &incident.Fault{
			Reason: "user group left as it is: " + why,
			Admin:  fmt.Sprintf("the user group of %s is left as it is: %s", team.DisplayName(), why),
		}
	}
	var have []string
	err := c.call(ctx, "usergroups.users.list", "usergroups.users.list", func(ctx context.Context) (err error) {
		have, err = c.api.GetUserGroupMembersContext(ctx, group)
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(have)
	slices.Sort(want)
	if slices.Equal(have, want) {
		return nil
	}
	return c.call(ctx, "usergroups.users.update", "usergroups.users.update", func(ctx context.Context) error {
		_, err := c.api.UpdateUserGroupMembersListContext(ctx, group, want)
		return err
	})
}

// members are the Slack ids of those on call, or why they can't be told.
func (c *Client) members(id oncall.TeamID, roster oncall.Roster) (ids []string, why string) {
	var strangers []string
	for _, person := range bot.OnCallNow(roster, id, c.now()) {
		p := roster.People[person]
		if !userID.MatchString(p.Slack) {
			strangers = append(strangers, p.DisplayName())
		} else if !slices.Contains(ids, p.Slack) {
			ids = append(ids, p.Slack)
		}
	}
	switch {
	case len(strangers) == 1:
		return nil, strangers[0] + " has no Slack account"
	case len(strangers) > 1:
		return nil, strings.Join(strangers, ", ") + " have no Slack account"
	case len(ids) == 0:
		return nil, "nobody is on call"
	}
	return ids, ""
}

// keepTopic says in the topic of the team's channel who is on call, beside what
// stands there already.
func (c *Client) keepTopic(ctx context.Context, id oncall.TeamID, roster oncall.Roster) error {
	channel, err := channelOf(id, roster)
	if err != nil {
		return err
	}
	var info *sdk.Channel
	err = c.call(ctx, "conversations.info", "conversations.info", func(ctx context.Context) (err error) {
		info, err = c.api.GetConversationInfoContext(ctx, &sdk.GetConversationInfoInput{ChannelID: channel})
		return err
	})
	if err != nil {
		return err
	}
	topic, ok := retopic(info.Topic.Value, func(most int) string { return bot.OnCallLine(roster, id, c.now(), most) })
	if !ok {
		return &incident.Fault{
			Reason: "the channel's topic is full",
			Admin:  fmt.Sprintf("the topic of %s's Slack channel leaves no room for who is on call: shorten it", roster.Teams[id].DisplayName()),
		}
	}
	if unescape.Replace(topic) == unescape.Replace(info.Topic.Value) {
		return nil
	}
	return c.call(ctx, "conversations.setTopic", "conversations.setTopic", func(ctx context.Context) error {
		_, err := c.api.SetTopicOfConversationContext(ctx, channel, topic)
		return err
	})
}

// retopic is a channel's topic with a line of who is on call in it.
func retopic(topic string, line func(most int) string) (_ string, ok bool) {
	return bot.Retopic(topic, maxTopic, func(room int) string { return escape(line(room), room) })
}

// keepPin says who is on call in one message of the team's channel, which is pinned
// when it is posted. Where Slack refuses the pin, the message has to do.
func (c *Client) keepPin(ctx context.Context, s oncall.Sending, roster oncall.Roster) (sent, error) {
	channel, err := channelOf(s.Letter.Team, roster)
	if err != nil {
		return sent{}, err
	}
	line := bot.OnCallLine(roster, s.Letter.Team, c.now(), maxBlock)
	at, fresh, err := c.bring(ctx, s, channel, message{text: fit(line)})
	if err != nil || !fresh {
		return at, err
	}
	return at, c.pin(ctx, at, "team", s.Letter.Team)
}

// pin keeps a message in sight. Where Slack refuses that, the message has to do.
func (c *Client) pin(ctx context.Context, at sent, about ...any) error {
	err := c.call(ctx, "pins.add", "pins.add", func(ctx context.Context) error {
		return unless(c.api.AddPinContext(ctx, at.channel, sdk.NewRefToMessage(at.channel, at.ts)), "already_pinned")
	})
	if f := (*wire.Failure)(nil); errors.As(err, &f) && f.Class == wire.Refusal {
		c.log.ErrorContext(ctx, "message not pinned", append(about, "err", err, "mend", f.Admin)...)
		return nil
	}
	return err
}
