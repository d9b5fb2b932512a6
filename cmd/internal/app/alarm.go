package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	// alarmEvery is how often the admins are told of the same thing.
	alarmEvery = time.Hour
	// alarmTime bounds one round of telling them.
	alarmTime = 20 * time.Second
)

// alarm tells the admins what they have to mend: in the log at once, and each by
// every way that still works, once an hour for the same thing. It does not hold up
// whoever found it.
func (a *App) alarm(ctx context.Context, what string) {
	a.log.ErrorContext(ctx, "an admin has to act", "what", what)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), alarmTime)
	a.alarms.Go(func() {
		defer cancel()
		defer context.AfterFunc(a.ending, cancel)() //nolint:contextcheck // it ends with the program, not with the call that found it
		sum := sha256.Sum256([]byte(what))
		first, err := a.store.Once(ctx, "alarm", hex.EncodeToString(sum[:8]), alarmEvery)
		if err == nil && !first {
			return
		}
		roster := a.Roster()
		for _, id := range roster.ActiveAdmins() {
			a.tell(ctx, roster.People[id], "Earshot needs an admin: "+what)
		}
	})
}

// tell reaches one admin by chat, and by SMS where chat fails.
func (a *App) tell(ctx context.Context, admin oncall.Person, text string) {
	if len(a.chat().of(admin)) > 0 {
		err := a.chat().Tell(ctx, admin, text)
		if err == nil {
			return
		}
		a.log.WarnContext(ctx, "admin not told by chat", "responder", string(admin.ID), "err", err)
	}
	if a.texts() && admin.Phone != "" {
		if err := a.text(ctx, admin.Phone, text); err != nil {
			a.log.WarnContext(ctx, "admin not told by SMS", "responder", string(admin.ID), "err", err)
		}
	}
}
