package twilio

import (
	"context"
	"errors"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// codeOf is Twilio's code for what went wrong; 0: none.
func codeOf(err error) int {
	var d denial
	if errors.As(err, &d) {
		return d.code
	}
	return 0
}

// alarm tells an admin what a fault says is to be mended.
func (c *Client) alarm(ctx context.Context, err error) {
	var f *incident.Fault
	if errors.As(err, &f) && f.Admin != "" {
		c.opts.Alarm(ctx, f.Admin)
	}
}

// closed refuses a page by a way that is known to be closed: Twilio is not asked.
func (c *Client) closed(ctx context.Context, kind string, n incident.Notice) *incident.Fault {
	if c.opts.Reach == nil {
		return nil
	}
	t, closed := c.opts.Reach.Closed(ctx, n.To, n.Via)
	if !closed {
		return nil
	}
	return &incident.Fault{Reason: kind + " refused: " + t.Words}
}

// trouble remembers what one of Twilio's codes says of a way to somebody, where it
// says anything that lasts.
func (c *Client) trouble(ctx context.Context, to oncall.PersonID, phone oncall.Phone, via oncall.Method, code int) {
	r := refusals[code]
	if c.opts.Reach == nil || r.about == aMoment {
		return
	}
	kind := oncall.Refused
	if code == codeStopped {
		kind = oncall.Stopped
	}
	c.opts.Reach.Trouble(ctx, to, oncall.Trouble{Kind: kind, Via: via, Phone: phone, Since: c.opts.Now(), Words: reason(r.words, "", code)})
}
