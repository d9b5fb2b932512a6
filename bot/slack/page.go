package slack

import (
	"context"
	"errors"
	"fmt"
	"time"

	sdk "github.com/slack-go/slack"
	"github.com/sony/gobreaker/v2"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// lookTimeout bounds the search for a page that may have arrived: the person's
// next step waits for it.
const lookTimeout = 3 * time.Second

// Page tells a person by direct message, or everybody in the team's channel. No
// receipt follows. What it has to wait for more than seconds is a final no, so that
// the person's next step runs at once.
func (c *Client) Page(parent context.Context, n incident.Notice) (ref string, receipt bool, err error) {
	to, err := recipient(n)
	if err != nil {
		return "", false, err
	}
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	if n.Doubtful {
		if at, found := c.findPage(ctx, n, to); found {
			return pageRef(at, n), false, nil
		}
	}
	page := drawPage(bot.Page(n, c.now()), n.Page, n.Roster)
	at, err := c.direct.Execute(func() (sent, error) {
		if err := n.Leave(); err != nil {
			return sent{}, err
		}
		return c.post(ctx, to, page)
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return "", false, &incident.Fault{Reason: "Slack has not been answering"}
	}
	if err != nil {
		return "", false, wire.Final(err)
	}
	return pageRef(at, n), false, nil
}

// recipient returns the person's id, which Slack takes for a channel, or the
// channel of the team.
func recipient(n incident.Notice) (string, error) {
	if len(n.Incidents) == 0 {
		return "", &incident.Fault{Reason: "a page about no incident"}
	}
	if n.Via != oncall.Channel {
		if n.To.Slack == "" {
			return "", &incident.Fault{Reason: "no Slack account linked"}
		}
		return n.To.Slack, nil
	}
	team := n.Roster.Teams[n.Incidents[0].Team]
	if team.SlackChannel == "" {
		return "", &incident.Fault{
			Reason: "the team has no Slack channel",
			Admin:  fmt.Sprintf("team %s has no slack_channel to be told in", n.Incidents[0].Team),
		}
	}
	return team.SlackChannel, nil
}

func pageRef(at sent, n incident.Notice) string {
	if len(n.Incidents)+n.More > 1 {
		return at.ref() + bundled
	}
	return at.ref()
}

// findPage looks for a page that may have arrived. Where it can't be told, it is
// sent again: for a page a duplicate beats a loss.
func (c *Client) findPage(parent context.Context, n incident.Notice, to string) (at sent, found bool) {
	ctx, cancel := context.WithTimeoutCause(parent, lookTimeout, wire.ErrSlow)
	defer cancel()
	err := error(nil)
	if n.Via != oncall.Channel {
		to, err = c.open(ctx, to)
	}
	if err == nil {
		at, found, err = c.find(ctx, to, n.Incidents[0].OpenedAt, pageEvent, "page", string(n.Page))
	}
	if err != nil {
		c.log.WarnContext(parent, "page not looked up", "page", n.Page, "err", err)
	}
	return at, found
}

// open returns the channel of the direct messages with a person.
func (c *Client) open(ctx context.Context, user string) (channel string, err error) {
	err = c.call(ctx, "conversations.open", "conversations.open", func(ctx context.Context) error {
		direct, _, _, err := c.api.OpenConversationContext(ctx, &sdk.OpenConversationParameters{Users: []string{user}})
		if err == nil {
			channel = direct.ID
		}
		return err
	})
	return channel, err
}
