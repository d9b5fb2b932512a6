package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio"
)

// Reaches implements commands.Witness.
func (a *App) Reaches(ctx context.Context, ids []oncall.PersonID) (map[oncall.PersonID]oncall.Reach, error) {
	return a.store.Reaches(ctx, ids)
}

// Spend implements commands.Witness.
func (a *App) Spend(ctx context.Context, kind oncall.Spending, person oncall.PersonID, phone oncall.Phone) (time.Duration, error) {
	return a.store.Spend(ctx, kind, person, phone)
}

// Drilled implements commands.Witness. A test page that reached somebody is as good a
// proof as any other.
func (a *App) Drilled(ctx context.Context, n oncall.DrillNews) (bool, error) {
	var phone oncall.Phone
	_, moved, err := a.rebook(ctx, func(b oncall.Book, roster oncall.Roster) (oncall.Change, bool, error) {
		next, moved := b.Drilled(n, a.now())
		phone = roster.People[n.Person].Phone
		return oncall.Change{Book: next}, moved, nil
	})
	if moved && (n.State == oncall.DrillDelivered || n.State == oncall.DrillAnswered) {
		seen := oncall.Sighting{Person: n.Person, Via: n.Via, At: a.now()}
		if n.Via != oncall.Chat {
			seen.Phone = phone
		}
		a.witness.add(seen)
	}
	return moved, err
}

// noReceipts is what is said of a test page of which nothing can be heard.
const noReceipts = "nothing comes back, since no public URL is set"

// restarted is said of a test page that a program had in hand which is no more.
const restarted = "or not: Earshot was restarted meanwhile"

// sentWords are those of a test page that went to a phone, or may have: one is never
// sent twice.
func sentWords(doubtful, public bool) string {
	switch {
	case doubtful:
		return restarted
	case !public:
		return noReceipts
	}
	return ""
}

// drill brings one page of a test and notes how far it came. A phone is paged once,
// whatever becomes of it; chat is tried again like any letter.
func (o office) drill(ctx context.Context, s oncall.Sending, roster oncall.Roster) (ref string, err error) {
	l, to := s.Letter, roster.People[s.Letter.To]
	to.ID = l.To
	news := oncall.DrillNews{Drill: l.Drill, Person: l.To, Via: l.Via, State: oncall.DrillSent}
	switch {
	case l.Via == oncall.Chat && !o.chat().up():
		err = &incident.Fault{Reason: "chat not sent: no chat is set up"}
	case l.Via == oncall.Chat:
		news.State = oncall.DrillDelivered
		ref, err = o.chat().Deliver(ctx, s, roster)
	case o.twilio == nil && (l.Via == oncall.Voice || !o.texts()):
		err = &incident.Fault{Reason: l.Via.Noun() + " not sent: no provider for it is set up"}
	case to.Phone == "" || to.Inactive:
		err = &incident.Fault{Reason: fmt.Sprintf("%s not sent: no phone can be reached", l.Via.Noun())}
	case o.twilio == nil && !s.Doubtful:
		news.Words = "by the SMS gateway, to which nobody can reply"
		err = o.text(ctx, to.Phone, l.Text)
	case !s.Doubtful: // else it may be under way already
		err = o.twilio.Test(ctx, twilio.TestPage{Drill: l.Drill, To: to, Via: l.Via, Text: l.Text})
	}
	fault, known := errors.AsType[*incident.Fault](err)
	again := err != nil && l.Via == oncall.Chat && (!known || fault.Retry > 0 || fault.Unknown)
	switch {
	case again:
		return ref, err
	case known && fault.Unknown:
		news.Words = fault.Reason
	case err != nil:
		news.State, news.Words = oncall.DrillFailed, err.Error()
	case l.Via != oncall.Chat && news.Words == "":
		news.Words = sentWords(s.Doubtful, o.publicURL() != "")
	}
	if known && fault.Admin != "" {
		o.alarm(ctx, fault.Admin)
	}
	if _, err := o.Drilled(ctx, news); err != nil {
		o.log.WarnContext(ctx, "news of a test not noted", "responder", string(l.To), "err", err)
	}
	return ref, nil
}
