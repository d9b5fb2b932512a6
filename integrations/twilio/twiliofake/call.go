package twiliofake

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// ErrNotListening refuses a key that no menu waits for.
var ErrNotListening = errors.New("the call is not waiting for a key")

// ErrNotRinging refuses to answer what does not ring.
var ErrNotRinging = errors.New("the call is not ringing")

// A Call is one outgoing call of the account, and the receiver in the hand of
// whoever was called.
type Call struct {
	server *Server
	to     string
	sid    string

	step sync.Mutex // held while the call moves on: answering, speaking, taking a key

	// What follows is guarded by the server's lock.
	state     CallState
	url       string
	document  document
	gather    verb // what it listens in
	typed     string
	listens   int // counts the menus, so that a late timeout is told apart
	documents int
	timeout   time.Duration
	behaviour CallBehaviour
	amd       bool
	events    []string
	sequence  int
	callback  queue
	ended     chan struct{}
}

// CallState is what can be told about a call from outside.
type CallState struct {
	SID        string
	From, To   string
	Status     string   // queued, ringing, in-progress; completed, busy, no-answer, canceled, failed
	Spoken     []string // everything said so far, in order
	Prompt     []string // what the present document says in all
	TwiML      string   // the present document
	Listening  bool     // a menu waits for a key
	Keys       string   // everything pressed so far
	AnsweredBy string   // human or machine_start, if the app asked for detection
	Problem    string   // why Twilio gave up on the app, if it did
	CreatedAt  time.Time
	AnsweredAt time.Time
	EndedAt    time.Time
}

// Over reports whether the call has come to its end.
func (c CallState) Over() bool {
	switch c.Status {
	case "queued", "ringing", "in-progress":
		return false
	}
	return true
}

// SID returns the call's id.
func (c *Call) SID() string { return c.sid }

// State returns what the call has come to.
func (c *Call) State() CallState {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	state := c.state
	state.Spoken = slices.Clone(state.Spoken)
	state.Prompt = slices.Clone(state.Prompt)
	return state
}

// Status returns the call's status, as in the REST API.
func (c *Call) Status() string { return c.State().Status }

// Answer picks up a ringing phone. It returns when the app's first words are
// said and a menu waits, or the call is over.
func (c *Call) Answer() error {
	c.step.Lock()
	defer c.step.Unlock()
	s := c.server
	s.mu.Lock()
	if c.state.Status != "ringing" {
		s.mu.Unlock()
		return ErrNotRinging
	}
	c.state.Status, c.state.AnsweredAt = "in-progress", s.options.Now()
	if c.amd {
		c.state.AnsweredBy = "human"
		if c.behaviour.kind == voicemail {
			c.state.AnsweredBy = "machine_start"
		}
	}
	c.report("answered", false)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "call", Number: c.to, SID: c.sid})
	return c.begin()
}

// Decline turns a ringing call away: it ends busy.
func (c *Call) Decline() error {
	if !c.finish("busy", "ringing") {
		return ErrNotRinging
	}
	return nil
}

// Hangup puts the receiver down.
func (c *Call) Hangup() { c.finish("completed") }

// Press gives keys, one after the other, each to the menu that waits then. It
// returns when the app's answers to them are said.
func (c *Call) Press(keys string) error {
	c.step.Lock()
	defer c.step.Unlock()
	for _, key := range keys {
		if err := c.press(string(key)); err != nil {
			return err
		}
	}
	return nil
}

// Timeout lets the present menu run out without another key.
func (c *Call) Timeout() error {
	c.step.Lock()
	defer c.step.Unlock()
	return c.runOut(0)
}

// finish ends the call once, and only out of the given statuses if there are
// any. It reports whether it did.
func (c *Call) finish(status string, from ...string) bool {
	s := c.server
	s.mu.Lock()
	if c.state.Over() || len(from) > 0 && !slices.Contains(from, c.state.Status) {
		s.mu.Unlock()
		return false
	}
	c.state.Status, c.state.Listening, c.state.EndedAt = status, false, s.options.Now()
	close(c.ended)
	c.report("completed", true)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "call", Number: c.to, SID: c.sid})
	return true
}

// giveUp ends the call because of the app's fault, with Twilio's own words.
func (c *Call) giveUp(problem error) error {
	c.say("We are sorry, an application error has occurred. Goodbye.")
	c.server.mu.Lock()
	c.state.Problem = problem.Error()
	c.server.mu.Unlock()
	c.finish("completed")
	return problem
}

// params are what Twilio tells the app with every request about a call. It is
// called with the lock held.
func (c *Call) params() url.Values {
	form := url.Values{
		"CallSid": {c.sid}, "AccountSid": {c.server.options.AccountSID}, "From": {c.state.From}, "To": {c.to},
		"Caller": {c.state.From}, "Called": {c.to}, "CallStatus": {c.state.Status}, "ApiVersion": {version},
		"Direction": {"outbound-api"},
	}
	if c.state.AnsweredBy != "" {
		form.Set("AnsweredBy", c.state.AnsweredBy)
	}
	return form
}

// report sends a status callback if the app asked for the event. It is called
// with the lock held.
func (c *Call) report(event string, final bool) {
	if !slices.Contains(c.events, event) {
		return
	}
	s := c.server
	form := c.params()
	if event == "initiated" {
		form.Set("CallStatus", event)
	}
	form.Set("CallbackSource", "call-progress-events")
	form.Set("Timestamp", s.options.Now().UTC().Format(time.RFC1123Z))
	form.Set("SequenceNumber", strconv.Itoa(c.sequence))
	c.sequence++
	if final {
		form.Set("CallDuration", strconv.Itoa(c.duration()))
		if c.state.Status == "completed" {
			form.Set("Duration", strconv.Itoa((c.duration()+59)/60)) // in minutes begun
		}
		if code := sipCode(c.state.Status); code != "" {
			form.Set("SipResponseCode", code)
		}
	}
	s.enqueue(&c.callback, form, final)
}

// duration is how long the call was answered, in seconds begun.
func (c *Call) duration() int {
	if c.state.AnsweredAt.IsZero() {
		return 0
	}
	return max(1, int(math.Ceil(c.state.EndedAt.Sub(c.state.AnsweredAt).Seconds())))
}

func sipCode(status string) string {
	switch status {
	case "completed":
		return strconv.Itoa(http.StatusOK)
	case "busy":
		return "486"
	case "no-answer", "canceled":
		return "487"
	case "failed":
		return "404"
	}
	return ""
}
