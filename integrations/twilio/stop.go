package twilio

import (
	"context"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// The words that Twilio itself acts on and answers: what we said after STOP would be
// refused, and what we said after START would be a second answer.
var (
	stopWords  = []string{"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt-out"}
	startWords = []string{"start", "unstop"}
)

// agreed is a word for START too, where STOP was said before; else it is anybody's.
const agreed = "yes"

// stopped reports whether somebody with that phone gets no SMS since it replied STOP.
func (d door) stopped(ctx context.Context, phone string) bool {
	if d.opts.Reach == nil || phone == "" {
		return false
	}
	for _, p := range d.desk.Roster().People {
		if number(string(p.Phone)) != phone {
			continue
		}
		if t, closed := d.opts.Reach.Closed(ctx, p, oncall.SMS); closed && t.Kind == oncall.Stopped {
			return true
		}
	}
	return false
}

// stoppedWords is what a phone has done that wants no SMS.
const stoppedWords = "the phone replied STOP: no SMS reaches it until START is texted from it"

// carriers reports whether a message is for Twilio, and takes note of what it does:
// after STOP no SMS reaches that phone, after START they do again, and whoever called
// the number wrong before has thought better of it.
func (d door) carriers(ctx context.Context, h webhook) bool {
	word := strings.ToLower(strings.TrimSpace(h.form.Get("Body")))
	stop, start := slices.Contains(stopWords, word), slices.Contains(startWords, word) || word == agreed && d.stopped(ctx, number(h.form.Get("From")))
	switch kind := h.form.Get("OptOutType"); kind {
	case "":
	case "STOP", "START":
		stop, start = kind == "STOP", kind == "START"
	default: // HELP
		return true
	}
	if !stop && !start {
		return false
	}
	if d.opts.Reach == nil {
		return true
	}
	phone := number(h.form.Get("From"))
	for id, p := range d.desk.Roster().People {
		switch {
		case phone == "" || number(string(p.Phone)) != phone:
		case stop:
			d.opts.Reach.Trouble(ctx, id, oncall.Trouble{Kind: oncall.Stopped, Via: oncall.SMS, Phone: p.Phone, Since: d.opts.Now(), Words: stoppedWords})
		default:
			d.opts.Reach.Mended(ctx, id, oncall.Stopped, oncall.SMS, p.Phone)
			d.opts.Reach.Mended(ctx, id, oncall.Wrong, oncall.SMS, p.Phone)
			d.opts.Reach.Mended(ctx, id, oncall.Wrong, oncall.Voice, p.Phone)
		}
	}
	return true
}
