package slack

import (
	"context"
	"slices"
	"sync"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/commands"
)

const (
	// knownFor is how long what Slack told of somebody is believed; a user_change
	// event replaces it sooner. mostKnown bounds how many are remembered.
	knownFor  = 5 * time.Minute
	mostKnown = 10_000

	// identifying bounds the question who a stranger is: the click waits for it.
	identifying = time.Second
)

// An account is what Slack tells of somebody.
type account struct {
	name  string
	guest bool      // of this workspace or from another one, a bot, or deactivated
	seen  time.Time // when Slack told it
}

// accounts remembers those who spoke lately.
type accounts struct {
	mu    sync.Mutex
	known map[string]account
}

func (a *accounts) keep(id string, of account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= mostKnown {
		clear(a.known)
	}
	if a.known == nil {
		a.known = map[string]account{}
	}
	a.known[id] = of
}

func (a *accounts) find(id string, now time.Time) (account, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	of, ok := a.known[id]
	return of, ok && now.Sub(of.seen) < knownFor
}

// accountOf reads what Slack tells of somebody.
func (c *Client) accountOf(u sdk.User) account {
	name := u.RealName
	if name == "" {
		name = u.Name
	}
	return account{
		name: name, seen: c.now(),
		guest: u.IsRestricted || u.IsUltraRestricted || u.IsStranger || u.IsBot || u.IsWorkflowBot || u.IsConnectorBot || u.Deleted ||
			!c.ours(u.TeamID) && !slices.ContainsFunc(u.Enterprise.Teams, c.ours),
	}
}

// identify asks who somebody is, unless that is known.
func (c *Client) identify(ctx context.Context, id string) (account, bool) {
	if of, ok := c.people.find(id, c.now()); ok {
		return of, true
	}
	ctx, cancel := context.WithTimeout(ctx, identifying)
	defer cancel()
	var user *sdk.User
	err := c.call(ctx, asking, asking, func(ctx context.Context) (err error) {
		user, err = c.api.GetUserInfoContext(ctx, id)
		return err
	})
	if err != nil {
		c.log.WarnContext(ctx, "stranger not looked up", "err", err)
		return account{}, false
	}
	of := c.accountOf(*user)
	c.people.keep(id, of)
	return of, true
}

// A porter stands before a Desk and says of strangers to the roster who they are. A
// person of the roster is let through unasked: nothing that is slow keeps them from an
// acknowledgement. Of a stranger whom Slack does not describe in time the payload has
// to tell: whoever comes from another workspace is a guest.
type porter struct {
	Desk
	client     *Client
	user, team string
}

// porter returns the porter for what somebody says who comes, by the payload, from a
// workspace.
func (c *Client) porter(desk Desk, user, team string) porter { return porter{desk, c, user, team} }

// Run implements Desk.
func (p porter) Run(ctx context.Context, r commands.Request) commands.Reply {
	if r.By.Person != "" {
		return p.Desk.Run(ctx, r)
	}
	of, known := p.client.identify(ctx, p.user)
	r.Guest = of.guest || !known && !p.client.ours(p.team)
	if of.name != "" {
		r.By.Name = named(of.name)
	}
	return p.Desk.Run(ctx, r)
}
