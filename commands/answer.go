package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// cover asks the team's channel for somebody to take a shift of the speaker's.
func (t turn) cover(ctx context.Context) Reply {
	if first, rest := cutWord(t.rest); strings.EqualFold(first, "cancel") {
		t.rest = rest
		return t.withdraw(ctx)
	}
	if !t.roster.Active(t.By.Person) {
		return refuse("Only people in Earshot's configuration have shifts to be covered.")
	}
	words, name := cutOn(t.rest)
	if words == "" {
		reply := t.misuse("Which shift?")
		if f := t.shiftField(); !t.Form && len(f.Options) > 0 {
			reply.Form = &Form{Title: "Ask for cover", Submit: "Ask", Words: "cover {shift}", Note: "The channel is asked; the first to press the button takes it.", Fields: []Field{f}}
		}
		return reply
	}
	in, problem := t.everywhere(name)
	if problem != "" {
		return t.wrong("shift", problem)
	}
	give, problem := t.pickShift(words, t.shiftsOf(t.By.Person, in))
	if problem != "" {
		return t.wrong("shift", problem)
	}
	if !t.channelOf(give.at.team) {
		return refuse(fmt.Sprintf("%s has no channel to ask in. Ask somebody with: swap @person %s for nothing", t.teamName(give.at.team), words))
	}
	ask := oncall.Ask{Kind: oncall.Cover, Team: give.at.team, Schedule: give.at.name, By: t.By.Person, Give: give.span}
	return t.ask(ctx, ask, func(t turn, ask oncall.Ask) ([]oncall.Letter, string) {
		return []oncall.Letter{{
			Key: "ask " + ask.ID, Team: ask.Team, Text: fmt.Sprintf("%s asks for cover:", t.name(ask.By)),
			Lines:  []string{fmt.Sprintf("%s, %s. The first to take it has it.", give.at, ask.Give.In(t.teamZone(ask.Team)))},
			Offers: []oncall.Offer{{Label: "Take it", Words: "volunteer " + ask.ID, Style: "primary"}},
		}}, "The channel is asked."
	})
}

// accept says yes to a swap.
func (t turn) accept(ctx context.Context) Reply {
	return t.answer(ctx, oncall.Swap, func(t turn, b oncall.Book, ask oncall.Ask) (oncall.Change, Reply) {
		if ask.To != t.By.Person {
			return oncall.Change{}, refuse(fmt.Sprintf("Only %s can accept that.", t.name(ask.To)))
		}
		return t.trade(b, ask, ask.To)
	})
}

// volunteer takes a shift for which cover was asked.
func (t turn) volunteer(ctx context.Context) Reply {
	return t.answer(ctx, oncall.Cover, func(t turn, b oncall.Book, ask oncall.Ask) (oncall.Change, Reply) {
		if refusal, ok := t.changes(ask.Team); !ok {
			return oncall.Change{}, refuse(refusal)
		}
		if ask.By == t.By.Person {
			return oncall.Change{}, refuse("It is your own shift. To keep it, say: withdraw " + ask.ID)
		}
		return t.trade(b, ask, t.By.Person)
	})
}

// decline says no to a swap.
func (t turn) decline(ctx context.Context) Reply {
	return t.answer(ctx, oncall.Swap, func(t turn, b oncall.Book, ask oncall.Ask) (oncall.Change, Reply) {
		if ask.To != t.By.Person {
			return oncall.Change{}, refuse(fmt.Sprintf("Only %s can decline that.", t.name(ask.To)))
		}
		change := t.closing(b, ask, "declined", fmt.Sprintf("You declined %s's swap. Nothing changed.", t.name(ask.By)))
		at := place{ask.Team, ask.Schedule}
		change.Letters = append(change.Letters, oncall.Letter{
			To: ask.By, Team: ask.Team, Text: fmt.Sprintf("%s declined your swap of %s, %s: it stays with you.", t.name(t.By.Person), at, ask.Give.In(t.zoneOf(ask.By))),
		})
		return change, Reply{OK: true, Text: fmt.Sprintf("Declined. %s is told.", t.name(ask.By))}
	})
}

// withdraw takes one's own question back; the team's members and admins may, too.
func (t turn) withdraw(ctx context.Context) Reply {
	return t.answer(ctx, "", func(t turn, b oncall.Book, ask oncall.Ask) (oncall.Change, Reply) {
		if refusal, ok := t.changes(ask.Team); !ok && ask.By != t.By.Person {
			return oncall.Change{}, refuse(refusal)
		}
		change := t.closing(b, ask, "withdrawn", fmt.Sprintf("%s's question is withdrawn. Nothing changed.", t.name(ask.By)))
		return change, Reply{OK: true, Text: "Withdrawn. Nothing changed."}
	})
}

// answer finds the question that is meant, of a kind or of any.
func (t turn) answer(ctx context.Context, kind oncall.AskKind, decide func(turn, oncall.Book, oncall.Ask) (oncall.Change, Reply)) Reply {
	id := strings.TrimPrefix(strings.TrimSpace(t.rest), "#")
	if id == "" {
		return t.misuse("Which one?")
	}
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		i := slices.IndexFunc(b.Asks, func(a oncall.Ask) bool { return a.ID == id && (kind == "" || a.Kind == kind) })
		if i < 0 || !b.Asks[i].Until.After(t.now) {
			return oncall.Change{}, refuse(fmt.Sprintf("Question %s is not open any more: it was answered or withdrawn, or it has lapsed.", tidy(id, 20)))
		}
		ask := b.Asks[i]
		b.Asks = slices.Delete(slices.Clone(b.Asks), i, i+1)
		return decide(t, b, ask)
	})
}

// closing ends a question without a change: its message says so.
func (t turn) closing(b oncall.Book, ask oncall.Ask, how, text string) oncall.Change {
	at := place{ask.Team, ask.Schedule}
	row := oncall.Row{
		At: t.now, By: t.By.Person, From: t.Source, Team: ask.Team, What: fmt.Sprintf("%s %s of %s %s", ask.Kind, ask.ID, at, how),
		Before: t.name(ask.By), After: t.name(ask.By),
	}
	return oncall.Change{Book: b, Rows: []oncall.Row{row}, Letters: []oncall.Letter{{Key: "ask " + ask.ID, To: ask.To, Team: ask.Team, Text: text}}}
}

// trade makes what was asked for, if both still have what they had.
func (t turn) trade(b oncall.Book, ask oncall.Ask, to oncall.PersonID) (oncall.Change, Reply) {
	at := place{ask.Team, ask.Schedule}
	give := ask.Give
	if give.Start.Before(t.now) {
		give.Start = t.now.Round(0).UTC()
	}
	if !t.holds(ask.By, at, give) {
		return oncall.Change{}, refuse(fmt.Sprintf("%s does not have all of that shift any more. Nothing changed; please ask anew.", t.name(ask.By)))
	}
	if !ask.Take.IsZero() && !t.holds(to, at, ask.Take) {
		return oncall.Change{}, refuse(fmt.Sprintf("%s does not have all of the shift in return any more. Nothing changed; please ask anew.", t.name(to)))
	}
	booking := func(span oncall.Span, who, instead oncall.PersonID) oncall.Booking {
		return oncall.Booking{Team: ask.Team, Schedule: ask.Schedule, Override: oncall.Override{
			Start: span.Start, End: span.End, OnCall: []oncall.PersonID{who}, InsteadOf: instead,
		}}
	}
	add := []oncall.Booking{booking(give, to, ask.By)}
	if !ask.Take.IsZero() {
		add = append(add, booking(ask.Take, ask.By, to))
	}
	change := b.Last + 1
	b, _, all := t.book(b, string(ask.Kind), add)
	lead := fmt.Sprintf("%s accepted %s's swap:", t.name(to), t.name(ask.By))
	done := oncall.Letter{Key: "ask " + ask.ID, To: ask.To, Team: ask.Team, Text: fmt.Sprintf("You accepted %s's swap:", t.name(ask.By)), Lines: t.told(all, t.zoneOf(to))}
	if ask.Kind == oncall.Cover {
		lead = fmt.Sprintf("%s covers for %s:", t.name(to), t.name(ask.By))
		done.Text, done.Lines = fmt.Sprintf("%s takes it from %s:", t.name(to), t.name(ask.By)), t.told(all, t.teamZone(ask.Team))
	}
	letters := t.letters(all, lead)
	if ask.Kind == oncall.Cover { // its own message in the channel says it
		letters = slices.DeleteFunc(letters, func(l oncall.Letter) bool { return l.To == "" })
	}
	return oncall.Change{Book: b, Rows: t.rows(fmt.Sprintf("%s %s", ask.Kind, ask.ID), all), Letters: append(letters, done)}, t.changed(all, change)
}
