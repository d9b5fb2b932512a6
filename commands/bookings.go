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
	reply := Reply{OK: true, Text: "Overrides that are not over yet:"}
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
	id := strings.TrimPrefix(strings.TrimSpace(t.rest), "#")
	if id == "" {
		return t.misuse("Which change?")
	}
	return t.unbook(ctx, "undo", fmt.Sprintf("There is nothing to undo as %s any more.", tidy(id, 20)), func(b oncall.Booking) (bool, string) {
		switch {
		case fmt.Sprint(b.Change) != id:
			return false, ""
		case t.now.Sub(b.Made) > undoFor:
			return false, fmt.Sprintf("That was made %s ago. Say: override cancel %s", oncall.FormatDuration(t.now.Sub(b.Made).Truncate(time.Minute)), b.ID)
		}
		return true, ""
	})
}

// unbook takes bookings back: what is ahead of them, for who was on call until now
// stays true. pick says which, or why one of them stays.
func (t turn) unbook(ctx context.Context, verb, none string, pick func(oncall.Booking) (bool, string)) Reply {
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		var rest, gone []oncall.Booking
		now := t.now.Round(0).UTC()
		for _, one := range b.Bookings {
			picked, why := pick(one)
			if !picked && why == "" || !one.End.After(t.now) {
				rest = append(rest, one)
				continue
			}
			own := one.By == t.By.Person && t.roster.Active(one.By) // such as a swap with somebody of another team
			if refusal, ok := t.changes(one.Team); !ok && !own {
				return oncall.Change{}, refuse(refusal)
			}
			if why != "" {
				return oncall.Change{}, refuse(why)
			}
			if one.Start.Before(now) {
				past := one
				past.End, one.Start = now, now
				rest = append(rest, past)
			}
			gone = append(gone, one)
		}
		if len(gone) == 0 {
			return oncall.Change{}, refuse(none)
		}
		b.Bookings = rest
		all := t.differ(t.roster.With(b), gone)
		rows := t.rows(verb, all)
		if len(all) == 0 {
			what := fmt.Sprintf("%s on %s, which changed nothing any more", verb, place{gone[0].Team, gone[0].Schedule})
			rows = append(rows, oncall.Row{At: t.now, By: t.By.Person, From: t.Source, Team: gone[0].Team, What: what})
		}
		reply := t.changed(all, 0)
		if len(all) == 0 {
			reply.Text = "Taken back. It changes nobody's shift."
		}
		lead := fmt.Sprintf("%s took a change of who is on call back:", t.name(t.By.Person))
		return oncall.Change{Book: b, Rows: rows, Letters: t.letters(all, lead)}, reply
	})
}
