package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
)

// publishing is limited apart from all that pages people and shows cards.
const publishing = "views.publish"

// What Slack bears in a home, and how often one may be published in the workspace.
const (
	maxHome = 100 // blocks
	maxHead = 150 // characters
)

var homes = wire.Allowance{Every: 700 * time.Millisecond, Burst: 20}

// A visit is somebody opening what the app shows of itself.
type visit struct {
	User string `json:"user"`
	Tab  string `json:"tab"`
}

// hearVisit has the home drawn of whoever opens it.
func (c *Client) hearVisit(ctx context.Context, e event) answer {
	var v visit
	if json.Unmarshal(e.Event, &v) == nil && v.User != "" && v.Tab != "messages" {
		c.atHome(ctx, v.User, nil)
	}
	return answer{}
}

// atHome has a home drawn, after Slack has its answer: above it what became of a button
// there.
func (c *Client) atHome(parent context.Context, user string, outcome *commands.Reply) {
	if c.home == nil {
		return
	}
	c.answers.Go(func() {
		ctx, cancel := wire.Errand(context.WithoutCancel(parent))
		defer cancel()
		c.home(ctx, user, outcome)
	})
}

// PublishHome shows somebody their home, and above it what became of a button there.
func (c *Client) PublishHome(parent context.Context, user string, h commands.Home, outcome *commands.Reply) error {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	if err := c.budget.Spend(ctx, wire.Want{Key: publishing, Allowance: homes}); err != nil {
		return wire.Settle(err)
	}
	view := sdk.HomeTabViewRequest{Type: sdk.VTHomeTab, CallbackID: "home", Blocks: sdk.Blocks{BlockSet: drawHome(h, outcome)}}
	return wire.Settle(c.call(ctx, publishing, publishing, func(ctx context.Context) error {
		_, err := c.api.PublishViewContext(ctx, sdk.PublishViewContextRequest{UserID: user, View: view})
		return err
	}))
}

// drawHome is a home in as many blocks as Slack takes: what does not fit is counted.
func drawHome(h commands.Home, outcome *commands.Reply) []sdk.Block {
	var blocks []sdk.Block
	if outcome != nil {
		blocks = append(blocks, paragraphs(words(*outcome))...)
		if row := choices(outcome.Offers); row != nil {
			blocks = append(blocks, row)
		}
		blocks = append(blocks, sdk.NewDividerBlock())
	}
	left := 0
	for _, part := range h.Parts {
		one := []sdk.Block{sdk.NewHeaderBlock(plain(bot.Clean(part.Head, maxHead)))}
		for _, item := range part.Items {
			one = append(one, paragraphs(escape(item.Text, maxBlock))...)
			if row := choices(item.Offers); row != nil {
				one = append(one, row)
			}
		}
		if len(blocks)+len(one) >= maxHome {
			left++
			continue
		}
		blocks = append(blocks, one...)
	}
	if left > 0 {
		blocks = append(blocks, paragraphs(fmt.Sprintf("… and %d parts more, which do not fit", left))...)
	}
	return blocks
}
