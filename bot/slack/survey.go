package slack

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A survey looks at everything in Slack that the roster counts on.
type survey struct {
	*Client
	roster   oncall.Roster
	scopes   []string
	needs    []need
	problems []string
}

// Survey tries the token and looks at every scope, channel, person and user group
// that is needed. It returns a line for each thing to mend; none where all is well.
func (c *Client) Survey(ctx context.Context, roster oncall.Roster) []string {
	s := &survey{Client: c, roster: roster}
	for _, look := range []func(context.Context) error{s.token, s.channels, s.people, s.groups, s.socket} {
		if err := look(ctx); err != nil {
			s.note("%s: what is left was not looked at", reason(err))
			break
		}
	}
	return append(s.missing(), s.problems...)
}

func (s *survey) note(format string, args ...any) {
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

// reason is what is wrong, and what to do about it where that is known.
func reason(err error) string {
	var f *wire.Failure
	if errors.As(err, &f) && f.Admin != "" {
		return f.Admin
	}
	return err.Error()
}

// ask returns by what name Slack refuses something; an error is anything that makes
// the next question pointless.
func (s *survey) ask(ctx context.Context, method string, do func(context.Context) error) (refused sdk.SlackErrorResponse, err error) {
	err = s.call(ctx, method, method, func(ctx context.Context) error {
		err := do(ctx)
		errors.As(err, &refused)
		return err
	})
	if f := (*wire.Failure)(nil); errors.As(err, &f) && f.Class == wire.Refusal {
		return refused, nil
	}
	return refused, err
}

func (s *survey) token(ctx context.Context) error {
	var who *sdk.AuthTestResponse
	err := s.call(ctx, "auth.test", "auth.test", func(ctx context.Context) (err error) {
		who, err = s.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return err
	}
	for scope := range strings.SplitSeq(who.Header.Get("X-OAuth-Scopes"), ",") {
		if scope = strings.TrimSpace(scope); scope != "" {
			s.scopes = append(s.scopes, scope)
		}
	}
	if len(s.scopes) == 0 {
		s.note("Slack does not say which scopes the token has: look at SLACK_API_URL, and at what stands between")
	}
	s.needs = general(s.command)
	for _, id := range s.roster.TeamIDs() {
		if s.roster.Teams[id].Announce.Usergroup != "" {
			s.needs = append(s.needs, inGroup(id)...)
		}
	}
	return nil
}

// channels looks at the channels of each team, and at the digest's.
func (s *survey) channels(ctx context.Context) error {
	for _, id := range s.roster.TeamIDs() {
		team := s.roster.Teams[id]
		if team.SlackChannel == "" && (team.Announce.Topic || team.Announce.Pin) {
			s.note("teams.%s.slack_channel: missing, so that no topic and no pinned message can say who is on call", id)
		}
		err := s.channel(ctx, fmt.Sprintf("teams.%s.slack_channel", id), team.SlackChannel, team.Announce, func(private bool) []need { return inChannel(team, private) })
		if err != nil {
			return err
		}
		if err := s.outside(ctx, fmt.Sprintf("teams.%s.stakeholders.slack_channel", id), team.Stakeholders.Slack); err != nil {
			return err
		}
	}
	return s.outside(ctx, "digest.slack_channel", s.roster.Digest.Slack)
}

// outside looks at a channel in which no team works.
func (s *survey) outside(ctx context.Context, key, id string) error {
	return s.channel(ctx, key, id, oncall.Announcement{}, func(private bool) []need {
		return []need{{kindOf(private) + "read", key + " can't be looked at"}}
	})
}

// channel looks at one channel, if it is named, and says what is wrong with it.
func (s *survey) channel(ctx context.Context, key, id string, announce oncall.Announcement, needs func(private bool) []need) error {
	if id == "" {
		return nil
	}
	var c *sdk.Channel
	refused, err := s.ask(ctx, "conversations.info", func(ctx context.Context) (err error) {
		c, err = s.api.GetConversationInfoContext(ctx, &sdk.GetConversationInfoInput{ChannelID: id})
		return err
	})
	if err != nil {
		return err
	}
	s.needs = append(s.needs, needs(refused.Needed == "groups:read" || refused.Err == "" && c.IsPrivate)...)
	above := strings.TrimSuffix(key, "slack_channel") + "announce."
	switch {
	case refused.Err == "missing_scope": // said once, of the scope
	case refused.Err == "channel_not_found":
		s.note("%s: Slack knows no channel %s, or it is private: mend the id, or /invite Earshot there", key, id)
	case refused.Err != "":
		s.note("%s: Slack says %s of %s", key, refused.Err, id)
	case c.IsArchived:
		s.note("%s: #%s is archived: unarchive it, or name another", key, c.Name)
	case c.IsMember:
	case !slices.Contains(s.scopes, "chat:write.public"):
		s.note("%s: Earshot is not in #%s: /invite it there, or add the scope chat:write.public", key, c.Name)
	case announce.Topic:
		s.note("%stopic: Earshot is not in #%s: /invite it there, or it can't set the topic", above, c.Name)
	case announce.Pin:
		s.note("%spin: Earshot is not in #%s: /invite it there, or it can't pin a message", above, c.Name)
	}
	return nil
}

// people looks at the account of everybody who has one.
func (s *survey) people(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(s.roster.People)) {
		p := s.roster.People[id]
		if p.Slack == "" || p.Inactive {
			continue
		}
		var account *sdk.User
		refused, err := s.ask(ctx, "users.info", func(ctx context.Context) (err error) {
			account, err = s.api.GetUserInfoContext(ctx, p.Slack)
			return err
		})
		key := fmt.Sprintf("people.%s.slack", id)
		switch {
		case err != nil:
			return err
		case refused.Err == "missing_scope":
			return nil // said once, of the scope
		case refused.Err == "user_not_found", refused.Err == "user_not_visible":
			s.note("%s: Slack knows no user %s: mend the id", key, p.Slack)
		case refused.Err != "":
			s.note("%s: Slack says %s of %s", key, refused.Err, p.Slack)
		case account.Deleted:
			s.note("%s: the account %s is deactivated: mend the id, or set the person inactive", key, p.Slack)
		case account.IsBot:
			s.note("%s: %s is a bot's: mend the id", key, p.Slack)
		}
	}
	return nil
}

// groups looks at every user group that is kept in step.
func (s *survey) groups(ctx context.Context) error {
	var known []sdk.UserGroup
	asked := false
	for _, id := range s.roster.TeamIDs() {
		group := s.roster.Teams[id].Announce.Usergroup
		if group == "" {
			continue
		}
		key := fmt.Sprintf("teams.%s.announce.usergroup", id)
		if !asked {
			asked = true
			refused, err := s.ask(ctx, "usergroups.list", func(ctx context.Context) (err error) {
				known, err = s.api.GetUserGroupsContext(ctx, sdk.GetUserGroupsOptionIncludeDisabled(true))
				return err
			})
			switch {
			case err != nil:
				return err
			case refused.Err == "missing_scope":
				return nil // said once, of the scope
			case refused.Err != "":
				s.note("%s: Slack says %s of user groups", key, refused.Err)
				return nil
			}
		}
		switch i := slices.IndexFunc(known, func(g sdk.UserGroup) bool { return g.ID == group }); {
		case i < 0:
			s.note("%s: Slack knows no user group %s: mend the id", key, group)
		case known[i].DateDelete != 0:
			s.note("%s: @%s is switched off: enable it in Slack", key, known[i].Handle)
		}
	}
	return nil
}

// socket tries the token of Socket Mode: the address that it gets is not used.
func (s *survey) socket(ctx context.Context) error {
	if s.appToken == "" {
		return nil
	}
	api := sdk.New("", sdk.OptionAppLevelToken(s.appToken), sdk.OptionAPIURL(s.apiURL.String()), sdk.OptionHTTPClient(s.http))
	var cause error
	refused, err := s.ask(ctx, opening, func(ctx context.Context) error {
		_, _, cause = api.StartSocketModeContext(ctx)
		return cause
	})
	if refused.Err != "" && err == nil {
		s.note("%s", closed(cause).Admin)
	}
	return err
}
