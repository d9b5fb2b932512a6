package twilio

import (
	"context"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/breaker"
)

// Dictate calls a number and says a text twice; it takes no key, and nothing more is
// heard of it.
func (c *Client) Dictate(ctx context.Context, to oncall.Phone, text string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if c.senders.has(string(to), "") {
		return &incident.Fault{Reason: "call not made: the phone number is one that we call from"}
	}
	words, err := told(speech(text))
	if err != nil {
		return &incident.Fault{Reason: "call not made: " + oneLine(err.Error())}
	}
	p := (&api.CreateCallParams{}).SetTo(number(string(to))).SetTimeout(callRing).SetTimeLimit(callLimit).SetTwiml(words)
	_, err = c.by(ctx, aCall, c.calls, 1, func(from string) (string, error) {
		service, w := c.dial(ctx)
		call, err := service.CreateCall(p.SetFrom(from))
		if err != nil {
			return "", w.fault(aCall, err)
		}
		return value(call.Sid), nil
	})
	f := asFault(aCall, err)
	c.opts.Observe("dictate", breaker.Outcome(f))
	if f != nil {
		return f
	}
	return nil
}

// Has reports whether a phone is one of our own numbers.
func (s Senders) Has(phone oncall.Phone) bool { return s.has(string(phone), "") }
