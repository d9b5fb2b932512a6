package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	twilioclient "github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/breaker"
)

// How a page is sent, in seconds. An SMS older than its validity is not delivered
// any more; a call rings for less than most voicemail takes to answer, and can't
// last longer than callLimit.
const (
	smsValidity = 120
	callRing    = 25
	callLimit   = 300
)

// noURL is why a page can't be answered by phone, and no receipt comes by itself.
const noURL = "no public URL is set"

// Page sends an SMS or starts a call, as the notice asks. ref is Twilio's name
// for it; with receipt its fate will be heard of at the Handler, or, without a public
// URL, from Run. Every error is an incident.Fault, or incident.ErrWithdrawn where
// nothing was sent.
func (c *Client) Page(ctx context.Context, n incident.Notice) (ref string, receipt bool, err error) {
	kind, send := aMessage, c.text
	if n.Via == oncall.Voice {
		kind, send = aCall, c.ring
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	f := c.unfit(kind, n)
	if f == nil {
		f = c.closed(ctx, kind, n)
	}
	if f != nil {
		c.opts.Observe(string(n.Via), breaker.Outcome(f))
		return "", false, f
	}
	slots := c.claim(ctx, n)
	ref, err = c.breakers[n.Via].Execute(func() (string, error) {
		if n.Doubtful {
			if ref := c.earlier(ctx, n, slots); ref != "" {
				return ref, nil
			}
		}
		return send(ctx, n, slots)
	})
	if errors.Is(err, incident.ErrWithdrawn) {
		c.opts.Observe(string(n.Via), "withdrawn")
		return "", false, err
	}
	f = asFault(kind, err)
	c.opts.Observe(string(n.Via), breaker.Outcome(f))
	if f != nil {
		c.trouble(ctx, n.To.ID, n.To.Phone, n.Via, codeOf(err))
		if f.Down {
			c.alarm(ctx, f) // another may send it, and then nobody would hear of it
		}
		return "", false, f
	}
	c.given.note(ref, n.Page)
	if c.public == "" {
		n.Mute(noURL)
		c.inquire(ctx, n, ref)
	}
	return ref, true, nil
}

// unfit refuses what Twilio need not be asked about.
func (c *Client) unfit(kind string, n incident.Notice) *incident.Fault {
	switch {
	case n.Via != oncall.SMS && n.Via != oncall.Voice:
		return &incident.Fault{Reason: fmt.Sprintf("Twilio can't page by %s", n.Via)}
	case len(n.Incidents) == 0:
		return &incident.Fault{Reason: kind + " about no incident"}
	case n.To.Phone == "":
		return &incident.Fault{Reason: kind + " not sent: no phone number"}
	case c.senders.has(string(n.To.Phone), ""):
		return &incident.Fault{Reason: kind + " not sent: the phone number is one that we send from",
			Admin: fmt.Sprintf("the phone of %s is one of TWILIO_FROM_NUMBER", n.To.DisplayName())}
	}
	return nil
}

// claim numbers the incidents for the person, the worst first. A page goes out
// without a number rather than not at all.
func (c *Client) claim(ctx context.Context, n incident.Notice) map[incident.ID]int {
	if c.opts.Slots == nil || c.public == "" {
		return nil
	}
	slots := make(map[incident.ID]int, len(n.Incidents))
	for _, in := range n.Incidents {
		slot, err := c.opts.Slots.ClaimSlot(ctx, n.To.ID, in.ID)
		if err != nil {
			c.opts.Log.WarnContext(ctx, "page goes without a number", "page", n.Page, "err", err)
			return slots
		}
		slots[in.ID] = slot
	}
	return slots
}

// text sends an SMS.
func (c *Client) text(ctx context.Context, n incident.Notice, slots map[incident.ID]int) (string, error) {
	p := (&api.CreateMessageParams{}).
		SetTo(number(string(n.To.Phone))).
		SetBody(message(n, slots, c.public != "")).
		SetValidityPeriod(smsValidity)
	if c.public != "" {
		p.SetStatusCallback(c.address(pathMessageStatus, n.Page, nil))
	}
	ref, deaf, err := c.postOrDeaf(ctx, p, n.Leave)
	if deaf {
		c.inquire(ctx, n, ref)
	}
	return ref, err
}

// Tell sends an SMS that is no page, such as a word to an admin. Nothing more is
// heard of it.
func (c *Client) Tell(ctx context.Context, to oncall.Phone, text string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if c.senders.has(string(to), "") {
		return &incident.Fault{Reason: "SMS not sent: the phone number is one that we send from"}
	}
	p := (&api.CreateMessageParams{}).SetTo(number(string(to))).SetBody(Fit(text))
	_, err := c.post(ctx, p, incident.Notice{}.Leave)
	f := asFault(aMessage, err)
	c.opts.Observe("tell", breaker.Outcome(f))
	if f != nil {
		return f
	}
	return nil
}

// post hands Twilio a message by one of our senders and returns its name for it.
func (c *Client) post(ctx context.Context, p *api.CreateMessageParams, leave func() error) (string, error) {
	return c.by(ctx, aMessage, c.sms, segments(*p.Body), func(from string) (string, error) {
		p.From, p.MessagingServiceSid = nil, nil
		if from == c.senders.Service {
			p.SetMessagingServiceSid(from)
		} else {
			p.SetFrom(from)
		}
		if err := leave(); err != nil {
			return "", err
		}
		service, w := c.dial(ctx)
		m, err := service.CreateMessage(p)
		if err != nil {
			return "", w.fault(aMessage, err)
		}
		switch status, code := value(m.Status), value(m.ErrorCode); status {
		case "failed", "undelivered", "canceled":
			return "", denial{&incident.Fault{Reason: lost("SMS "+status, code), Admin: refusals[code].admin}, code}
		}
		return value(m.Sid), nil
	})
}

// ring starts a call. Its menu is fetched when somebody answers; without a public
// URL the news is read out and no key is taken.
func (c *Client) ring(ctx context.Context, n incident.Notice, _ map[incident.ID]int) (string, error) {
	p := (&api.CreateCallParams{}).
		SetTo(number(string(n.To.Phone))).
		SetTimeout(callRing).SetTimeLimit(callLimit)
	if c.public != "" {
		p.SetUrl(c.address(pathVoice, n.Page, url.Values{"to": {string(n.To.ID)}})).SetMethod("POST").
			SetStatusCallback(c.address(pathCallStatus, n.Page, nil)).SetStatusCallbackMethod("POST").
			SetStatusCallbackEvent([]string{"initiated", "ringing", "answered", "completed"})
	}
	ref, deaf, err := c.startOrDeaf(ctx, p, n.Leave, announcement(n))
	if deaf {
		n.Mute(badURL)
		c.inquire(ctx, n, ref)
	}
	return ref, err
}

// start begins a call from one of our numbers and returns Twilio's name for it.
func (c *Client) start(ctx context.Context, p *api.CreateCallParams, leave func() error) (string, error) {
	return c.by(ctx, aCall, c.calls, 1, func(from string) (string, error) {
		if err := leave(); err != nil {
			return "", err
		}
		service, w := c.dial(ctx)
		call, err := service.CreateCall(p.SetFrom(from))
		if err != nil {
			return "", w.fault(aCall, err)
		}
		return value(call.Sid), nil
	})
}

// Twilio's words for a call that has begun or ended already, or that it forgot.
const (
	codeCallNotInProgress = 21220
	codeNotFound          = 20404
)

// Cancel stops a call that is still queued or ringing. One that has been answered
// or has ended is left alone, and so is an SMS: it can't be stopped.
func (c *Client) Cancel(ctx context.Context, ref string) error {
	if !strings.HasPrefix(ref, "CA") {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	service, w := c.dial(ctx)
	_, err := service.UpdateCall(ref, (&api.UpdateCallParams{}).SetStatus("canceled"))
	var rest *twilioclient.TwilioRestError
	if err == nil || errors.As(err, &rest) && (rest.Code == codeCallNotInProgress || rest.Code == codeNotFound) {
		c.opts.Observe("cancel", "ok")
		return nil
	}
	f := w.fault("cancelling a call", err)
	c.opts.Observe("cancel", breaker.Outcome(f.Fault))
	return f.Fault
}

// asFault turns the breaker's own refusals into faults.
func asFault(kind string, err error) *incident.Fault {
	var f *incident.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return f
	case breaker.Open(err):
		return &incident.Fault{Reason: kind + " not sent: Twilio has been failing", Down: true}
	}
	return &incident.Fault{Reason: kind + " not sent: " + oneLine(err.Error())}
}

// number is a phone number in E.164 form, whatever it is punctuated with.
func number(phone string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
}
