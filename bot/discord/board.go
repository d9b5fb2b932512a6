package discord

import (
	"context"
	"errors"
	"strconv"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// Show implements escalation.Board.
func (c *Client) Show(ctx context.Context, s incident.Scene) (incident.Showing, error) {
	card := drawCard(bot.View(s.Incident, s.Roster, c.now()), s.Roster)
	here := drawCard(bot.Present(s, c.now()), s.Roster)
	var at sent
	showing, err := wire.Show(ctx, c.log, s.Incident, wire.Strokes{
		Card: func(ctx context.Context) (ref string, drawn bool, err error) {
			at, drawn, err = c.showCard(ctx, s, here)
			return at.ref(), drawn, err
		},
		News:   func(ctx context.Context) (int, error) { return c.showNews(ctx, at, s) },
		Copies: func(ctx context.Context) ([]incident.PageID, error) { return c.showCopies(ctx, s, card) },
	})
	if inRemoved(s, err) {
		return incident.Showing{Ref: s.Card.Ref, Told: len(s.News)}, nil
	}
	return showing, err
}

// Redraw draws the direct messages of an incident anew whose card stands on another
// platform, and returns those that are ours.
func (c *Client) Redraw(parent context.Context, s incident.Scene) ([]incident.PageID, error) {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	drawn, err := c.showCopies(ctx, s, drawCard(bot.View(s.Incident, s.Roster, c.now()), s.Roster))
	return drawn, wire.Settle(err)
}

// showCard posts the card or edits it; drawn is false where it was up to date.
func (c *Client) showCard(ctx context.Context, s incident.Scene, card message) (at sent, drawn bool, err error) {
	name := []string{"card", string(s.Incident.ID), s.Card.Channel}
	at, _, posted := parseRef(s.Card.Ref)
	shown := max(s.Card.Shown, s.Card.Drawn)
	switch {
	case posted && shown >= s.Incident.Revision && shown > 0:
		return at, false, nil
	case posted:
		err := c.redraw(ctx, at, card, hurry(s.Card.Hurried))
		if gone(err) {
			c.deleted(at, name...)
		}
		return at, true, err
	}
	if s.Card.Doubtful {
		if at, posted = c.findCard(ctx, s); posted {
			return at, true, c.redraw(ctx, at, card, hurry(s.Card.Hurried))
		}
	}
	card.Nonce = c.nonce(name...)
	if root, _, ok := parseRef(s.Card.Thread); ok && root.channel == s.Card.Channel {
		card.Reply = replyTo(root)
	}
	at, err = c.once(ctx, s.Card.Channel, card, s.Card.Doubtful)
	return at, true, err
}

// gone reports whether an error says that a message is there no more.
func gone(err error) bool {
	var f *wire.Failure
	return errors.As(err, &f) && f.Gone
}

// showCopies draws the direct messages anew. One that cannot be edited any more is
// done with, and so is one that tells of several incidents: its buttons still say
// who has it.
func (c *Client) showCopies(ctx context.Context, s incident.Scene, card message) (drawn []incident.PageID, err error) {
	for _, p := range s.Copies {
		at, many, ok := parseRef(p.Ref)
		if !ok {
			continue // another board's
		}
		if !many {
			err = c.redraw(ctx, at, message{Embeds: card.Embeds, Components: card.Components}, hurry(s.Card.Hurried))
		}
		if wire.Is(err, wire.Refusal) {
			c.log.WarnContext(ctx, "direct message left as it is", "page", p.ID, "err", err)
			err = nil
		}
		if err != nil {
			return drawn, err
		}
		drawn = append(drawn, p.ID)
	}
	return drawn, nil
}

// Summarize implements escalation.Board.
func (c *Client) Summarize(parent context.Context, s incident.Summary) (ref string, err error) {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	summary := drawSummary(bot.Summarize(s, c.now()))
	name := []string{"storm", s.Storm.Channel, strconv.Itoa(s.Storm.No)}
	at, _, posted := parseRef(s.Storm.Ref)
	if posted {
		err = c.redraw(ctx, at, summary, edits)
	} else {
		if !s.Storm.Doubtful { // what comes back is shown anew, where people look
			c.deleted(sent{s.Storm.Channel, strconv.FormatInt(s.Storm.Grown.Unix(), 10)}, name...)
		}
		summary.Nonce = c.nonce(name...)
		at, err = c.once(ctx, s.Storm.Channel, summary, s.Storm.Doubtful)
	}
	if err != nil && !posted {
		return "", wire.Settle(err)
	}
	return at.ref(), wire.Settle(err)
}
