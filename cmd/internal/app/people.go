package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	// lookEvery is how often an instance tries for the next look at the accounts, and
	// lookAlone how long one look keeps the others from theirs: together less than a
	// minute.
	lookEvery = 10 * time.Second
	lookAlone = 45 * time.Second
	// lookTime bounds a look.
	lookTime = 30 * time.Second
)

// watchAccounts looks, by one of the instances at a time, whose account is gone. Slack
// tells of it by an event too, which may get lost; Discord only bots that may list all.
func (a *App) watchAccounts(ctx context.Context) error {
	var group sync.WaitGroup
	watch := func(r register) {
		group.Go(func() {
			tick := time.NewTicker(lookEvery)
			defer tick.Stop()
			for ctx.Err() == nil {
				a.lookAtAccounts(ctx, r)
				select {
				case <-ctx.Done():
				case <-tick.C:
				}
			}
		})
	}
	if a.slack != nil {
		watch(register{"Slack", "look", "calls %d of %d accounts deactivated", oncall.Roster.Accounts, a.slack.Deactivated})
	}
	if a.discord != nil {
		watch(register{"Discord", "discord", "knows %d of %d people in none of the teams' servers", oncall.Roster.DiscordAccounts, a.leftDiscord})
	}
	<-ctx.Done()
	group.Wait()
	return nil
}

// A register is where accounts are looked up.
type register struct {
	of    string // whose it is
	once  string // by what name the instances take turns
	says  string // of how many that many are gone
	ids   func(oncall.Roster) []string
	gones func(context.Context, []string) (map[string]bool, error) // of those looked at, who is gone
}

func (a *App) leftDiscord(ctx context.Context, ids []string) (map[string]bool, error) {
	return a.discord.Left(ctx, ids, a.Roster())
}

// lookAtAccounts looks at the accounts of everybody, or of those whose turn it is,
// unless one of us just has.
func (a *App) lookAtAccounts(parent context.Context, r register) {
	ctx, cancel := context.WithTimeout(parent, lookTime)
	defer cancel()
	first, err := a.store.Once(ctx, "accounts", r.once, lookAlone)
	if err != nil || !first {
		return // a store that is away is told of by whoever needs it more
	}
	found, err := r.gones(ctx, r.ids(a.Roster()))
	if err != nil && parent.Err() == nil {
		a.log.WarnContext(ctx, "accounts not all looked at", "of", r.of, "err", err)
		if f, ok := errors.AsType[*incident.Fault](err); ok && f.Admin != "" {
			a.alarm(ctx, f.Admin)
		}
	}
	if gone := goneOf(found); implausible(gone, len(found)) {
		a.alarm(ctx, fmt.Sprintf("%s "+r.says+": nobody is taken for gone. Whoever has left has to be taken out of the file", r.of, gone, len(found)))
		return
	}
	a.noticed(ctx, found)
}

// goneOf counts the accounts that are gone.
func goneOf(found map[string]bool) (gone int) {
	for _, is := range found {
		if is {
			gone++
		}
	}
	return gone
}

// leavers is how many people may leave at once, however small the company.
const leavers = 3

// implausible reports whether so many of the accounts looked at are gone that the chat
// is rather mistaken: a provider must not be able to leave everybody unpaged.
func implausible(gone, accounts int) bool { return gone > leavers && 2*gone > accounts }

// noticed writes down which accounts are gone and has told what that breaks.
// What is open lets go of those who have left.
func (a *App) noticed(ctx context.Context, gone map[string]bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTime)
	defer cancel()
	look := oncall.Look{Gone: gone, NoSlack: a.slack == nil, NoDiscord: a.discord == nil}
	var rows []oncall.Row
	book, written, err := a.rebook(ctx, func(b oncall.Book, roster oncall.Roster) (oncall.Change, bool, error) {
		change, due := b.Observe(roster, look, func(id oncall.PersonID) []string { return a.leaves(ctx, id) }, a.now())
		rows = change.Rows
		return change, due, nil
	})
	if err != nil {
		a.log.ErrorContext(ctx, "changed accounts not written down", "err", err)
		return
	}
	if written {
		for _, row := range rows {
			a.log.WarnContext(ctx, "account changed", "what", row.What, "is", row.After)
		}
	}
	a.release(ctx, book)
}

// leaves says what becomes of the open incidents of somebody who goes.
func (a *App) leaves(ctx context.Context, id oncall.PersonID) (lines []string) {
	open, err := a.Own(ctx, id)
	if err != nil {
		a.log.WarnContext(ctx, "incidents of whoever left not looked up", "responder", string(id), "err", err)
		return []string{"Look at what is open: whether any of it was theirs is not known at the moment."}
	}
	for _, in := range open {
		if in.State == incident.Acknowledged {
			lines = append(lines, fmt.Sprintf("%s was acknowledged by them, and nobody is paged for it: say \"takeover %s\", or \"unack %s\" to page anew.", in.ID, in.ID, in.ID))
		} else {
			lines = append(lines, fmt.Sprintf("%s paged them: it goes on without them.", in.ID))
		}
	}
	return lines
}

// release has the incidents look that still page somebody who is gone; also those
// that whoever noticed it did not get to.
func (a *App) release(ctx context.Context, book oncall.Book) {
	roster := a.Roster()
	for id := range book.Gone {
		if roster.Active(id) {
			continue // by another account
		}
		open, err := a.Own(ctx, id)
		if err != nil {
			a.log.WarnContext(ctx, "incidents of whoever left not looked up", "responder", string(id), "err", err)
			continue
		}
		for _, in := range open {
			paged := in.State == incident.Triggered && slices.ContainsFunc(in.Runs, func(r incident.Run) bool { return r.Person == id })
			if !paged {
				continue
			}
			if err := a.wake(ctx, in.ID); err != nil {
				a.log.WarnContext(ctx, "incident not woken", "incident", in, "err", err)
			}
		}
	}
}
