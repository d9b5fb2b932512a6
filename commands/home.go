package commands

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Home is what somebody sees of their own at a glance, on whichever platform. The same
// state at nearly the same time makes the same Home.
type Home struct {
	Parts []Part `json:"parts"`
}

// A Part of a Home: a heading, and what stands below it.
type Part struct {
	Head  string `json:"head"`
	Items []Item `json:"items"`
}

// An Item is a line of a Part with its buttons.
type Item struct {
	Text   string         `json:"text"`
	Offers []oncall.Offer `json:"offers,omitempty"`
}

// What a Home holds of what may be long.
const (
	homeShifts    = 5
	homeIncidents = 10
	homeTeams     = 3
	homeFigures   = 5 // the first lines of a report
)

// homeWeek is the span of the figures. It ends with the hour, so that they change no
// more often.
const homeWeek = 7 * 24 * time.Hour

// Home returns what somebody sees of their own.
func (c *Commands) Home(ctx context.Context, by incident.Actor, source string) (Home, error) {
	t := turn{Request: Request{By: by, Source: source}, desk: c.desk, roster: c.desk.Roster(), now: c.now()}
	return t.home(ctx)
}

func (t turn) home(ctx context.Context) (Home, error) {
	book, roster, err := t.desk.Book(ctx)
	if err != nil {
		return Home{}, fmt.Errorf("read the book for a home: %w", err)
	}
	t.roster = roster
	if !t.roster.Active(t.By.Person) {
		return Home{[]Part{t.homeDuty(), {Head: "You", Items: []Item{{Text: "You are not in Earshot's configuration: an admin has to add you there."}}}}}, nil
	}
	open, err := t.homeOpen(ctx)
	if err != nil {
		return Home{}, err
	}
	week, err := t.homeFigures(ctx)
	if err != nil {
		return Home{}, err
	}
	calm := t
	calm.now = t.now.Truncate(time.Hour) // how long ago something was changes with the hour
	paging := Part{Head: "How you are paged", Items: []Item{
		{Text: "You are paged by " + stepsText(t.roster.People[t.By.Person].Choose(t.now, true).Steps)},
		{Text: calm.readiness(ctx, book)[0], Offers: []oncall.Offer{{Label: "Change…", Words: "me paging"}, {Label: "Test me", Words: "test me"}}},
	}}
	return Home{append([]Part{open, t.homeDuty(), t.homeShifts(), paging}, week...)}, nil
}

// homeDuty is who is on call now and next in the speaker's teams.
func (t turn) homeDuty() Part {
	part := Part{Head: "On call"}
	teams, _ := t.teams("")
	for _, id := range teams {
		for _, line := range t.onCall(id, t.now) {
			part.Items = append(part.Items, Item{Text: line})
		}
	}
	return part
}

// homeShifts are the speaker's next shifts, each with what they may do about it.
func (t turn) homeShifts() Part {
	part := Part{Head: "Your shifts"}
	own := t.shiftsOf(t.By.Person, t.places())
	for _, s := range own[:min(len(own), homeShifts)] {
		which, when := t.spelled(s), s.span.In(t.zone())
		if !s.span.Start.After(t.now) {
			when = "now, until " + t.moment(s.span.End)
		}
		part.Items = append(part.Items, Item{Text: fmt.Sprintf("%s: %s", s.at, when), Offers: []oncall.Offer{
			{Label: "Swap…", Words: "swap shift " + which}, {Label: "Ask for cover", Words: "cover " + which},
		}})
	}
	if len(own) == 0 {
		part.Items = []Item{{Text: "No shifts in the next 90 days"}}
	}
	return part
}

// homeOpen are the speaker's open incidents with their buttons, the newest first.
func (t turn) homeOpen(ctx context.Context) (Part, error) {
	open, err := t.desk.Own(ctx, t.By.Person)
	if err != nil {
		return Part{}, fmt.Errorf("list what is with somebody: %w", err)
	}
	part := Part{Head: "Your open incidents"}
	slices.Reverse(open)
	for i, line := range t.lines(open, homeIncidents) {
		item := Item{Text: line}
		if i < homeIncidents {
			item.Offers = homeOffers(open[i])
		}
		part.Items = append(part.Items, item)
	}
	if len(open) == 0 {
		part.Items = []Item{{Text: "Nothing is with you."}}
	}
	return part, nil
}

func homeOffers(in incident.Incident) []oncall.Offer {
	id := string(in.ID)
	offers := []oncall.Offer{{Label: "Resolve", Words: "resolve " + id}, {Label: "Escalate", Words: "escalate " + id}}
	if in.State == incident.Acknowledged && in.ReackDue.IsZero() {
		return offers
	}
	return append([]oncall.Offer{{Label: "Acknowledge", Words: "ack " + id, Style: "primary"}}, offers...)
}

// homeFigures are the figures of the speaker's teams.
func (t turn) homeFigures(ctx context.Context) ([]Part, error) {
	end := t.now.Truncate(time.Hour)
	span := oncall.Span{Start: end.Add(-homeWeek), End: end}
	var parts []Part
	for _, id := range t.roster.TeamIDs() {
		if !t.roster.Teams[id].Has(t.By.Person) || len(parts) == homeTeams {
			continue
		}
		now, before, err := t.desk.Report(ctx, id, span)
		if err != nil {
			return nil, fmt.Errorf("report on %q: %w", id, err)
		}
		part := Part{Head: t.teamName(id) + ", the last 7 days"}
		lines := now.Lines(before, t.name)
		for _, line := range lines[:min(len(lines), homeFigures)] {
			part.Items = append(part.Items, Item{Text: line})
		}
		last := &part.Items[len(part.Items)-1]
		last.Offers = []oncall.Offer{{Label: "Report", Words: "report " + string(id)}}
		parts = append(parts, part)
	}
	return parts, nil
}

// lines are the Home as one list, and all its buttons, for a platform that has no page
// of its own for it.
func (h Home) lines() (lines []string, offers []oncall.Offer) {
	for _, part := range h.Parts {
		lines = append(lines, part.Head+":")
		for _, item := range part.Items {
			lines = append(lines, item.Text)
			offers = append(offers, item.Offers...)
		}
	}
	return lines, offers
}
