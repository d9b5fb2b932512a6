package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// undoFor is how long a change can be taken back by its button.
const undoFor = 10 * time.Minute

// overrides lists what is planned and not over yet.
func (t turn) overrides(ctx context.Context, name string) Reply {
	teams, problem := t.teams(name)
	if problem != "" {
		return t.misuse(problem)
	}
	book, roster, err := t.desk.Book(ctx)
	if err != nil {
		return broken(err)
	}
	reply := Reply{OK: true, Text: "Overrides:"}
	for _, id := range teams {
		for _, name := range roster.Teams[id].ScheduleNames() {
			for _, o := range roster.Teams[id].Schedules[name].Overrides {
				if o.ID == "" && o.End.After(t.now) {
					reply.Lines = append(reply.Lines, t.listedOverride(place{id, name}, o)+", from the file")
				}
			}
		}
	}
	for _, b := range book.Bookings {
		if b.End.After(t.now) && slices.Contains(teams, b.Team) {
			reply.Lines = append(reply.Lines, fmt.Sprintf("%s: %s, by %s", b.ID, t.listedOverride(place{b.Team, b.Schedule}, b.Override), t.name(b.By)))
		}
	}
	if len(reply.Lines) == 0 {
		reply.Text = "No overrides are planned."
	}
	return reply
}

func (t turn) listedOverride(at place, o oncall.Override) string {
	who := t.holders(o.OnCall)
	if o.InsteadOf != "" {
		who += " instead of " + t.name(o.InsteadOf)
	}
	return fmt.Sprintf("%s on %s, %s", who, at, oncall.Span{Start: o.Start, End: o.End}.In(t.zone()))
}

// cancel takes one booking back.
func (t turn) cancel(ctx context.Context, s string) Reply {
	id := strings.TrimPrefix(strings.TrimSpace(s), "#")
	if id == "" {
		return refuse("Which one? \"override list\" shows them; say for example: override cancel 12")
	}
	return t.unbook(ctx, "override cancel", fmt.Sprintf("There is no override %s. \"override list\" shows them; those of the file are changed there.", tidy(id, 20)),
		func(b oncall.Booking) (bool, string) { return b.ID == id, "" })
}

// undo takes back everything that was done with one change, while it is fresh.
func (t turn) undo(ctx context.Context) Reply {
	id := strings.TrimSpace(t.rest)
	return t.unbook(ctx, "undo", fmt.Sprintf("There is nothing to undo as %s any more.", tidy(id, 20)), func(b oncall.Booking) (bool, string) {
		switch {
		case fmt.Sprint(b.Change) != id:
			return false, ""
		case t.now.Sub(b.Made) > undoFor:
			return false, fmt.Sprintf("That was made %s ago: say override cancel %s.", oncall.FormatDuration(t.now.Sub(b.Made).Truncate(time.Minute)), b.ID)
		}
		return true, ""
	})
}

// unbook removes bookings. pick says which, or why one of them stays.
func (t turn) unbook(ctx context.Context, verb, none string, pick func(oncall.Booking) (bool, string)) Reply {
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		var rest, gone []oncall.Booking
		for _, one := range b.Bookings {
			picked, why := pick(one)
			if why != "" {
				return oncall.Change{}, refuse(why)
			}
			if !picked {
				rest = append(rest, one)
				continue
			}
			if refusal, ok := t.changes(one.Team); !ok && one.By != t.By.Person {
				return oncall.Change{}, refuse(refusal)
			}
			gone = append(gone, one)
		}
		if len(gone) == 0 {
			return oncall.Change{}, refuse(none)
		}
		b.Bookings = rest
		after := t.roster.With(rest)
		var all []piece
		for _, one := range gone {
			if span := (oncall.Span{Start: one.Start, End: one.End}); bounded(&span, t.now) == "" {
				all = append(all, pieces(place{one.Team, one.Schedule}, t.roster, after, span)...)
			}
		}
		rows := t.rows(verb, all)
		if len(all) == 0 {
			at := place{gone[0].Team, gone[0].Schedule}
			rows = append(rows, t.row(at, fmt.Sprintf("%s on %s, which changed nothing any more", verb, at), nil, nil))
		}
		reply := t.changed(all, 0)
		if len(all) == 0 {
			reply.Text = "Taken back. It changes nobody's shift."
		}
		lead := fmt.Sprintf("%s took a change of who is on call back:", t.name(t.By.Person))
		return oncall.Change{Book: b, Rows: rows, Letters: t.letters(all, lead)}, reply
	})
}

// take puts the speaker on call.
func (t turn) take(ctx context.Context) Reply {
	first, rest := cutToken(t.rest)
	_, readable := parseSpan(t.rest, t.now, t.zone())
	name := first
	if readable == "" || isSpanWord(first) {
		name, rest = "", t.rest
	}
	at, problem := t.schedule(name)
	if problem != "" {
		return t.takeForm(place{}, "schedule", problem)
	}
	if refusal, ok := t.changes(at.team); !ok {
		return refuse(refusal)
	}
	if strings.TrimSpace(rest) == "" {
		return t.takeForm(at, "to", "For how long?")
	}
	span, problem := parseSpan(rest, t.now, t.zone())
	if problem != "" {
		return t.wrong(spanField(problem), problem)
	}
	return t.put(ctx, overriding{at: at, people: []oncall.PersonID{t.By.Person}, span: span})
}

// isSpanWord reports whether a word begins a span and names no team.
func isSpanWord(s string) bool {
	switch strings.ToLower(s) {
	case "for", "until", "from", "in", "tomorrow", "today", "weekend":
		return true
	}
	return false
}

// takeForm asks for what is missing, where that is all that is wrong.
func (t turn) takeForm(at place, field, why string) Reply {
	if t.Form {
		return Reply{Text: why, Field: field}
	}
	reply := t.misuse(why)
	if first, _ := cutToken(t.rest); first == "" || at.name != "" {
		reply.Form = &Form{
			Title: "Take over", Submit: "Take", Words: "take {schedule} for {length}",
			Fields: []Field{t.scheduleField(at), {Name: "length", Label: "For how long", Kind: Line, Value: "2h", Hint: "from now on, such as 90m, 2h or 1d"}},
		}
	}
	return reply
}

// auditRows is how many lines of the audit are shown.
const auditRows = 20

// audit lists who changed what.
func (t turn) audit(ctx context.Context) Reply {
	teams := []oncall.TeamID{""}
	if t.rest != "" {
		id, problem := t.team(t.rest)
		if problem != "" {
			return t.misuse(problem)
		}
		teams[0] = id
	}
	rows, err := t.desk.Audit(ctx, teams[0], auditRows)
	if err != nil {
		return broken(err)
	}
	reply := Reply{OK: true, Text: "The latest changes:"}
	if len(rows) == 0 {
		reply.Text = "Nobody has changed anything yet."
	}
	for _, r := range rows {
		by := "Earshot"
		if r.By != "" {
			by = t.name(r.By)
		}
		line := fmt.Sprintf("%s: %s (%s): %s", t.moment(r.At), by, r.From, tidy(r.What, 200))
		if r.Before != r.After {
			line += fmt.Sprintf(": %s -> %s", tidy(r.Before, 100), tidy(r.After, 100))
		}
		reply.Lines = append(reply.Lines, line)
	}
	return reply
}
