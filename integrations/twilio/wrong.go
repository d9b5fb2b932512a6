package twilio

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/receipt"
)

// The keys by which a call learns that it reached a stranger: the second is asked for
// after the first. The first is offered only to whoever missed a key.
const (
	keyStranger = "9"
	keySure     = "3"
)

// doubtful stands in the address of the question that keySure answers.
const doubtful = "doubtful"

// What a stranger is told, by SMS and by voice.
const (
	disownedSMS   = "Noted: Earshot will not text or call this number again. If it is yours after all, prove it in chat (/oncall phone), or tell an admin."
	disownedVoice = "Thank you. Earshot will not call this number again."
	strangerOffer = " If this is a wrong number, press 9."
	strangerAsked = "If this is a wrong number and Earshot shall never call it again, press 3. To go back, press star."
)

// disownedReason is why a page failed, fit for a timeline.
const disownedReason = "a wrong number, says whoever answered"

// doubt asks whether it really is a wrong number: one key may be pressed by a pocket.
func (d door) doubt(ctx context.Context, h webhook, missed int) response {
	d.opts.Observe("key", "stranger?")
	more := url.Values{"to": {h.query.Get("to")}, doubtful: {"1"}, "missed": {strconv.Itoa(missed)}}
	words, err := question(strangerAsked, d.address(pathKey, h.page(), more))
	return d.written(ctx, words, err)
}

// reject ends a call to a stranger. Its page has failed, so that the person's next
// step runs at once.
func (d door) reject(ctx context.Context, h webhook) response {
	d.opts.Observe("key", "wrong number")
	d.disown(ctx, []oncall.PersonID{oncall.PersonID(h.query.Get("to"))}, oncall.Voice)
	err := receipt.Report(ctx, d.desk, h.page(), astray)
	if err != nil && !errors.Is(err, incident.ErrNotFound) {
		d.opts.Log.WarnContext(ctx, "receipt not stored", "page", h.page(), "err", err) // the call's end will be
	}
	words, err := farewell(disownedVoice)
	return d.written(ctx, words, err)
}

// disown marks the numbers of people at whose phone there is somebody else: they are
// paged there no more, and replies from there are a stranger's. What an SMS told that
// stranger has failed.
func (d door) disown(ctx context.Context, people []oncall.PersonID, via oncall.Method) {
	words := "whoever has that phone says that it is a wrong number"
	roster := d.desk.Roster()
	for _, id := range people {
		p, ok := roster.People[id]
		if !ok {
			continue
		}
		d.opts.Reach.Trouble(ctx, id, oncall.Trouble{Kind: oncall.Wrong, Via: via, Phone: p.Phone, Since: d.opts.Now(), Words: words})
		if err := d.mistold(ctx, id); err != nil {
			d.opts.Log.WarnContext(ctx, "what a stranger was told counts as delivered", "responder", string(id), "err", err)
		}
	}
}

// mistold has the SMS of a person's open incidents fail, so that the next in turn is
// paged at once.
func (d door) mistold(ctx context.Context, id oncall.PersonID) error {
	if d.opts.Slots == nil {
		return nil
	}
	open, _, err := d.opts.Slots.Slots(ctx, id)
	if err != nil {
		return err
	}
	for _, about := range open {
		in, err := d.desk.Find(ctx, about)
		if err != nil {
			return err
		}
		for _, p := range in.Pages {
			if p.To != id || p.Via != oncall.SMS {
				continue
			}
			if err := receipt.Handle(ctx, d.desk, astray(p)); err != nil {
				return err
			}
		}
	}
	return nil
}

// astray says that a page reached a stranger.
func astray(p incident.Page) incident.Event {
	return incident.PageFailed{Page: p.ID, Reason: disownedReason, Astray: true}
}

// disowned reports whether somebody with that phone has said that it is not the
// person's.
func (d door) disowned(ctx context.Context, p oncall.Person) bool {
	if d.opts.Reach == nil {
		return false
	}
	t, closed := d.opts.Reach.Closed(ctx, p, oncall.Voice)
	return closed && t.Kind == oncall.Wrong
}
