package twiliofake

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds and habits of the interpreter.
const (
	maxDocuments = 50                     // in one call; an app that never hangs up is cut off
	perLetter    = 60 * time.Millisecond  // of speech
	reaction     = 500 * time.Millisecond // until a key is pressed by itself
)

// document is TwiML with the URL it came from, which relative URLs start at.
type document struct {
	url  string
	rest []verb // what is still to be done
}

// begin fetches the first document, or takes the one in the request. The step
// lock is held here and in everything below.
func (c *Call) begin() error {
	s := c.server
	s.mu.Lock()
	inline, target := c.state.TwiML, c.url
	s.mu.Unlock()
	if target == "" {
		return c.perform("", answer{http.StatusOK, "text/xml", []byte(inline)})
	}
	return c.fetch(http.MethodPost, target, nil)
}

// fetch asks the app how to go on, and goes on.
func (c *Call) fetch(method, reference string, more url.Values) error {
	s := c.server
	s.mu.Lock()
	base := c.document.url
	form := c.params()
	c.documents++
	tired := c.documents > maxDocuments
	s.mu.Unlock()
	if tired {
		return c.giveUp(fmt.Errorf("the call did not end within %d documents", maxDocuments))
	}
	target, err := resolve(base, reference)
	if err != nil {
		return c.giveUp(err)
	}
	for name, values := range more {
		form[name] = values
	}
	got, err := s.ask(s.life, method, target, form)
	if c.State().Over() {
		return nil
	}
	if err != nil {
		return c.giveUp(fmt.Errorf("11200: %w", err))
	}
	if got.status < 200 || got.status > 299 {
		return c.giveUp(fmt.Errorf("11200: the app answered %d", got.status))
	}
	return c.perform(target, got)
}

// perform does what a new document says.
func (c *Call) perform(from string, got answer) error {
	verbs, err := parseTwiML(got)
	if err != nil {
		return c.giveUp(err)
	}
	s := c.server
	s.mu.Lock()
	c.document = document{url: from, rest: verbs}
	c.state.TwiML, c.state.Prompt = string(got.body), said(verbs)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "call", Number: c.to, SID: c.sid})
	return c.proceed()
}

// proceed does verb by verb until a menu waits or the call is over.
func (c *Call) proceed() error {
	s := c.server
	for {
		s.mu.Lock()
		if c.state.Over() {
			s.mu.Unlock()
			return nil
		}
		if len(c.document.rest) == 0 {
			s.mu.Unlock()
			c.finish("completed")
			return nil
		}
		next := c.document.rest[0]
		c.document.rest = c.document.rest[1:]
		s.mu.Unlock()
		switch next.name {
		case "Say":
			c.say(next.words())
			s.sleep(speech(next.words()), c.ended)
		case "Pause":
			s.sleep(seconds(next.attr("length", "1")), c.ended)
		case "Redirect":
			return c.fetch(next.attr("method", http.MethodPost), strings.TrimSpace(next.text), nil)
		case "Gather":
			c.listen(next)
			return nil
		case "Hangup":
			c.finish("completed")
			return nil
		default:
			return c.giveUp(fmt.Errorf("12200: <%s> is no verb of voice", next.name))
		}
	}
}

// say puts words into the receiver.
func (c *Call) say(words string) {
	s := c.server
	s.mu.Lock()
	if !c.state.Over() {
		c.state.Spoken = append(c.state.Spoken, words)
	}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "call", Number: c.to, SID: c.sid})
}

// listen opens a menu; keys count while it still speaks.
func (c *Call) listen(gather verb) {
	s := c.server
	s.mu.Lock()
	if c.state.Over() {
		s.mu.Unlock()
		return
	}
	length := time.Duration(0)
	for _, child := range gather.children {
		if child.name == "Say" {
			c.state.Spoken = append(c.state.Spoken, child.words())
			length += speech(child.words())
		} else {
			length += seconds(child.attr("length", "1"))
		}
	}
	c.gather, c.typed, c.state.Listening = gather, "", true
	c.listens++
	this := c.listens
	s.spawn(func() { c.react(this, length) })
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "call", Number: c.to, SID: c.sid})
}

// react does what the phone does by itself in front of a menu.
func (c *Call) react(menu int, length time.Duration) {
	s := c.server
	s.mu.Lock()
	key, hand := "", c.behaviour.kind == rings || c.behaviour.kind == picksUp
	if c.behaviour.kind == presses && c.behaviour.keys != "" {
		key, c.behaviour.keys = c.behaviour.keys[:1], c.behaviour.keys[1:]
	}
	if hand && s.options.Pace == 0 {
		s.mu.Unlock()
		return
	}
	wait := length + seconds(c.gather.attr("timeout", "5"))
	s.mu.Unlock()
	if key != "" {
		wait = length + reaction
	}
	if !s.sleep(wait, c.ended) {
		return
	}
	c.step.Lock()
	defer c.step.Unlock()
	if key != "" {
		_ = c.press(key) // a problem of the app's stands in the call's state
		return
	}
	_ = c.runOut(menu)
}

// press gives one key to the menu that waits.
func (c *Call) press(key string) error {
	if !strings.Contains("0123456789*#", key) {
		return fmt.Errorf("no key %q on a phone", key)
	}
	s := c.server
	s.mu.Lock()
	if !c.state.Listening {
		s.mu.Unlock()
		return ErrNotListening
	}
	c.state.Keys += key
	finished := key == c.gather.attr("finishOnKey", "#")
	if !finished {
		c.typed += key
		most, err := strconv.Atoi(c.gather.attr("numDigits", ""))
		finished = err == nil && len(c.typed) >= most
	}
	if !finished {
		s.mu.Unlock()
		s.watch.tell(Event{Kind: "call", Number: c.to, SID: c.sid})
		return nil
	}
	s.mu.Unlock()
	return c.submit()
}

// runOut ends the waiting of a menu; zero stands for the present one.
func (c *Call) runOut(menu int) error {
	s := c.server
	s.mu.Lock()
	switch {
	case menu != 0 && menu != c.listens, menu != 0 && !c.state.Listening:
		s.mu.Unlock()
		return nil
	case !c.state.Listening:
		s.mu.Unlock()
		return ErrNotListening
	}
	silent := c.typed == "" && c.gather.attr("actionOnEmptyResult", "false") != "true"
	if silent {
		c.state.Listening = false
	}
	s.mu.Unlock()
	if silent {
		return c.proceed()
	}
	return c.submit()
}

// submit sends the keys to the menu's action.
func (c *Call) submit() error {
	s := c.server
	s.mu.Lock()
	gather, typed := c.gather, c.typed
	empty := typed == "" && gather.attr("actionOnEmptyResult", "false") != "true"
	c.state.Listening = false
	s.mu.Unlock()
	if empty {
		return c.proceed()
	}
	return c.fetch(gather.attr("method", http.MethodPost), gather.attr("action", ""), url.Values{"Digits": {typed}, "msg": {"Gather End"}})
}

// resolve finds a URL relative to the document it stands in.
func resolve(base, reference string) (string, error) {
	if reference == "" {
		reference = base
	}
	b, err := url.Parse(base)
	if err != nil {
		return "", fmt.Errorf("11100: %w", err)
	}
	r, err := b.Parse(reference)
	if err != nil {
		return "", fmt.Errorf("11100: %w", err)
	}
	if !r.IsAbs() {
		return "", errors.New("11100: no URL to go on at")
	}
	return r.String(), nil
}

func speech(words string) time.Duration {
	return time.Duration(utf8.RuneCountInString(words)) * perLetter
}

func seconds(text string) time.Duration {
	n, _ := strconv.Atoi(text)
	return time.Duration(max(n, 0)) * time.Second
}
