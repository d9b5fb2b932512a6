package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/wire"
)

// The methods that tell of accounts.
const (
	listing = "users.list"
	asking  = "users.info"
)

// A look lists the workspace while that is a few pages, and asks of each of the others
// by itself: less than Slack allows in a minute, of either. Of more than it may ask
// about, each look takes the next ones.
const (
	perList   = 1000
	mostLists = 5
	mostAsked = 60
)

// Deactivated looks at accounts and returns, for each that Slack told of, whether it
// is deactivated; what was found before an error, too.
func (c *Client) Deactivated(ctx context.Context, ids []string) (map[string]bool, error) {
	found := map[string]bool{}
	users := c.api.GetUsersPaginated(sdk.GetUsersOptionLimit(perList))
	for range mostLists {
		err := c.call(ctx, listing, listing, func(ctx context.Context) (err error) {
			users, err = users.Next(ctx)
			return err
		})
		if err != nil {
			return found, wire.Settle(err)
		}
		for _, u := range users.Users {
			if slices.Contains(ids, u.ID) {
				found[u.ID] = u.Deleted
			}
		}
		if users.Cursor == "" {
			return found, nil
		}
	}
	left := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { _, ok := found[id]; return ok })
	return found, c.ask(ctx, left, found)
}

// ask looks at accounts one by one: at all, or at those whose turn it is.
func (c *Client) ask(ctx context.Context, ids []string, found map[string]bool) error {
	for _, id := range wire.InTurn(ids, mostAsked, c.now()) {
		err := c.call(ctx, asking, asking, func(ctx context.Context) error {
			u, err := c.api.GetUserInfoContext(ctx, id)
			if err == nil {
				found[id] = u.Deleted
			}
			return err
		})
		var no sdk.SlackErrorResponse
		if errors.As(err, &no) && (no.Err == "user_not_found" || no.Err == "user_not_visible") {
			continue // check --online says so; it is not deactivated
		}
		if err != nil {
			return wire.Settle(err)
		}
	}
	return nil
}

// hearChange takes in that somebody's account is another than before.
func (c *Client) hearChange(ctx context.Context, desk Desk, payload []byte) answer {
	var e struct {
		User sdk.User `json:"user"`
	}
	if json.Unmarshal(payload, &e) != nil || e.User.ID == "" {
		return refused(http.StatusBadRequest, "not a change of a user")
	}
	c.people.keep(e.User.ID, c.accountOf(e.User))
	if c.noticed != nil && slices.Contains(desk.Roster().Accounts(), e.User.ID) {
		soon, cancel := context.WithTimeout(ctx, wire.AnswerTime)
		defer cancel()
		c.noticed(soon, map[string]bool{e.User.ID: e.User.Deleted})
	}
	return answer{}
}
