package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio"
	"github.com/earshot-oncall/earshot/storage"
)

// codeWait is how long the answer waits to learn whether a code could be sent: chat
// has no more time.
const codeWait = 1500 * time.Millisecond

// ReadPhone implements commands.Phones.
func (a *App) ReadPhone(text string) (phone oncall.Phone, problem string) {
	phone, problem = a.config.Load().Phones.Read(text)
	if problem != "" {
		return "", problem
	}
	if ours, err := twilio.ParseSenders(a.settings.Twilio.From); err == nil && ours.Has(phone) {
		return "", "That is a number that Earshot sends from."
	}
	return phone, ""
}

// SendCode implements commands.Phones.
func (a *App) SendCode(ctx context.Context, person oncall.PersonID, phone oncall.Phone, via oncall.Method) (problem string, err error) {
	if via == oncall.Voice && a.twilio == nil {
		return "No calls are set up: an admin has to name a Twilio account first.", nil
	}
	if !a.texts() {
		return "No SMS are set up: an admin has to name a Twilio account or an SMS gateway first.", nil
	}
	known, err := a.store.Reaches(ctx, []oncall.PersonID{person})
	if err != nil {
		return "", err
	}
	if t, closed := known[person].Closed(via, phone); closed && t.Kind == oncall.Stopped {
		return "That phone has replied STOP: no SMS reaches it. Text START from it to Earshot's number first, or put call behind the number.", nil
	}
	wait, err := a.store.Spend(ctx, oncall.CodeSent, person, phone)
	if err != nil {
		return "", err
	}
	if wait > 0 {
		return fmt.Sprintf("Too many codes have been sent. The next can be asked for in %s.", oncall.FormatDuration(wait.Truncate(time.Minute)+time.Minute)), nil
	}
	code, proof := a.newCode(person, phone, via)
	if err := a.store.OpenProof(ctx, person, proof); err != nil {
		return "", err
	}
	return a.send(ctx, person, phone, via, code), nil
}

// send has a code sent, and waits a little for what becomes of it.
func (a *App) send(ctx context.Context, person oncall.PersonID, phone oncall.Phone, via oncall.Method, code string) (problem string) {
	name := a.Roster().People[person].DisplayName()
	sent := make(chan error, 1)
	a.Later(func(ctx context.Context) { //nolint:contextcheck // it ends with the program, not with the answer
		var err error
		if via == oncall.Voice {
			err = a.twilio.Dictate(ctx, phone, spokenCode(name, code))
		} else {
			err = a.text(ctx, phone, writtenCode(name, code))
		}
		if err != nil {
			a.log.WarnContext(ctx, "code not sent", "responder", string(person), "via", string(via), "err", err)
		}
		sent <- err
	})
	ctx, cancel := context.WithTimeout(ctx, codeWait)
	defer cancel()
	select {
	case err := <-sent:
		if fault, ok := errors.AsType[*incident.Fault](err); ok && !fault.Unknown {
			return "The code could not be sent: " + fault.Reason + "."
		}
	case <-ctx.Done(): // it is on its way, or the log says why not
	}
	return ""
}

// TryCode implements commands.Phones.
func (a *App) TryCode(ctx context.Context, person oncall.PersonID, code string) (commands.Proof, error) {
	proof, err := a.store.Proof(ctx, person)
	if err == nil {
		proof.MAC = a.macOf(person, proof, code)
		var left int
		var ok bool
		if left, ok, err = a.store.TryProof(ctx, person, proof); err == nil && ok {
			return commands.Proof{Open: true, Phone: proof.Phone, Via: proof.Via}, nil
		} else if err == nil {
			return commands.Proof{Open: true, Left: left}, nil
		}
	}
	if errors.Is(err, storage.ErrNoProof) {
		return commands.Proof{}, nil
	}
	return commands.Proof{}, err
}

// Proven implements commands.Phones.
func (a *App) Proven(ctx context.Context, person oncall.PersonID, p commands.Proof) {
	a.witness.add(oncall.Sighting{Person: person, Via: p.Via, Phone: p.Phone, At: a.now()})
	reach{a}.Owned(ctx, person, p.Phone)
}

// farewell tells whoever has a number that it is somebody's no more. A stranger, who
// said that it is the wrong one, is left alone.
func (o office) farewell(ctx context.Context, s oncall.Sending) error {
	was := oncall.Person{ID: s.Letter.To, Phone: s.Letter.Phone}
	t, closed := reach(o).Closed(ctx, was, oncall.SMS)
	switch {
	case !o.texts():
		return &incident.Fault{Reason: "no SMS is set up"}
	case closed:
		return &incident.Fault{Reason: t.Words}
	case s.Doubtful:
		return &incident.Fault{Reason: "the SMS may have arrived: it is not sent twice"}
	}
	return o.text(ctx, was.Phone, s.Letter.Text)
}
