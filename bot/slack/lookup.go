package slack

import (
	"context"
	"errors"
	"strconv"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// How far back a lookup reads: clocks may differ by skew, and a post that is not
// among the latest messages since then is taken for lost.
const (
	skew     = 2 * time.Minute
	perPage  = 200
	maxPages = 5
)

// findCard looks for the incident's card in its channel.
func (c *Client) findCard(ctx context.Context, s incident.Scene) (at sent, found bool, err error) {
	at, found, err = c.find(ctx, s.Card.Channel, s.Incident.OpenedAt, cardEvent, "incident", string(s.Incident.ID))
	return at, found, c.looked(ctx, err, "card not looked up", "incident", s.Incident)
}

// looked is what remains of an error of a lookup. Where Slack keeps us from reading
// there, nothing is found: a second message is better than none.
func (c *Client) looked(ctx context.Context, err error, event string, about ...any) error {
	var f *wire.Failure
	switch {
	case errors.As(err, &f) && f.Class == wire.Refusal:
		c.log.WarnContext(ctx, event, append(about, "err", err)...)
		return nil
	case errors.As(err, &f):
		f.Unknown = true // it still is
	}
	return err
}

// find looks for a message by its metadata among those since a moment.
func (c *Client) find(ctx context.Context, channel string, since time.Time, event, key, value string) (at sent, found bool, err error) {
	params := &sdk.GetConversationHistoryParameters{
		ChannelID: channel, Oldest: stamp(since.Add(-skew)), Limit: perPage, IncludeAllMetadata: true,
	}
	for range maxPages {
		var page *sdk.GetConversationHistoryResponse
		err := c.call(ctx, "conversations.history", "conversations.history", func(ctx context.Context) (err error) {
			page, err = c.api.GetConversationHistoryContext(ctx, params)
			return err
		})
		if err != nil {
			return sent{}, false, err
		}
		for _, m := range page.Messages {
			if m.Metadata.EventType == event && m.Metadata.EventPayload[key] == value {
				return sent{channel, m.Timestamp}, true, nil
			}
		}
		params.Cursor = page.ResponseMetaData.NextCursor
		if !page.HasMore || params.Cursor == "" {
			break
		}
	}
	return sent{}, false, nil
}

// findTold returns how many of the News a card's thread holds already.
func (c *Client) findTold(ctx context.Context, at sent, s incident.Scene) (told int, err error) {
	err = c.replies(ctx, at.channel, threadOf(at, s.Card), func(m sdk.Message) {
		payload := m.Metadata.EventPayload
		through, ok := payload["through"].(float64)
		if ok && m.Metadata.EventType == storyEvent && payload["incident"] == string(s.Incident.ID) {
			told = max(told, int(through)-s.Card.Told)
		}
	})
	if f := (*wire.Failure)(nil); errors.As(err, &f) && f.Class == wire.Refusal {
		c.log.WarnContext(ctx, "thread not looked up", "incident", s.Incident, "err", err)
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return min(told, len(s.News)), nil
}

// cardOf returns the incident whose card has a thread at ts; the last one where the
// cards of several stand in it.
func (c *Client) cardOf(ctx context.Context, channel, ts string) (id incident.ID, err error) {
	var newest string
	err = c.replies(ctx, channel, ts, func(m sdk.Message) {
		text, ok := m.Metadata.EventPayload["incident"].(string)
		if !ok || m.Metadata.EventType != cardEvent || newest == "" && m.Timestamp != ts || m.Timestamp < newest {
			return // the head of another thread makes it none of ours
		}
		newest = m.Timestamp
		id, _ = incident.ParseID(text)
	})
	return id, err
}

// replies visits the messages of a thread, the oldest first; its head may come again.
func (c *Client) replies(ctx context.Context, channel, ts string, visit func(sdk.Message)) error {
	params := &sdk.GetConversationRepliesParameters{ChannelID: channel, Timestamp: ts, Limit: perPage, IncludeAllMetadata: true}
	for range maxPages {
		var (
			page []sdk.Message
			more bool
		)
		err := c.call(ctx, "conversations.replies", "conversations.replies", func(ctx context.Context) (err error) {
			page, more, params.Cursor, err = c.api.GetConversationRepliesContext(ctx, params)
			return err
		})
		if err != nil {
			return err
		}
		for _, m := range page {
			visit(m)
		}
		if !more || params.Cursor == "" {
			return nil
		}
	}
	return nil
}

// stamp is a moment as Slack writes it in a message's ts.
func stamp(t time.Time) string {
	return strconv.FormatInt(t.Unix(), 10) + ".000000"
}
