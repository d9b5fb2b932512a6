package twilio

import (
	"context"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// Twilio's refusals of the addresses at which we hear of a message or a call.
const (
	codeMenuAddress    = 21205
	codeReceiptAddress = 21609
)

// badURL is why a call takes no key though there is a public URL.
const badURL = "Twilio does not accept the public URL"

// deaf reports whether a request was refused for our addresses alone, and has an admin
// told: it goes out once more without them, since a page is worth more than its receipt.
func (c *Client) deaf(ctx context.Context, err error) bool {
	switch codeOf(err) {
	case codeMenuAddress, codeReceiptAddress:
		c.alarm(ctx, err)
		return true
	}
	return false
}

// postOrDeaf is post for a message whose receipt is awaited; deaf reports that it had
// to go without our address.
func (c *Client) postOrDeaf(ctx context.Context, p *api.CreateMessageParams, leave func() error) (ref string, deaf bool, err error) {
	ref, err = c.post(ctx, p, leave)
	if p.StatusCallback == nil || !c.deaf(ctx, err) {
		return ref, false, err
	}
	p.StatusCallback = nil
	ref, err = c.post(ctx, p, leave)
	return ref, err == nil, err
}

// startOrDeaf is start for a call that takes keys, or reads the words out where we have
// no address; deaf reports that it had to go without ours.
func (c *Client) startOrDeaf(ctx context.Context, p *api.CreateCallParams, leave func() error, words string) (ref string, deaf bool, err error) {
	if p.Url != nil {
		if ref, err = c.start(ctx, p, leave); !c.deaf(ctx, err) {
			return ref, false, err
		}
		p.Url, p.Method, p.StatusCallback, p.StatusCallbackMethod, p.StatusCallbackEvent = nil, nil, nil, nil, nil
		deaf = true
	}
	text, err := told(words)
	if err != nil {
		return "", false, err
	}
	ref, err = c.start(ctx, p.SetTwiml(text), leave)
	return ref, deaf && err == nil, err
}

// inquire has Twilio asked what becomes of a page that was sent, since it can't tell.
func (c *Client) inquire(ctx context.Context, n incident.Notice, ref string) {
	c.follow(ctx, pursuit{page: n.Page, via: n.Via, ref: ref})
}
