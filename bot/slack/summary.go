package slack

import (
	"context"
	"strconv"
	"strings"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// stormEvent is the kind of a summary in its metadata.
const stormEvent = "earshot_storm"

// Summarize implements escalation.Board.
func (c *Client) Summarize(parent context.Context, s incident.Summary) (ref string, err error) {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	summary := drawSummary(bot.Summarize(s, c.now()))
	summary.metadata = metadata(stormEvent, map[string]any{"storm": stormID(s.Storm)})
	at, _, posted := parseRef(s.Storm.Ref)
	if !posted && s.Storm.Doubtful {
		if at, posted, err = c.findStorm(ctx, s.Storm); err != nil {
			return "", wire.Settle(err)
		}
	}
	if posted {
		if err := c.mayEdit(ctx, echoes); err != nil {
			return at.ref(), wire.Settle(err)
		}
		return at.ref(), wire.Settle(c.edit(ctx, at, summary))
	}
	if err := c.mayPost(ctx, s.Storm.Channel, posts); err != nil {
		return "", wire.Settle(err)
	}
	if at, err = c.post(ctx, s.Storm.Channel, summary); err != nil {
		return "", wire.Settle(err)
	}
	return at.ref(), nil
}

// findStorm looks for the summary of a storm that may have been posted.
func (c *Client) findStorm(ctx context.Context, s incident.Storm) (at sent, found bool, err error) {
	at, found, err = c.find(ctx, s.Channel, s.Since, stormEvent, "storm", stormID(s))
	return at, found, c.looked(ctx, err, "summary not looked up", "channel", s.Channel)
}

// stormID names a storm in the metadata of its summary.
func stormID(s incident.Storm) string { return s.Channel + " " + strconv.Itoa(s.No) }

// drawSummary is the message that stands for the cards of a storm.
func drawSummary(d bot.Digest) message {
	section := func(text string) sdk.Block {
		return sdk.NewSectionBlock(sdk.NewTextBlockObject(sdk.MarkdownType, text, false, true), nil, nil)
	}
	small := func(text string) sdk.Block {
		return sdk.NewContextBlock("", sdk.NewTextBlockObject(sdk.MarkdownType, text, false, true))
	}
	blocks := []sdk.Block{small(escape(d.States, maxFacts) + " · since " + moment(d.Since))}
	if d.Worst != "" {
		blocks = append(blocks, section("*Open:* "+escape(d.Worst, maxFacts)+"\n"+escape(strings.Join(d.Kinds, "\n"), maxDetails)))
	}
	if len(d.Newest) > 0 {
		blocks = append(blocks, section("*Newest:*\n"+escape(strings.Join(d.Newest, "\n"), maxDetails)))
	}
	if row := actions(d.Buttons, nil, &names{}); row != nil {
		blocks = append(blocks, row)
	}
	return message{
		text: dot(d.Color) + " *" + escape(d.Heading, maxFacts) + "*",
		attachments: []sdk.Attachment{{
			Color: d.Color.Hex(), Fallback: escape(d.Heading, maxText), Blocks: sdk.Blocks{BlockSet: blocks},
		}},
	}
}
