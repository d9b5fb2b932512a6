package slack

import (
	"context"
	"errors"

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
	if inClosed(s, err) {
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

// showCard posts the card or edits it; shown is false where it was up to date.
func (c *Client) showCard(ctx context.Context, s incident.Scene, card message) (at sent, shown bool, err error) {
	at, _, posted := parseRef(s.Card.Ref)
	if !posted && s.Card.Doubtful {
		if at, posted, err = c.findCard(ctx, s); err != nil {
			return at, false, err
		}
		s.Card.Shown, s.Card.Drawn = 0, 0
	}
	if shown := max(s.Card.Shown, s.Card.Drawn); posted && shown >= s.Incident.Revision && shown > 0 {
		return at, false, nil
	}
	if posted {
		if err := c.mayEdit(ctx, hurry(s.Card.Hurried, edits, updates)); err != nil {
			return at, false, err
		}
		return at, true, c.edit(ctx, at, card)
	}
	if err := c.mayPost(ctx, s.Card.Channel, posts); err != nil {
		return at, false, err
	}
	if root, _, ok := parseRef(s.Card.Thread); ok {
		card.thread, card.broadcast = root.ts, true
	}
	at, err = c.post(ctx, s.Card.Channel, card)
	return at, true, err
}

// threadOf is where the story of a card is told: below it, or in the thread in which
// it stands itself, since Slack knows no thread within a thread.
func threadOf(at sent, card incident.Card) string {
	if root, _, ok := parseRef(card.Thread); ok {
		return root.ts
	}
	return at.ts
}

// showNews tells the thread what it does not hold yet, and returns how many of the
// News it holds then.
func (c *Client) showNews(ctx context.Context, at sent, s incident.Scene) (told int, err error) {
	if len(s.News) == 0 {
		return 0, nil
	}
	if _, unsure := c.unsure.Load(at.ref()); unsure || s.Card.Doubtful && s.Card.Ref != "" {
		if told, err = c.findTold(ctx, at, s); err != nil {
			return 0, err
		}
		c.unsure.Delete(at.ref())
	}
	before := told
	for _, note := range bot.Story(s.Incident, s.Roster, s.News[before:]) {
		if err := c.mayPost(ctx, at.channel, hurry(s.Card.Hurried, answers, replies)); err != nil {
			return told, err
		}
		reply := message{
			text:     lines(note.Lines, s.Roster, maxText),
			metadata: metadata(storyEvent, map[string]any{"incident": string(s.Incident.ID), "through": s.Card.Told + before + note.Through}),
			thread:   threadOf(at, s.Card),
		}
		if row := actions(note.Buttons, nil, &names{}); row != nil {
			reply.blocks = append(paragraphs(reply.text), row)
		}
		if _, err := c.post(ctx, at.channel, reply); err != nil {
			if f := (*wire.Failure)(nil); errors.As(err, &f) && f.Unknown {
				c.unsure.Store(at.ref(), true)
			}
			return told, err
		}
		told = before + note.Through
	}
	return len(s.News), nil
}

// showCopies draws the direct messages anew. One that cannot be edited any more is
// done with, and so is one that tells of several incidents: its buttons still say
// who has it. Those drawn before an error are not drawn again after it.
func (c *Client) showCopies(ctx context.Context, s incident.Scene, card message) (drawn []incident.PageID, err error) {
	for _, p := range s.Copies {
		at, many, ok := parseRef(p.Ref)
		if !ok {
			continue // another board's
		}
		if shows, done := c.copies.Load(p.ID); !many && (!done || shows != s.Incident.Revision) {
			err = c.showCopy(ctx, at, p.ID, card, copies)
		}
		if err != nil {
			break
		}
		c.copies.Store(p.ID, s.Incident.Revision)
		drawn = append(drawn, p.ID)
	}
	if err != nil {
		return drawn, err
	}
	for _, id := range drawn {
		c.copies.Delete(id)
	}
	return drawn, nil
}

func (c *Client) showCopy(ctx context.Context, at sent, page incident.PageID, card message, a wire.Allowance) error {
	if err := c.mayEdit(ctx, a); err != nil {
		return err
	}
	err := c.edit(ctx, at, message{text: card.text, attachments: card.attachments})
	if f := (*wire.Failure)(nil); errors.As(err, &f) && f.Class == wire.Refusal {
		c.log.WarnContext(ctx, "direct message left as it is", "page", page, "err", err)
		return nil
	}
	return err
}
