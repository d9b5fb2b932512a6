package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// hereFor is how long after a test its pages are still answered.
const hereFor = time.Hour

// here answers the test page that reached the speaker, and the roll calls that ask
// them.
func (t turn) here(ctx context.Context) Reply {
	if !t.roster.Active(t.By.Person) {
		return refuse("You are not in Earshot's configuration: nothing asks for you.")
	}
	test, err := t.hereByTest(ctx)
	if err != nil {
		return broken(fmt.Errorf("here: %w", err))
	}
	reply := t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		change, reply := oncall.Change{}, Reply{OK: true, Text: "Nothing asks whether you are here just now."}
		next, closed := b.Here(t.By.Person, t.now)
		for _, c := range closed {
			at := place{c.Team, c.Schedule}
			reply.Text = fmt.Sprintf("Noted: you are here for %s.", at)
			change.Book = next
			change.Rows = append(change.Rows, oncall.Row{
				At: t.now, By: t.By.Person, From: t.Source, Team: c.Team, What: fmt.Sprintf("roll call on %s", at), After: "here",
			})
			if c.Letter.Key != "" {
				change.Letters = append(change.Letters, c.Thanks(t.zone()))
			}
		}
		if len(closed) == 0 && test != "" {
			reply.Text = ""
		}
		return change, reply
	})
	if reply.OK {
		reply.Text = strings.TrimSpace(test + " " + reply.Text)
	}
	return reply
}

// hereByTest notes that the speaker's test reached them by the way in which they say
// so, and says that; nothing where no test of theirs went that way.
func (t turn) hereByTest(ctx context.Context) (string, error) {
	book, _, err := t.desk.Book(ctx)
	if err != nil {
		return "", err
	}
	news := oncall.DrillNews{Person: t.By.Person, Via: oncall.Chat, State: oncall.DrillAnswered}
	switch t.Source {
	case "sms":
		news.Via = oncall.SMS
	case "voice":
		news.Via, news.Words = oncall.Voice, "with 4"
	}
	d, ok := book.Drills[t.By.Person]
	news.Drill = d.ID
	sent := slices.ContainsFunc(d.Ways, func(w oncall.DrillWay) bool { return w.Via == news.Via })
	if !ok || !sent || t.rest != "" && t.rest != d.ID || t.now.Sub(d.Made) > hereFor {
		return "", nil
	}
	moved, err := t.desk.Drilled(ctx, news)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("Thank you. The test reached you by %s.", methodName(news.Via))
	if !moved {
		text = "That is noted already."
	}
	return text, nil
}
