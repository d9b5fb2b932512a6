package slack

import (
	"context"
	"errors"
	"fmt"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// lookBack is how old a letter may be that is looked for.
const lookBack = 24 * time.Hour

// Deliver tells a person or a team's channel what a letter says, or brings a place
// that shows who is on call up to date.
func (c *Client) Deliver(ctx context.Context, s oncall.Sending, roster oncall.Roster) (ref string, err error) {
	return wire.Deliver(ctx, s, wire.Places{
		Of: "Slack",
		Tell: func(ctx context.Context) (string, error) {
			at, err := c.tell(ctx, s, roster)
			return at.ref(), err
		},
		Pin: func(ctx context.Context) (string, error) {
			at, err := c.keepPin(ctx, s, roster)
			return at.ref(), err
		},
		Group: func(ctx context.Context) error { return c.keepGroup(ctx, s.Letter.Team, roster) },
		Topic: func(ctx context.Context) error { return c.keepTopic(ctx, s.Letter.Team, roster) },
	})
}

func (c *Client) tell(ctx context.Context, s oncall.Sending, roster oncall.Roster) (sent, error) {
	to, err := addressee(s.Letter, roster)
	if err != nil {
		return sent{}, err
	}
	m := speak(listed(s.Letter.Text, s.Letter.Lines), s.Letter.Offers)
	if s.Letter.Under != "" {
		return c.tellUnder(ctx, s, m)
	}
	at, _, err := c.bring(ctx, s, to, m)
	return at, err
}

// addressee returns the person's id, which Slack takes for a channel, or the
// channel of the team.
func addressee(l oncall.Letter, roster oncall.Roster) (string, error) {
	switch {
	case l.Room != "":
		room, _ := roster.Room(l.Room)
		return place(room.Channel, "the room is closed")
	case l.Stakeholders:
		return place(roster.Teams[l.Team].Stakeholders.Slack, "the team has no Slack channel for stakeholders")
	case l.To == "":
		return channelOf(l.Team, roster)
	}
	person := roster.People[l.To]
	if person.Slack == "" {
		return "", &incident.Fault{Reason: fmt.Sprintf("%s has no Slack account", l.To)}
	}
	return person.Slack, nil
}

// place is a channel, or why there is none.
func place(channel, why string) (string, error) {
	if channel == "" {
		return "", &incident.Fault{Reason: why}
	}
	return channel, nil
}

func channelOf(id oncall.TeamID, roster oncall.Roster) (string, error) {
	team, ok := roster.Teams[id]
	switch {
	case !ok:
		return "", &incident.Fault{Reason: fmt.Sprintf("there is no team %s any more", id)}
	case team.SlackChannel == "":
		return "", &incident.Fault{
			Reason: "the team has no Slack channel",
			Admin:  fmt.Sprintf("team %s has no slack_channel to be told in", id),
		}
	}
	return team.SlackChannel, nil
}

// bring edits the message of the letter's key, or posts one where there is none any
// more: then fresh is true. What a program that died may have posted already is
// looked for first.
func (c *Client) bring(ctx context.Context, s oncall.Sending, to string, m message) (at sent, fresh bool, err error) {
	m.metadata = metadata(letterEvent, map[string]any{"letter": s.ID})
	at, _, known := parseRef(s.Ref)
	if known && (s.Letter.To != "" || at.channel == to) { // else the team has another channel now
		err := c.redraw(ctx, at, m)
		if f := (*wire.Failure)(nil); !errors.As(err, &f) || !f.Gone {
			return at, false, err
		}
	}
	if s.Doubtful {
		at, known, err = c.findLetter(ctx, s, to)
		if err != nil {
			return at, false, err
		}
		if known {
			return at, true, c.redraw(ctx, at, m)
		}
	}
	if err := c.mayPost(ctx, to, posts); err != nil {
		return at, false, err
	}
	at, err = c.post(ctx, to, m)
	return at, true, err
}

// tellUnder tells a letter in the thread of another one, which may still be on its way.
func (c *Client) tellUnder(ctx context.Context, s oncall.Sending, m message) (sent, error) {
	head, _, ok := parseRef(s.Ref)
	if !ok {
		return sent{}, &incident.Fault{Reason: "the message above it is not there yet", Retry: time.Second}
	}
	if s.Doubtful {
		told := false
		err := c.replies(ctx, head.channel, head.ts, func(reply sdk.Message) {
			told = told || reply.Metadata.EventType == letterEvent && reply.Metadata.EventPayload["letter"] == s.ID
		})
		if err = c.looked(ctx, err, "letter not looked up", "letter", s.ID); told || err != nil {
			return head, err
		}
	}
	if err := c.mayPost(ctx, head.channel, replies); err != nil {
		return head, err
	}
	m.thread, m.metadata = head.ts, metadata(letterEvent, map[string]any{"letter": s.ID})
	_, err := c.post(ctx, head.channel, m)
	return head, err
}

func (c *Client) redraw(ctx context.Context, at sent, m message) error {
	if err := c.mayEdit(ctx, updates); err != nil {
		return err
	}
	return c.edit(ctx, at, m)
}

func (c *Client) findLetter(ctx context.Context, s oncall.Sending, to string) (at sent, found bool, err error) {
	if s.Letter.To != "" {
		to, err = c.open(ctx, to)
	}
	if err == nil {
		at, found, err = c.find(ctx, to, c.now().Add(-lookBack), letterEvent, "letter", s.ID)
	}
	return at, found, c.looked(ctx, err, "letter not looked up", "letter", s.ID)
}
