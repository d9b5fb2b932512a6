package discord

import (
	"context"
	"fmt"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Deliver tells a person or a team's channel what a letter says, or brings a place
// that shows who is on call up to date.
func (c *Client) Deliver(ctx context.Context, s oncall.Sending, roster oncall.Roster) (ref string, err error) {
	return wire.Deliver(ctx, s, wire.Places{
		Of: "Discord",
		Tell: func(ctx context.Context) (string, error) {
			at, err := c.tell(ctx, s, roster)
			return at.ref(), err
		},
		Pin: func(ctx context.Context) (string, error) {
			at, err := c.keepPin(ctx, s, roster)
			return at.ref(), err
		},
		Group: func(ctx context.Context) error { return c.keepRole(ctx, s.Letter.Team, roster) },
		Topic: func(ctx context.Context) error { return c.keepTopic(ctx, s.Letter.Team, roster) },
	})
}

func (c *Client) tell(ctx context.Context, s oncall.Sending, roster oncall.Roster) (sent, error) {
	to, err := c.addressee(ctx, s.Letter, roster)
	if err != nil {
		return sent{}, err
	}
	m := c.speak(ctx, listed(s.Letter.Text, s.Letter.Lines), s.Letter.Offers)
	if s.Letter.Under != "" {
		return c.tellUnder(ctx, s, m)
	}
	at, _, err := c.bring(ctx, s, to, m)
	return at, err
}

// addressee returns the channel of direct messages with the person, or the team's.
func (c *Client) addressee(ctx context.Context, l oncall.Letter, roster oncall.Roster) (string, error) {
	switch {
	case l.Room != "":
		room, _ := roster.Room(l.Room)
		return place(room.Channel, "the room is closed")
	case l.Stakeholders:
		return place(roster.Teams[l.Team].Stakeholders.Discord, "the team has no Discord channel for stakeholders")
	case l.To == "":
		return channelOf(l.Team, roster)
	}
	person := roster.People[l.To]
	if person.Discord == "" {
		return "", &incident.Fault{Reason: fmt.Sprintf("%s has no Discord account", l.To)}
	}
	return c.open(ctx, person.Discord)
}

// place is a channel, or why there is none.
func place(channel, why string) (string, error) {
	if channel == "" {
		return "", &incident.Fault{Reason: why}
	}
	return channel, nil
}

// bring edits the message of the letter's key, or posts one where there is none any
// more: then fresh is true. What a program that died may have posted already Discord
// knows by its nonce, for some minutes.
func (c *Client) bring(ctx context.Context, s oncall.Sending, to string, m message) (at sent, fresh bool, err error) {
	name := []string{"letter", s.ID}
	if at, _, known := parseRef(s.Ref); known && at.channel == to { // else the team has another channel now
		err := c.redraw(ctx, at, m, updates)
		if !gone(err) {
			return at, false, err
		}
		c.deleted(at, name...)
	}
	m.Nonce = c.nonce(name...)
	at, err = c.once(ctx, to, m, s.Doubtful)
	return at, true, err
}
