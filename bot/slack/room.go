package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

const (
	// maxPurpose is what a channel's purpose may hold.
	maxPurpose = 250
	// roomNames is how many names are tried for a room.
	roomNames = 5
	// listed channels of a workspace are looked at: so many a page, so many pages.
	channelsPerPage = 999
	channelPages    = 30
)

// OpenRoom opens the channel of an incident, or finds the one that was opened before by
// a program that died: a name is taken for ever, and who took it is known.
func (c *Client) OpenRoom(parent context.Context, r bot.Room) (incident.Room, error) {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	id, name, err := c.makeRoom(ctx, r)
	if err != nil {
		return incident.Room{}, wire.Settle(err)
	}
	room := incident.Room{Board: source, Channel: id, Name: name, Link: "https://slack.com/app_redirect?channel=" + id}
	if team := c.team.Load(); team != nil {
		room.Link += "&team=" + *team
	}
	room.Thread = c.permalink(ctx, r.Incident)
	return room, nil
}

// makeRoom tries one name after the other until one is free, or ours.
func (c *Client) makeRoom(ctx context.Context, r bot.Room) (id, name string, err error) {
	var ours map[string]string
	for n := 1; n <= roomNames; n++ {
		if name = r.Name; n > 1 {
			name = fmt.Sprintf("%s-%d", r.Name, n)
		}
		id, err = c.create(ctx, name)
		if err != nil || id != "" {
			return id, name, err
		}
		if ours == nil {
			if ours, err = c.own(ctx, r.Since.Add(-skew)); err != nil {
				return "", "", err
			}
		}
		if id = ours[name]; id != "" {
			return id, name, nil
		}
	}
	return "", "", &incident.Fault{Reason: "Slack: every name for it is taken", Admin: fmt.Sprintf("no room for %s: the names %s to %s are taken in Slack", r.Incident.ID, r.Name, name)}
}

// create makes a public channel; no id where the name is taken.
func (c *Client) create(ctx context.Context, name string) (id string, err error) {
	err = c.call(ctx, "conversations.create", "conversations.create", func(ctx context.Context) error {
		made, err := c.api.CreateConversationContext(ctx, sdk.CreateConversationParams{ChannelName: name})
		if err == nil {
			id = made.ID
		}
		return unless(err, "name_taken")
	})
	return id, err
}

// unless is an error, or nothing where it is one of Slack's of these names.
func unless(err error, names ...string) error {
	if refused := (sdk.SlackErrorResponse{}); errors.As(err, &refused) && slices.Contains(names, refused.Err) {
		return nil
	}
	return err
}

// own are the channels that this app has made since a moment, by name.
func (c *Client) own(ctx context.Context, since time.Time) (map[string]string, error) {
	var me *sdk.AuthTestResponse
	err := c.call(ctx, "auth.test", "", func(ctx context.Context) (err error) {
		me, err = c.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	found, params := map[string]string{}, &sdk.GetConversationsParameters{Limit: channelsPerPage, ExcludeArchived: true}
	for range channelPages {
		var page []sdk.Channel
		err := c.call(ctx, "conversations.list", "conversations.list", func(ctx context.Context) (err error) {
			page, params.Cursor, err = c.api.GetConversationsContext(ctx, params)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, one := range page {
			if one.Creator == me.UserID && !one.Created.Time().Before(since) {
				found[one.Name] = one.ID
			}
		}
		if params.Cursor == "" {
			break
		}
	}
	return found, nil
}

// permalink is the address of the incident's first card here; nothing where Slack can't
// tell it now.
func (c *Client) permalink(ctx context.Context, in incident.Incident) (link string) {
	for _, card := range in.Cards {
		at, _, ok := parseRef(card.Ref)
		if !ok || card.Board != source || in.Room.Is(card) {
			continue
		}
		err := c.call(ctx, "chat.getPermalink", "chat.getPermalink", func(ctx context.Context) (err error) {
			link, err = c.api.GetPermalinkContext(ctx, &sdk.PermalinkParameters{Channel: at.channel, Ts: at.ts})
			return err
		})
		if err != nil {
			c.log.WarnContext(ctx, "thread of a room not linked", "incident", in, "err", err)
		}
		return link
	}
	return ""
}

// FurnishRoom brings an open room in step with its incident: its topic and purpose, who
// is in it, and the card that is pinned. All of it may be done again. A room that
// somebody has closed is a Fault that says Gone.
func (c *Client) FurnishRoom(parent context.Context, r bot.Room) error {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	channel := r.Incident.Room.Channel
	err := wire.Settle(c.label(ctx, channel, r))
	switch fault, no := errors.AsType[*incident.Fault](err); {
	case no && isShut(fault):
		return &incident.Fault{Reason: fault.Reason, Gone: true}
	case no && fault.Admin != "":
		c.log.ErrorContext(ctx, "room not labelled", "incident", r.Incident, "err", err, "mend", fault.Admin)
	case err != nil:
		return err
	}
	if err := c.invite(ctx, channel, r); err != nil {
		return wire.Settle(err)
	}
	for _, card := range r.Incident.Cards {
		at, _, ok := parseRef(card.Ref)
		switch {
		case !r.Incident.Room.Is(card):
		case !ok:
			return &incident.Fault{Reason: "the card is not in the room yet", Retry: time.Second}
		default:
			return wire.Settle(c.pin(ctx, at, "incident", r.Incident))
		}
	}
	return nil
}

// label says in a channel's topic and purpose what it is for, where it says something else.
func (c *Client) label(ctx context.Context, channel string, r bot.Room) error {
	var info *sdk.Channel
	err := c.call(ctx, "conversations.info", "conversations.info", func(ctx context.Context) (err error) {
		info, err = c.api.GetConversationInfoContext(ctx, &sdk.GetConversationInfoInput{ChannelID: channel})
		return err
	})
	if err != nil {
		return err
	}
	topic, purpose := escape(r.Topic(maxTopic), maxTopic), r.Purpose(r.Incident.Room.Thread)
	if unescape.Replace(info.Topic.Value) != unescape.Replace(topic) {
		err = c.call(ctx, "conversations.setTopic", "conversations.setTopic", func(ctx context.Context) error {
			_, err := c.api.SetTopicOfConversationContext(ctx, channel, topic)
			return err
		})
	}
	if err == nil && !strings.Contains(unescape.Replace(info.Purpose.Value), string(r.Incident.ID)) {
		err = c.call(ctx, "conversations.setPurpose", "conversations.setPurpose", func(ctx context.Context) error {
			_, err := c.api.SetPurposeOfConversationContext(ctx, channel, escape(purpose, maxPurpose))
			return err
		})
	}
	return err
}

// invite asks people into a channel. Whom Slack does not let in stays outside.
func (c *Client) invite(ctx context.Context, channel string, r bot.Room) error {
	var ids []string
	for _, id := range r.People {
		if user := r.Roster.People[id].Slack; userID.MatchString(user) {
			ids = append(ids, user)
		}
	}
	if user, ok := strings.CutPrefix(r.Account, source+" "); ok && userID.MatchString(user) {
		ids = append(ids, user)
	}
	if len(ids) == 0 {
		return nil
	}
	err := c.call(ctx, "conversations.invite", "conversations.invite", func(ctx context.Context) error {
		_, err := c.api.ForceInviteUsersToConversationContext(ctx, channel, ids...)
		return unless(err, "already_in_channel")
	})
	if f := (*wire.Failure)(nil); errors.As(err, &f) && f.Class == wire.Refusal {
		c.log.WarnContext(ctx, "people not invited", "incident", r.Incident, "err", err)
		return nil
	}
	return err
}

// CloseRoom archives a channel. One that somebody has archived, or removed, is closed.
func (c *Client) CloseRoom(parent context.Context, channel string) error {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	return wire.Settle(c.call(ctx, "conversations.archive", "conversations.archive", func(ctx context.Context) error {
		return unless(c.api.ArchiveConversationContext(ctx, channel), shut...)
	}))
}

// shut are Slack's names for a channel in which nothing is said any more.
var shut = []string{"already_archived", "is_archived", "channel_not_found"}

// inClosed reports whether a scene's card stands in a room that somebody closed: there is
// nothing left to show there.
func inClosed(s incident.Scene, err error) bool {
	f, ok := errors.AsType[*incident.Fault](err)
	return ok && s.Incident.Room.Is(s.Card) && isShut(f)
}

func isShut(f *incident.Fault) bool {
	return slices.Contains(shut, strings.TrimPrefix(f.Reason, "Slack: "))
}
