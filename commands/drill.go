package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// test pages the speaker by every way of theirs, all at once.
func (t turn) test(ctx context.Context) Reply {
	if !strings.EqualFold(t.rest, "me") {
		return t.misuse("You can test how you are reached yourself, and nobody else.")
	}
	if !t.roster.Active(t.By.Person) {
		return refuse("You are not in Earshot's configuration: an admin has to add you there.")
	}
	if wait, err := t.spend(ctx); err != nil {
		return broken(fmt.Errorf("test me: %w", err))
	} else if wait > 0 {
		return refuse(fmt.Sprintf("Your phone was tested often enough for now. Please try again in %s.", oncall.FormatDuration(wait.Truncate(time.Minute)+time.Minute)))
	}
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		p := t.roster.People[t.By.Person]
		p.ID = t.By.Person
		b, n := b.Next()
		d := oncall.Drill{ID: fmt.Sprint(n), Person: p.ID, From: t.Source, Made: t.now.Round(0).UTC()}
		problems := p.Contacts().Problems
		change := oncall.Change{Rows: []oncall.Row{{At: t.now, By: p.ID, From: t.Source, What: "test me"}}}
		for _, via := range p.Ways() {
			d.Ways = append(d.Ways, oncall.DrillWay{Via: via, State: oncall.DrillQueued, At: d.Made})
			change.Letters = append(change.Letters, testPage(d, via, t.name(p.ID), t.answerable()))
		}
		if len(d.Ways) == 0 {
			return oncall.Change{}, Reply{Text: "There is nothing to test: you have no way to be reached. Say phone +1… to link one.", Lines: problems}
		}
		change.Book = b.WithDrill(d)
		return change, Reply{OK: true, Text: trying(d, p.HasChat(), t.answerable()), Lines: problems}
	})
}

// spend takes one test off what the speaker's phone may be sent. Chat costs nothing.
func (t turn) spend(ctx context.Context) (wait time.Duration, err error) {
	p := t.roster.People[t.By.Person]
	if !slices.ContainsFunc(p.Ways(), func(via oncall.Method) bool { return via != oncall.Chat }) {
		return 0, nil
	}
	return t.desk.Spend(ctx, oncall.TestSent, t.By.Person, p.Phone)
}

// answerable reports whether what a phone says reaches us.
func (t turn) answerable() bool { return t.desk.Link("/") != "" }

// testPage is one page of a test.
func testPage(d oncall.Drill, via oncall.Method, name string, answerable bool) oncall.Letter {
	l := oncall.Letter{
		To: d.Person, Via: via, Drill: d.ID, Expires: d.Made.Add(oncall.DrillTime),
		Text: fmt.Sprintf("Test page from Earshot for %s.", name),
	}
	switch {
	case via == oncall.Chat:
		l.Offers = []oncall.Offer{{Label: "It reached me", Words: "here " + d.ID, Style: "primary"}}
	case via == oncall.SMS && answerable:
		l.Text += " Reply HERE if it reached you."
	}
	return l
}

// trying says what a test does, and how to answer it.
func trying(d oncall.Drill, chat, answerable bool) string {
	answers := map[oncall.Method]string{
		oncall.Chat: "chat: press the button", oncall.SMS: "SMS: reply HERE", oncall.Voice: "call: press 4",
	}
	var all []string
	for _, w := range d.Ways {
		if !answerable && w.Via != oncall.Chat {
			answers[w.Via] = w.Via.Noun() + ", which can't be answered: no public URL is set"
		}
		all = append(all, answers[w.Via])
	}
	text := "You are being paged now by " + strings.Join(all, "; ") + ". "
	if chat {
		return text + "A message of its own shows what comes back."
	}
	return text + "An SMS says what came back, within 3 minutes."
}
