package slackfake_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

func TestUsergroupsAreReplacedWhole(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	fake.AddUser("U0GUEST", "Gus", "")
	fake.ChangeUser("U0GUEST", func(u *slackfake.User) { u.Guest = true })
	fake.AddUsergroup("S0PLATFORM", "platform-oncall", "U0ANA")
	tests := []struct {
		name, group string
		users       []string
		fault       string
		want        string // the error
		members     []string
	}{
		{"others take the place", "S0PLATFORM", []string{"U0BEN"}, "", "", []string{"U0BEN"}},
		{"the order is kept", "S0PLATFORM", []string{"U0BEN", "U0ANA"}, "", "", []string{"U0BEN", "U0ANA"}},
		{"nobody", "S0PLATFORM", nil, "", "no_users_provided", []string{"U0BEN", "U0ANA"}},
		{"a stranger", "S0PLATFORM", []string{"U0ANA", "U0NONE"}, "", "invalid_users", []string{"U0BEN", "U0ANA"}},
		{"a guest", "S0PLATFORM", []string{"U0GUEST"}, "", "invalid_users", []string{"U0BEN", "U0ANA"}},
		{"a bot", "S0PLATFORM", []string{fake.Options().BotUID}, "", "invalid_users", []string{"U0BEN", "U0ANA"}},
		{"no such group", "S0NONE", []string{"U0ANA"}, "", "no_such_subteam", []string{"U0BEN", "U0ANA"}},
		{"a workspace that keeps groups to admins", "S0PLATFORM", []string{"U0ANA"}, "permission_denied", "permission_denied", []string{"U0BEN", "U0ANA"}},
		{"a workspace that does not pay", "S0PLATFORM", []string{"U0ANA"}, "paid_teams_only", "paid_teams_only", []string{"U0BEN", "U0ANA"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer fake.Heal()
			if tt.fault != "" {
				fake.Fault(func(string, url.Values) *slackfake.Response { return slackfake.Refusal(tt.fault) })
			}
			_, err := api.UpdateUserGroupMembersListContext(t.Context(), tt.group, tt.users)
			if (err == nil) != (tt.want == "") || err != nil && err.Error() != tt.want {
				t.Errorf("error = %v, want %q", err, tt.want)
			}
			fake.Heal()
			members, err := api.GetUserGroupMembersContext(t.Context(), "S0PLATFORM")
			if err != nil || !slices.Equal(members, tt.members) || !slices.Equal(fake.Usergroups()[0].Members, tt.members) {
				t.Errorf("members = %v, %v, want %v", members, err, tt.members)
			}
		})
	}
	groups, err := api.GetUserGroupsContext(t.Context(), slack.GetUserGroupsOptionIncludeUsers(true))
	if err != nil || len(groups) != 1 || groups[0].Handle != "platform-oncall" || len(groups[0].Users) != 2 {
		t.Errorf("groups = %+v, %v", groups, err)
	}
}

func TestTopicsAndPins(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{})
	set := func(topic string) error {
		_, err := api.SetTopicOfConversationContext(t.Context(), room, topic)
		return err
	}
	if err := set(strings.Repeat("ä", 250)); err != nil {
		t.Error(err)
	}
	if err := set(strings.Repeat("ä", 251)); err == nil || err.Error() != "too_long" {
		t.Errorf("a topic of 251 = %v", err)
	}
	info, err := api.GetConversationInfoContext(t.Context(), &slack.GetConversationInfoInput{ChannelID: room})
	if err != nil || info.Topic.Value != strings.Repeat("ä", 250) {
		t.Errorf("topic = %q, %v", info.Topic.Value, err)
	}
	_, ts := post(t, api, room, slack.MsgOptionText("pinned", false))
	post(t, api, room, slack.MsgOptionText("not pinned", false))
	if err := api.AddPinContext(t.Context(), room, slack.NewRefToMessage(room, ts)); err != nil {
		t.Fatal(err)
	}
	pins, _, err := api.ListPinsContext(t.Context(), room)
	if err != nil || len(pins) != 1 || pins[0].Message.Timestamp != ts {
		t.Errorf("pins = %+v, %v", pins, err)
	}
	fake.ChangeChannel(room, func(c *slackfake.Channel) { c.Left = true })
	if err := set("x"); err == nil || err.Error() != "not_in_channel" {
		t.Errorf("a topic from outside = %v", err)
	}
}

func TestPrivateChannelsNeedScopesOfTheirOwn(t *testing.T) {
	fake, api := workspace(t, slackfake.Options{Scopes: []string{"channels:read", "channels:manage"}})
	fake.AddChannel("C0SECRET", "secret")
	fake.ChangeChannel("C0SECRET", func(c *slackfake.Channel) { c.Private = true })
	tests := []struct {
		channel, info, topic string // the scopes that lack
	}{
		{room, "", ""},
		{"C0SECRET", "groups:read", "groups:write"},
		{fake.DM("U0ANA"), "im:read", "im:write"},
	}
	lacks := func(err error) string {
		var refused slack.SlackErrorResponse
		errors.As(err, &refused)
		return refused.Needed
	}
	for _, tt := range tests {
		_, err := api.GetConversationInfoContext(t.Context(), &slack.GetConversationInfoInput{ChannelID: tt.channel})
		if got := lacks(err); got != tt.info {
			t.Errorf("conversations.info of %s lacks %q, want %q", tt.channel, got, tt.info)
		}
		_, err = api.SetTopicOfConversationContext(t.Context(), tt.channel, "x")
		if got := lacks(err); got != tt.topic {
			t.Errorf("conversations.setTopic of %s lacks %q, want %q", tt.channel, got, tt.topic)
		}
	}
	if _, err := api.GetUserGroupMembersContext(t.Context(), "S0"); lacks(err) != "usergroups:read" {
		t.Errorf("usergroups.users.list = %v", err)
	}
}
