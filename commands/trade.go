package commands

import (
	"fmt"
	"slices"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// trade makes what was asked for, if both still have what they had. Else the question
// is closed: it was about something that is gone.
func (t turn) trade(b oncall.Book, ask oncall.Ask, to oncall.PersonID) (oncall.Change, Reply) {
	at, give := place{ask.Team, ask.Schedule}, t.left(ask.Give)
	switch {
	case !t.holds(ask.By, at, give):
		return t.drop(b, ask, fmt.Sprintf("%s does not have all of that shift any more.", t.name(ask.By)))
	case !ask.Take.IsZero() && !t.holds(to, at, ask.Take):
		return t.drop(b, ask, fmt.Sprintf("%s does not have all of the shift in return any more.", t.name(to)))
	}
	add := []oncall.Booking{handing(ask, give, ask.By, to)}
	if !ask.Take.IsZero() {
		add = append(add, handing(ask, ask.Take, to, ask.By))
	}
	change := b.Last + 1
	b, _, all := t.book(b.Close(ask.ID, oncall.Accepted, t.By.Person, t.now), string(ask.Kind), add)
	lead := fmt.Sprintf("%s accepted %s's swap:", t.name(to), t.name(ask.By))
	done := oncall.Letter{Key: "ask " + ask.ID, To: ask.To, Team: ask.Team, Text: fmt.Sprintf("You accepted %s's swap:", t.name(ask.By)), Lines: t.told(all, t.zoneOf(to))}
	letters := t.letters(all, lead)
	if ask.Kind == oncall.Cover { // its own message in the channel says it
		letters = slices.DeleteFunc(t.letters(all, fmt.Sprintf("%s covers for %s:", t.name(to), t.name(ask.By))), func(l oncall.Letter) bool { return l.To == "" })
		done.Text, done.Lines = fmt.Sprintf("%s takes it from %s:", t.name(to), t.name(ask.By)), t.told(all, t.teamZone(ask.Team))
	}
	return oncall.Change{Book: b, Rows: t.rows(fmt.Sprintf("%s %s", ask.Kind, ask.ID), all), Letters: append(letters, done)}, t.changed(all, change)
}

// handing is the booking by which a shift goes from one person to another.
func handing(ask oncall.Ask, span oncall.Span, from, to oncall.PersonID) oncall.Booking {
	return oncall.Booking{Team: ask.Team, Schedule: ask.Schedule, Override: oncall.Override{
		Start: span.Start, End: span.End, OnCall: []oncall.PersonID{to}, InsteadOf: from,
	}}
}

// drop closes a question because a shift of it has changed hands.
func (t turn) drop(b oncall.Book, ask oncall.Ask, why string) (oncall.Change, Reply) {
	change := t.closing(b, ask, oncall.Dropped, why+" Nothing changed.")
	if ask.By != t.By.Person {
		text := fmt.Sprintf("%s wanted to accept your %s of %s, %s, but: %s Nothing changed.",
			t.name(t.By.Person), ask.Kind, place{ask.Team, ask.Schedule}, ask.Give.In(t.zoneOf(ask.By)), why)
		change.Letters = append(change.Letters, oncall.Letter{To: ask.By, Team: ask.Team, Text: text})
	}
	return change, refuse(why + " Nothing changed, and the question is closed.")
}

// closing ends a question without a change: its message says so.
func (t turn) closing(b oncall.Book, ask oncall.Ask, how oncall.Outcome, text string) oncall.Change {
	at := place{ask.Team, ask.Schedule}
	row := oncall.Row{
		At: t.now, By: t.By.Person, From: t.Source, Team: ask.Team, What: fmt.Sprintf("%s %s of %s %s", ask.Kind, ask.ID, at, how),
		Before: t.name(ask.By), After: t.name(ask.By),
	}
	edit := oncall.Letter{Key: "ask " + ask.ID, To: ask.To, Team: ask.Team, Text: text}
	return oncall.Change{Book: b.Close(ask.ID, how, t.By.Person, t.now), Rows: []oncall.Row{row}, Letters: []oncall.Letter{edit}}
}

// left is what is left of a span.
func (t turn) left(span oncall.Span) oncall.Span {
	if span.Start.Before(t.now) {
		span.Start = t.now.Round(0).UTC()
	}
	return span
}
