package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxRebook is how often a change is decided anew because somebody else was faster.
const maxRebook = 5

// kept is how long a booking stays in the book after its end.
const kept = 400 * 24 * time.Hour

// rebook has something decided on the book as it is now, and saves it. A decision
// that leaves no row in the audit changes nothing.
func (t turn) rebook(ctx context.Context, decide func(t turn, b oncall.Book) (oncall.Change, Reply)) Reply {
	for range maxRebook {
		book, roster, err := t.desk.Book(ctx)
		if err != nil {
			return broken(fmt.Errorf("%s: %w", t.word.name, err))
		}
		t.roster = roster
		change, reply := decide(t, book)
		if len(change.Rows) == 0 {
			return reply
		}
		change.Book.Bookings = slices.DeleteFunc(change.Book.Bookings, func(b oncall.Booking) bool { return t.now.Sub(b.End) > kept })
		err = t.desk.Write(ctx, change)
		if errors.Is(err, oncall.ErrChanged) {
			continue // somebody moved first: decide again on what they left
		}
		if err != nil {
			list := "override list"
			if t.word.name == "maintenance" {
				list = "maintenance list"
			}
			return Reply{Text: fmt.Sprintf("Earshot can't say whether that was saved. Please look with %q, or try again.", list), Err: fmt.Errorf("%s: %w", t.word.name, err)}
		}
		t.trace.write()
		return reply
	}
	return broken(fmt.Errorf("%s: %w, %d times", t.word.name, oncall.ErrChanged, maxRebook))
}

// A piece is a stretch in which a change makes others hold a schedule.
type piece struct {
	at            place
	span          oncall.Span
	before, after []oncall.PersonID
	next          []oncall.PersonID // who holds it afterwards
}

// pieces are what differs between two rosters in a span of a schedule, in order.
func pieces(at place, before, after oncall.Roster, span oncall.Span) []piece {
	was, is := at.of(before), at.of(after)
	old, fresh := was.Shifts(span.Start, span.End, before.Active), is.Shifts(span.Start, span.End, after.Active)
	var all []piece
	for start, i, j := span.Start, 0, 0; i < len(old) && j < len(fresh); {
		end := old[i].End
		if fresh[j].End.Before(end) {
			end = fresh[j].End
		}
		if !alike(old[i].OnCall, fresh[j].OnCall) {
			next := is.At(end, after.Active).OnCall
			all = append(all, piece{at, oncall.Span{Start: start, End: end}, old[i].OnCall, fresh[j].OnCall, next})
		}
		start = end
		if old[i].End.Equal(end) {
			i++
		}
		if fresh[j].End.Equal(end) {
			j++
		}
	}
	return all
}

func alike(a, b []oncall.PersonID) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(id oncall.PersonID) bool { return !slices.Contains(b, id) })
}

// maxPieces is how many stretches an answer writes out.
const maxPieces = 8

// told writes what a change does, a line for each stretch, on the zone's clock:
// "Ben Li instead of Ana Ortiz on platform/techops, Fri 6 Mar 18:00 - Sat 7 Mar
// 09:00 Madrid time; after that Ana Ortiz again."
func (t turn) told(all []piece, zone *time.Location) []string {
	var lines []string
	for i, p := range all {
		if i == maxPieces {
			return append(lines, fmt.Sprintf("and %d more", len(all)-i))
		}
		line := fmt.Sprintf("%s on %s, %s", t.change(p), p.at, p.span.In(zone))
		if i+1 == len(all) || !all[i+1].span.Start.Equal(p.span.End) {
			line += "; after that " + t.holders(p.next)
			if alike(p.next, p.before) && len(p.next) > 0 {
				line += " again"
			}
		}
		lines = append(lines, line+".")
	}
	return lines
}

// change names who comes and who goes: "Ben Li instead of Ana Ortiz".
func (t turn) change(p piece) string {
	come, gone := without(p.after, p.before), without(p.before, p.after)
	switch {
	case len(p.after) == 0:
		return "Nobody instead of " + t.names(p.before)
	case len(come) == 0:
		return fmt.Sprintf("%s without %s", t.names(p.after), t.names(gone))
	case len(gone) == 0 && len(p.before) > 0:
		return fmt.Sprintf("%s beside %s", t.names(come), t.names(p.before))
	}
	return fmt.Sprintf("%s instead of %s", t.names(come), t.holders(gone))
}

// without returns those of ids who are not among the others.
func without(ids, others []oncall.PersonID) []oncall.PersonID {
	return slices.DeleteFunc(slices.Clone(ids), func(id oncall.PersonID) bool { return slices.Contains(others, id) })
}

// letters tell everybody whom a change touches but the speaker, each on their own
// clock, and the channels of the teams, unless it holds from now on: then the
// handoff says it.
func (t turn) letters(all []piece, lead string) []oncall.Letter {
	var (
		letters []oncall.Letter
		told    []oncall.PersonID
		teams   []oncall.TeamID
		over    time.Time
	)
	for _, p := range all {
		if p.span.End.After(over) {
			over = p.span.End
		}
	}
	for _, p := range all {
		for _, id := range slices.Concat(p.after, p.before) {
			moved := slices.Contains(p.after, id) != slices.Contains(p.before, id)
			if !moved || id == t.By.Person || slices.Contains(told, id) {
				continue
			}
			told = append(told, id)
			letters = append(letters, oncall.Letter{To: id, Team: p.at.team, Text: lead, Lines: t.told(touching(all, id), t.zoneOf(id)), Expires: over})
		}
		if all[0].span.Start.After(t.now) && !slices.Contains(teams, p.at.team) && t.channelOf(p.at.team) {
			teams = append(teams, p.at.team)
			letters = append(letters, oncall.Letter{Team: p.at.team, Text: lead, Lines: t.told(all, t.teamZone(p.at.team)), Expires: over})
		}
	}
	return letters
}

func touching(all []piece, id oncall.PersonID) []piece {
	return slices.DeleteFunc(slices.Clone(all), func(p piece) bool {
		return slices.Contains(p.after, id) == slices.Contains(p.before, id)
	})
}

func (t turn) channelOf(id oncall.TeamID) bool {
	team := t.roster.Teams[id]
	return team.SlackChannel != "" || team.DiscordChannel != ""
}

// zoneOf is the clock of a person.
func (t turn) zoneOf(id oncall.PersonID) *time.Location {
	if zone := t.roster.People[id].Zone; zone != nil {
		return zone
	}
	return t.roster.Location()
}

// teamZone is the clock of a team.
func (t turn) teamZone(id oncall.TeamID) *time.Location {
	if zone := t.roster.Teams[id].Zone; zone != nil {
		return zone
	}
	return t.roster.Location()
}

// rows are the audit of a change, a row for each schedule; verb says what was done.
func (t turn) rows(verb string, all []piece) []oncall.Row {
	var rows []oncall.Row
	for i := 0; i < len(all); {
		first, last := all[i], all[i]
		var before, after []string
		for ; i < len(all) && all[i].at == first.at; i++ {
			last = all[i]
			before, after = append(before, t.holders(last.before)), append(after, t.holders(last.after))
		}
		span := oncall.Span{Start: first.span.Start, End: last.span.End}
		rows = append(rows, oncall.Row{
			At: t.now, By: t.By.Person, From: t.Source, Team: first.at.team,
			What:   fmt.Sprintf("%s on %s, %s", verb, first.at, span.In(time.UTC)),
			Before: inTurn(before), After: inTurn(after),
		})
	}
	return rows
}

// inTurn reads "Ana Ortiz, then Ben Li".
func inTurn(holders []string) string {
	const most = 5
	holders = slices.Compact(holders)
	if more := len(holders) - most; more > 1 {
		holders = append(holders[:most:most], fmt.Sprintf("%d more", more))
	}
	return strings.Join(holders, ", then ")
}

// book adds bookings of one change to the book and says what they change. Nothing is
// to be saved where that is nothing.
func (t turn) book(b oncall.Book, why string, add []oncall.Booking) (next oncall.Book, after oncall.Roster, all []piece) {
	b, change := b.Next()
	for _, one := range add {
		var n int
		b, n = b.Next()
		one.ID, one.Change = fmt.Sprint(n), change
		one.By, one.Why, one.Made = t.By.Person, why, t.now.Round(0).UTC()
		b.Bookings = append(slices.Clip(b.Bookings), one)
	}
	after = t.roster.With(b)
	return b, after, t.differ(after, add)
}

// differ are the stretches in which another roster has others on call while bookings
// last, in order.
func (t turn) differ(after oncall.Roster, bookings []oncall.Booking) []piece {
	var all []piece
	for _, b := range bookings {
		all = append(all, pieces(place{b.Team, b.Schedule}, t.roster, after, oncall.Span{Start: b.Start, End: b.End})...)
	}
	slices.SortStableFunc(all, func(a, b piece) int { return a.span.Start.Compare(b.span.Start) })
	return all
}

// changed is the answer to a change that was made, with the way back.
func (t turn) changed(all []piece, change int) Reply {
	lines := t.told(all, t.zone())
	reply := Reply{OK: true, Text: strings.Join(lines, " ")}
	if len(lines) > 1 {
		reply.Text, reply.Lines = "Changed:", lines
	}
	if change > 0 {
		reply.Offers = []oncall.Offer{{Label: "Undo", Words: fmt.Sprint("undo ", change)}}
	}
	return reply
}
