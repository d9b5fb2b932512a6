package twilio

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/receipt"
)

// verbAck is the one verb that is about everything a call tells.
const verbAck = "ack"

// maxMisses is how often a call asks for a key before it says goodbye.
const maxMisses = 3

// brokenCall is said when the incident can't be read.
const brokenCall = "This is Earshot with a page. The incident can not be read just now. Please look at the chat."

// answered is asked for when somebody, or something, picks up.
func (d door) answered(ctx context.Context, h webhook) response { return d.ask(ctx, h, "", misses(h)) }

// ask says how things stand now and waits for a key. It keeps nothing between
// two keys: how many were missed stands in the signed address.
func (d door) ask(ctx context.Context, h webhook, first string, missed int) response {
	all, err := receipt.Told(ctx, d.desk, h.page())
	if err != nil && !errors.Is(err, incident.ErrNotFound) {
		d.opts.Log.WarnContext(ctx, "menu without its incident", "page", h.page(), "err", err)
		words, err := farewell(brokenCall)
		return d.written(ctx, words, err)
	}
	s := call(abouts(all), along(all, h.page()), d.desk.Roster())
	if s.keys == "" || missed >= maxMisses {
		if s.keys != "" {
			s.news = ""
		}
		words, err := farewell(first, s.news)
		return d.written(ctx, words, err)
	}
	more := url.Values{"to": {h.query.Get("to")}}
	if missed > 0 {
		more.Set("missed", strconv.Itoa(missed))
		if d.opts.Reach != nil {
			s.keys += strangerOffer
		}
	}
	words, err := menu(first, s, d.address(pathKey, h.page(), more))
	return d.written(ctx, words, err)
}

// pressed takes a key, or the news that none was pressed.
func (d door) pressed(ctx context.Context, h webhook) response {
	digit := h.form.Get("Digits")
	verb, known := commands.Key(digit)
	asked := h.query.Get(doubtful) != ""
	missed := misses(h)
	if !asked { // the key that led to the question was missed already
		missed++
	}
	switch {
	case d.opts.Reach != nil && digit == keyStranger && !asked:
		return d.doubt(ctx, h, missed)
	case d.opts.Reach != nil && digit == keySure && asked:
		return d.reject(ctx, h)
	case verb == commands.Repeat:
		d.opts.Observe("key", "repeat")
		return d.ask(ctx, h, "", misses(h))
	case known:
		return d.act(ctx, h, verb)
	case digit == "":
		d.opts.Observe("key", "none")
		return d.ask(ctx, h, "No key was pressed.", missed)
	}
	d.opts.Observe("key", "wrong")
	return d.ask(ctx, h, "Sorry, that key means nothing here.", missed)
}

// act carries a key out and says what happened. Whoever pressed it is the person
// whom the signed address names; somebody who has left acts no more.
func (d door) act(ctx context.Context, h webhook, verb string) response {
	person := oncall.PersonID(h.query.Get("to"))
	if !d.desk.Roster().Active(person) {
		d.opts.Observe("key", "stranger")
		words, err := farewell("You are not in the roster any more, so nothing has been changed.")
		return d.written(ctx, words, err)
	}
	id := h.form.Get("CallSid") + "/" + verb
	first, err := d.desk.Once(ctx, onceKey, id, onceFor)
	if err == nil && !first {
		d.opts.Observe("key", "again")
		return d.ask(ctx, h, "", maxMisses-1)
	}
	var all []receipt.Telling
	if err == nil {
		all, err = receipt.Told(ctx, d.desk, h.page())
	}
	var said []string
	if err == nil {
		said, err = d.carry(ctx, person, verb, all, along(all, h.page()))
	}
	if err != nil && !errors.Is(err, incident.ErrNotFound) {
		d.opts.Observe("key", "failed")
		d.opts.Log.WarnContext(ctx, "key not carried out", "page", h.page(), "err", err)
		if err := d.desk.Forget(ctx, onceKey, id); err != nil {
			d.opts.Log.WarnContext(ctx, "key not forgotten", "err", err)
		}
		return d.ask(ctx, h, "That could not be done just now. Please try again.", misses(h)+1)
	}
	if err != nil {
		said = []string{call(nil, 0, oncall.Roster{}).news}
	}
	d.opts.Observe("key", "ok")
	words, err := farewell(said...)
	return d.written(ctx, words, err)
}

// carry hands a key to the commands: an acknowledgement for all the incidents of
// the call, the other keys for the one that was read out. More of which the call only
// knows the number are all that page the person. Then the page has arrived: somebody
// was there.
func (d door) carry(ctx context.Context, by oncall.PersonID, verb string, all []receipt.Telling, more int) (said []string, err error) {
	targets, done, refused := aims(verb, all, more), 0, 0
	for _, t := range targets {
		reply := d.desk.Run(ctx, commands.Request{
			Verb: verb, Incident: t.About.ID,
			By: incident.By(by), Source: "voice", Page: t.Page.ID,
		})
		if reply.Err != nil {
			return nil, reply.Err
		}
		done += reply.Count
		if !reply.OK {
			refused++
		}
		said = append(said, spokenReply(reply))
	}
	switch {
	case verb == verbAck && more > 0:
		reply := d.desk.Run(ctx, commands.Request{Text: "ack all", By: incident.By(by), Source: "voice"})
		if reply.Err != nil {
			return nil, reply.Err
		}
		said = []string{acknowledged(done + reply.Count)}
	case len(targets) > 1 && refused == 0:
		said = []string{capital(every(done)) + " incidents are acknowledged."}
	}
	for _, t := range all {
		if err := receipt.Handle(ctx, d.desk, incident.PageDelivered{Page: t.Page.ID}); err != nil {
			d.opts.Log.WarnContext(ctx, "receipt not stored", "page", t.Page.ID, "err", err)
		}
	}
	return said, nil
}

// aims returns those of a call that a key is about. None where all it names are taken
// and there are more.
func aims(verb string, all []receipt.Telling, more int) []receipt.Telling {
	var open []receipt.Telling
	for _, t := range all {
		if t.About.State == incident.Triggered {
			open = append(open, t)
		}
	}
	switch {
	case len(open) == 0 && verb == verbAck && more > 0:
		return nil
	case len(open) == 0:
		return all[:1] // the commands say how it stands
	case verb == verbAck:
		return open
	}
	return open[:1]
}

// along is of how many more incidents the call knows the number alone.
func along(all []receipt.Telling, id incident.PageID) int {
	for _, t := range all {
		if t.Page.ID == id {
			return t.Page.Along
		}
	}
	return 0
}

// acknowledged says what became of a call about more incidents than it names.
func acknowledged(n int) string {
	switch n {
	case 0:
		return "There is nothing left that you could acknowledge."
	case 1:
		return "One incident is acknowledged."
	}
	return capital(counted(n)) + " incidents are acknowledged."
}

// abouts returns the incidents of a call.
func abouts(all []receipt.Telling) []incident.Incident {
	var incidents []incident.Incident
	for _, t := range all {
		incidents = append(incidents, t.About)
	}
	return incidents
}

// spokenReply is a reply as it may be read aloud.
func spokenReply(r commands.Reply) string {
	text := r.Text
	for _, line := range r.Lines {
		text = sentence(text) + ". " + line
	}
	text = ids.ReplaceAllStringFunc(text, func(id string) string { return spokenID(incident.ID(id)) })
	return speech(text)
}

// misses is how often no key, or a wrong one, was pressed before.
func misses(h webhook) int {
	n, err := strconv.Atoi(h.query.Get("missed"))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, maxMisses)
}
