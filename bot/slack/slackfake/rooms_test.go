package slackfake_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// named is the channel of a name, as the workspace has it.
func named(t *testing.T, f *slackfake.Server, name string) slackfake.Channel {
	t.Helper()
	all := f.Channels()
	i := slices.IndexFunc(all, func(c slackfake.Channel) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("there is no channel %s", name)
	}
	return all[i]
}

func TestAChannelFromItsBeginningToItsEnd(t *testing.T) {
	f, api := workspace(t, slackfake.Options{})
	made, err := api.CreateConversation(slack.CreateConversationParams{ChannelName: "platform-1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.ForceInviteUsersToConversation(made.ID, "U0ANA", "U0NOBODY"); err != nil {
		t.Fatal(err)
	}
	if _, err := api.SetPurposeOfConversation(made.ID, "a purpose"); err != nil {
		t.Fatal(err)
	}
	list, _, err := api.GetConversations(&slack.GetConversationsParameters{})
	if err != nil || !slices.ContainsFunc(list, func(c slack.Channel) bool { return c.ID == made.ID && c.Creator == "U0BOT" }) {
		t.Errorf("listed: %+v, %v", list, err)
	}
	if c := named(t, f, "platform-1"); !slices.Equal(c.Members, []string{"U0ANA"}) || c.Purpose != "a purpose" {
		t.Errorf("channel = %+v", c)
	}
	if err := api.ArchiveConversation(made.ID); err != nil {
		t.Fatal(err)
	}
	if !named(t, f, "platform-1").Archived {
		t.Error("the channel is not archived")
	}
}

func TestWhatSlackRefusesAboutChannels(t *testing.T) {
	create := func(name string) func(*slack.Client) error {
		return func(api *slack.Client) error {
			_, err := api.CreateConversation(slack.CreateConversationParams{ChannelName: name})
			return err
		}
	}
	invite := func(users ...string) func(*slack.Client) error {
		return func(api *slack.Client) error {
			_, err := api.InviteUsersToConversation(room, users...)
			return err
		}
	}
	tests := []struct {
		name string
		call func(*slack.Client) error
		want string
	}{
		{"no name", create(""), "invalid_name_required"},
		{"capitals", create("Platform"), "invalid_name_specials"},
		{"blanks", create("a b"), "invalid_name_specials"},
		{"81 characters", create(strings.Repeat("x", 81)), "invalid_name_maxlength"},
		{"nothing but signs", create("--"), "invalid_name_punctuation"},
		{"a name that is taken", func(api *slack.Client) error {
			_ = create("platform-1")(api)
			return create("platform-1")(api)
		}, "name_taken"},
		{"a stranger", invite("U0NOBODY"), "user_not_found"},
		{"itself", invite("U0BOT"), "cant_invite_self"},
		{"archiving twice", func(api *slack.Client) error {
			_ = api.ArchiveConversation(room)
			return api.ArchiveConversation(room)
		}, "already_archived"},
		{"a purpose of 251", func(api *slack.Client) error {
			_, err := api.SetPurposeOfConversation(room, strings.Repeat("x", 251))
			return err
		}, "too_long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, api := workspace(t, slackfake.Options{})
			if err := tt.call(api); err == nil || err.Error() != tt.want {
				t.Errorf("error = %v, want %s", err, tt.want)
			}
		})
	}
}
