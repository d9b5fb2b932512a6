package twilio

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Scopes of Desk.Once, and how long an answered webhook is remembered.
const (
	onceMessage = "twilio-sms"
	onceKey     = "twilio-key"
	onceFor     = 24 * time.Hour
)

// brokenWords answer somebody whose words were read and could not be carried out.
const brokenWords = "Earshot could not do that just now and nothing is known to have changed. Please reply again in a minute."

// carrierWords are answered by Twilio itself; what we said after STOP would be
// refused, and what we said after START would be a second answer.
var carrierWords = []string{
	"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt-out", "start", "unstop",
}

// incoming takes an SMS. A known phone is told what happened; an unknown one hears
// nothing, and the same message delivered twice acts once.
func (d door) incoming(ctx context.Context, h webhook) response {
	phone, body, sid := h.form.Get("From"), h.form.Get("Body"), h.form.Get("MessageSid")
	if sid == "" {
		sid = h.form.Get("SmsSid")
	}
	people := owners(d.desk.Roster(), phone)
	switch {
	case len(people) == 0:
		d.opts.Observe("reply", "stranger")
		return response{}
	case h.form.Get("OptOutType") != "" || slices.Contains(carrierWords, strings.ToLower(strings.TrimSpace(body))):
		d.opts.Observe("reply", "carrier")
		return response{}
	}
	id := sid + " " + body
	first, err := d.desk.Once(ctx, onceMessage, id, onceFor)
	if err != nil {
		d.opts.Log.WarnContext(ctx, "reply not taken", "err", err)
		return d.reply(ctx, "failed", commands.Reply{Text: brokenWords})
	}
	if !first {
		d.opts.Observe("reply", "again")
		return response{}
	}
	answer := d.run(ctx, people, body)
	switch {
	case answer.Err != nil:
		d.opts.Log.WarnContext(ctx, "reply not carried out", "err", answer.Err)
		if err := d.desk.Forget(ctx, onceMessage, id); err != nil {
			d.opts.Log.WarnContext(ctx, "reply not forgotten", "err", err)
		}
		return d.reply(ctx, "failed", answer)
	case answer.OK:
		d.echoes.forget(phone)
		return d.reply(ctx, "ok", answer)
	case d.echoes.heard(phone, body, d.opts.Now()):
		d.opts.Observe("reply", "loop")
		return response{}
	}
	return d.reply(ctx, "refused", answer)
}

// run hands the words of an SMS to the commands.
func (d door) run(ctx context.Context, people []oncall.PersonID, words string) commands.Reply {
	person, slots, err := d.speaker(ctx, people)
	if err != nil {
		return commands.Reply{Text: brokenWords, Err: fmt.Errorf("read the numbers of %s: %w", person, err)}
	}
	return d.desk.Run(ctx, commands.Request{Text: words, By: incident.By(person), Source: "sms", Slots: slots})
}

// reply answers an SMS in at most two segments.
func (d door) reply(ctx context.Context, result string, r commands.Reply) response {
	d.opts.Observe("reply", result)
	text := answer(r)
	if text == "" {
		return response{}
	}
	words, err := sms(text)
	return d.written(ctx, words, err)
}

// speaker picks whose phone it is where several share it: whoever is being paged.
func (d door) speaker(ctx context.Context, people []oncall.PersonID) (oncall.PersonID, map[int]incident.ID, error) {
	if d.opts.Slots == nil {
		return people[0], nil, nil
	}
	for _, id := range people {
		slots, err := d.opts.Slots.Slots(ctx, id)
		if err != nil {
			return people[0], nil, err
		}
		if len(slots) > 0 {
			return id, slots, nil
		}
	}
	return people[0], map[int]incident.ID{}, nil
}

// owners returns whose phone it is, in alphabetical order.
func owners(roster oncall.Roster, phone string) []oncall.PersonID {
	phone = number(phone)
	if phone == "" {
		return nil
	}
	var people []oncall.PersonID
	for id, p := range roster.People {
		if !p.Inactive && number(string(p.Phone)) == phone {
			people = append(people, id)
		}
	}
	slices.Sort(people)
	return people
}

// How often the same words that mean nothing are answered, in how long.
const (
	echoLimit  = 5
	echoWindow = 10 * time.Minute
	echoPhones = 1000
)

// echoes notices a phone that answers by machine: the same words that mean
// nothing, again and again. Without it two machines would talk for ever.
type echoes struct {
	mu     sync.Mutex
	phones map[string]echo
}

type echo struct {
	words string
	times int
	since time.Time
}

// heard counts words that meant nothing, and reports whether to fall silent.
func (e *echoes) heard(phone, words string, now time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.phones == nil || len(e.phones) >= echoPhones {
		e.phones = map[string]echo{}
	}
	last := e.phones[phone]
	if last.words != words || now.Sub(last.since) > echoWindow {
		last = echo{words: words, since: now}
	}
	last.times++
	e.phones[phone] = last
	return last.times > echoLimit
}

// forget starts anew: somebody is there.
func (e *echoes) forget(phone string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.phones, phone)
}
