package twilio

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/breaker"
	api "github.com/twilio/twilio-go/rest/api/v2010"
)

// The paths of the webhooks of test pages.
const (
	pathTestVoice   = "/twilio/test/voice"
	pathTestKey     = "/twilio/test/key"
	pathTestMessage = "/twilio/test/message"
	pathTestCall    = "/twilio/test/call"
)

// A TestPage is one page of a test of somebody's ways.
type TestPage struct {
	Drill string
	To    oncall.Person
	Via   oncall.Method // SMS or Voice
	Text  string        // of an SMS
}

// testRings are the stages of a call that are heard of.
var testRings = []string{"ringing", "answered", "completed"}

// Test sends a test page. What comes of it is heard of at the Handler, which notes it
// with Desk.Drilled; without a public URL nothing is. Every error is an
// incident.Fault.
func (c *Client) Test(ctx context.Context, t TestPage) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	kind, send := aMessage, c.textTest
	if t.Via == oncall.Voice {
		kind, send = aCall, c.ringTest
	}
	n := incident.Notice{To: t.To, Via: t.Via}
	if c.senders.has(string(t.To.Phone), "") {
		return &incident.Fault{Reason: kind + " not sent: the phone number is one that we send from"}
	}
	if f := c.closed(ctx, kind, n); f != nil {
		return f
	}
	_, err := c.breakers[t.Via].Execute(func() (string, error) { return send(ctx, t) })
	f := asFault(kind, err)
	c.opts.Observe("test", breaker.Outcome(f))
	if f != nil {
		c.trouble(ctx, t.To.ID, t.To.Phone, t.Via, codeOf(err))
		return f
	}
	return nil
}

func (c *Client) textTest(ctx context.Context, t TestPage) (string, error) {
	p := (&api.CreateMessageParams{}).
		SetTo(number(string(t.To.Phone))).SetBody(Fit(t.Text)).SetValidityPeriod(smsValidity)
	if c.public != "" {
		p.SetStatusCallback(c.testAddress(pathTestMessage, t.Drill, t.To.ID, 0))
	}
	ref, _, err := c.postOrDeaf(ctx, p, incident.Notice{}.Leave)
	return ref, err
}

func (c *Client) ringTest(ctx context.Context, t TestPage) (string, error) {
	p := (&api.CreateCallParams{}).SetTo(number(string(t.To.Phone))).SetTimeout(callRing).SetTimeLimit(callLimit)
	if c.public != "" {
		p.SetUrl(c.testAddress(pathTestVoice, t.Drill, t.To.ID, 0)).SetMethod("POST").
			SetStatusCallback(c.testAddress(pathTestCall, t.Drill, t.To.ID, 0)).SetStatusCallbackMethod("POST").
			SetStatusCallbackEvent(testRings)
	}
	ref, _, err := c.startOrDeaf(ctx, p, incident.Notice{}.Leave, testScript(t.To).news)
	return ref, err
}

// testAddress is a webhook of ours that quotes a test and the person back, with how
// many keys were missed.
func (c *Client) testAddress(path, drill string, to oncall.PersonID, missed int) string {
	q := url.Values{"drill": {drill}, "to": {string(to)}}
	if missed > 0 {
		q.Set("missed", strconv.Itoa(missed))
	}
	return c.public + path + "?" + q.Encode()
}

// testScript is what a test call says.
func testScript(to oncall.Person) script {
	return script{
		news: "This is Earshot. This is a test page for " + speech(to.DisplayName()) + ". Nothing is wrong.",
		keys: "If you hear this, press 4. To repeat, press star.",
	}
}

// testAnswered is asked for when somebody, or something, picks up a test call.
func (d door) testAnswered(ctx context.Context, h webhook) response {
	return d.askTest(ctx, h, "", misses(h))
}

// askTest waits for the key that shows that somebody is there.
func (d door) askTest(ctx context.Context, h webhook, first string, missed int) response {
	id := oncall.PersonID(h.query.Get("to"))
	roster := d.desk.Roster()
	if missed >= maxMisses || !roster.Active(id) {
		words, err := farewell(first)
		return d.written(ctx, words, err)
	}
	to := roster.People[id]
	to.ID = id
	words, err := menu(first, testScript(to), d.testAddress(pathTestKey, h.query.Get("drill"), id, missed))
	return d.written(ctx, words, err)
}

// testPressed takes a key in a test call, or the news that none was pressed.
func (d door) testPressed(ctx context.Context, h webhook) response {
	id, digit := oncall.PersonID(h.query.Get("to")), h.form.Get("Digits")
	verb, _ := commands.Key(digit)
	switch {
	case verb == commands.Repeat:
		return d.askTest(ctx, h, "", misses(h))
	case digit == "":
		return d.askTest(ctx, h, "No key was pressed.", misses(h)+1)
	case verb != verbAck:
		return d.askTest(ctx, h, "Sorry, that key means nothing here.", misses(h)+1)
	}
	reply := d.desk.Run(ctx, commands.Request{Text: "here " + h.query.Get("drill"), By: incident.By(id), Source: "voice"})
	if reply.Err != nil {
		d.opts.Log.WarnContext(ctx, "key not carried out", "responder", string(id), "err", reply.Err)
		return d.askTest(ctx, h, "That could not be done just now. Please try again.", misses(h)+1)
	}
	words, err := farewell(spokenReply(reply))
	return d.written(ctx, words, err)
}

// testMessage takes the receipt of a test SMS.
func (d door) testMessage(ctx context.Context, h webhook) response {
	switch status := h.form.Get("MessageStatus"); status {
	case "sent":
		return d.tested(ctx, h, oncall.SMS, oncall.DrillSent, "")
	case "delivered", "read":
		return d.tested(ctx, h, oncall.SMS, oncall.DrillDelivered, "")
	case "undelivered", "failed", "canceled":
		return d.tested(ctx, h, oncall.SMS, oncall.DrillFailed, lost("SMS "+status, code(h)))
	}
	return response{}
}

// testCall takes the progress of a test call. One that ends without a key reached
// nobody, or a machine.
func (d door) testCall(ctx context.Context, h webhook) response {
	switch status := h.form.Get("CallStatus"); status {
	case "ringing", "in-progress", "answered":
		return d.tested(ctx, h, oncall.Voice, oncall.DrillSent, "")
	case "completed":
		return d.tested(ctx, h, oncall.Voice, oncall.DrillFailed, "call answered by nobody, or by voicemail")
	case "no-answer":
		return d.tested(ctx, h, oncall.Voice, oncall.DrillFailed, "call not answered")
	case "busy", "canceled", "failed":
		return d.tested(ctx, h, oncall.Voice, oncall.DrillFailed, lost("call "+status, code(h)))
	}
	return response{}
}

// tested notes how far a test page has come, and what a code says of the way that it
// went.
func (d door) tested(ctx context.Context, h webhook, via oncall.Method, state oncall.DrillState, words string) response {
	id := oncall.PersonID(h.query.Get("to"))
	news := oncall.DrillNews{Drill: h.query.Get("drill"), Person: id, Via: via, State: state, Words: words}
	moved, err := d.desk.Drilled(ctx, news)
	if err != nil {
		d.opts.Observe("receipt", "failed")
		d.opts.Log.WarnContext(ctx, "receipt not stored", "responder", string(id), "err", err)
		return response{status: http.StatusServiceUnavailable}
	}
	d.opts.Observe("receipt", "ok")
	if moved && state == oncall.DrillFailed {
		d.trouble(ctx, id, d.desk.Roster().People[id].Phone, via, code(h))
		if admin := refusals[code(h)].admin; admin != "" {
			d.opts.Alarm(ctx, admin)
		}
	}
	return response{}
}
