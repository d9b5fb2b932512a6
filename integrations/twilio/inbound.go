package twilio

import (
	"context"
	"fmt"
	"slices"
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

// incoming takes an SMS. A known phone is told what happened; an unknown one hears
// nothing, and the same message delivered twice acts once.
func (d door) incoming(ctx context.Context, h webhook) response {
	phone, body, sid := h.form.Get("From"), h.form.Get("Body"), h.form.Get("MessageSid")
	if sid == "" {
		sid = h.form.Get("SmsSid")
	}
	if d.carriers(ctx, h) {
		d.opts.Observe("reply", "carrier")
		return response{}
	}
	people := d.owners(ctx, phone)
	if len(people) == 0 {
		d.opts.Observe("reply", "stranger")
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
	if d.opts.Reach != nil && commands.Disowns(body) {
		d.disown(ctx, people, oncall.SMS)
		return d.reply(ctx, "wrong", commands.Reply{Text: disownedSMS})
	}
	person, answer := d.run(ctx, people, body)
	if answer.Err != nil {
		d.opts.Log.WarnContext(ctx, "reply not carried out", "err", answer.Err)
		if err := d.desk.Forget(ctx, onceMessage, id); err != nil {
			d.opts.Log.WarnContext(ctx, "reply not forgotten", "err", err)
		}
	}
	if d.loops(ctx, person, answer) {
		d.opts.Observe("reply", "loop")
		return response{}
	}
	return d.reply(ctx, outcome(answer), answer)
}

// run hands the words of an SMS to the commands.
func (d door) run(ctx context.Context, people []oncall.PersonID, words string) (oncall.PersonID, commands.Reply) {
	person, open, ended, err := d.speaker(ctx, people)
	if err != nil {
		return person, commands.Reply{Text: brokenWords, Err: fmt.Errorf("read the numbers of %s: %w", person, err)}
	}
	return person, d.desk.Run(ctx, commands.Request{Text: words, By: incident.By(person), Source: "sms", Slots: open, Ended: ended})
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

// outcome is the name of a reply in the metrics.
func outcome(r commands.Reply) string {
	switch {
	case r.Err != nil:
		return "failed"
	case r.OK:
		return "ok"
	}
	return "refused"
}

// How many answers in a row a phone gets to words that change nothing, in how long.
const (
	echoLimit  = 5
	echoWindow = time.Hour
)

// loops reports whether to fall silent before a phone that answers by machine, or
// else two machines would talk for ever. Words that changed something were a
// person's. What can't be counted is answered: the person matters more.
func (d door) loops(ctx context.Context, person oncall.PersonID, r commands.Reply) bool {
	if d.opts.Slots == nil {
		return false
	}
	if r.OK && !r.Looked {
		if err := d.opts.Slots.Heard(ctx, person); err != nil {
			d.opts.Log.WarnContext(ctx, "answers in a row not begun anew", "err", err)
		}
		return false
	}
	n, err := d.opts.Slots.Echoed(ctx, person, echoWindow)
	if err != nil {
		d.opts.Log.WarnContext(ctx, "answers in a row not counted", "err", err)
		return false
	}
	return n > echoLimit
}

// speaker picks whose phone it is where several share it: whoever is being paged, or
// was lately. Open and ended are that person's numbers, nil where nobody keeps them.
func (d door) speaker(ctx context.Context, people []oncall.PersonID) (person oncall.PersonID, open, ended map[int]incident.ID, err error) {
	person = people[0]
	if d.opts.Slots == nil {
		return person, nil, nil, nil
	}
	for i, id := range people {
		held, had, err := d.opts.Slots.Slots(ctx, id)
		if err != nil {
			return person, nil, nil, err
		}
		if i == 0 || len(held) > 0 || len(ended) == 0 && len(had) > 0 {
			person, open, ended = id, held, had
		}
		if len(held) > 0 {
			break
		}
	}
	return person, open, ended, nil
}

// owners returns whose phone it is, in alphabetical order; not those of whom somebody
// with that phone has said that it is not theirs.
func (d door) owners(ctx context.Context, phone string) []oncall.PersonID {
	if !aNumber.MatchString(phone) { // a name, or another medium's, such as "whatsapp:+1617…"
		return nil
	}
	var people []oncall.PersonID
	for id, p := range d.desk.Roster().People {
		if !p.Inactive && number(string(p.Phone)) == phone && !d.disowned(ctx, p) {
			people = append(people, id)
		}
	}
	slices.Sort(people)
	return people
}
