package commands

import (
	"context"
	"fmt"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// A Mark is a message of the chat that somebody wants on an incident's timeline.
type Mark struct {
	Ref    string         // the platform's name for it
	Author incident.Actor // who wrote it
	Text   string
	Link   string // where it stands; empty: not known
}

// mark puts a message of the chat on the timeline of the incident in whose thread it
// stands, or of one that is chosen.
func (t turn) mark(ctx context.Context) Reply {
	if t.Mark == nil {
		return refuse("To put a message on the timeline, react to it with :pushpin: in the incident's thread, or use its menu: Add to incident timeline.")
	}
	if t.rest == "" && t.Focus == "" {
		return t.markForm(ctx)
	}
	c := t.alone(ctx)
	event := func(id incident.ID) incident.Event {
		return incident.Marked{
			ID: id, By: t.By, Author: t.Mark.Author, Ref: t.Mark.Ref, Text: tidy(t.Mark.Text, maxNote), Link: t.Mark.Link,
		}
	}
	return t.each(ctx, c, event, func(_, after incident.Incident) string {
		return fmt.Sprintf("The message is on the timeline of %s.", after.ID)
	})
}

// markForm asks for the incident: the open ones of the channel's team, else of the
// speaker's own.
func (t turn) markForm(ctx context.Context) Reply {
	teams, _ := t.teams("")
	f := Field{Name: "incident", Label: "Incident", Kind: Choice}
	for _, id := range teams {
		open, _, err := t.desk.Newest(ctx, id, mostListed)
		if err != nil {
			return broken(fmt.Errorf("list open incidents of %s: %w", id, err))
		}
		for i := len(open) - 1; i >= 0 && len(f.Options) < maxOptions; i-- {
			f.Options = append(f.Options, Option{string(open[i].ID), tidy(fmt.Sprintf("%s %s", open[i].ID, open[i].Title), 75)})
		}
	}
	if len(f.Options) == 0 {
		return refuse("There is no open incident on whose timeline it could stand. In the thread of one that is over, react with :pushpin:.")
	}
	f.Value = f.Options[0].Value
	reply := refuse("On the timeline of which incident?")
	reply.Form = &Form{Title: "Add to the timeline", Submit: "Add", Words: "mark {incident}", Fields: []Field{f}}
	return reply
}
